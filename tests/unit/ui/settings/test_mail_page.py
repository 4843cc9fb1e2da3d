"""D5: the mail settings are read, saved and checked, and told beside what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QComboBox

from esd_desktop.policy import BY_ADMINISTRATOR
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.shared_settings import change_settings, mail_password, setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings.dialog import SettingsDialog
from tests.support.waiting import until
from tests.support.widgets import MEANWHILE, line, press, told, window, write
from tests.support.window import Run
from tests.unit.ui.settings.conftest import OpenSettings


async def _page(open_settings: OpenSettings) -> SettingsDialog:
    dialog = open_settings("mail")
    await until(lambda: line(dialog, "Port").text() == "587")
    return dialog


def _encrypt(dialog: SettingsDialog, value: str) -> None:
    combo = next(
        one for one in dialog.findChildren(QComboBox) if one.accessibleName() == "Encryption"
    )
    combo.setCurrentIndex(combo.findData(value))


def test_what_is_typed_is_saved_and_the_password_is_not_shown_again(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        dialog = await _page(open_settings)
        for name, text in (
            ("Sender", "licences@example.com"),
            ("Mail server", "smtp.example.com"),
            ("Port", "465"),
            ("User name (optional)", "anna"),
            ("Password (optional)", "geheim"),
        ):
            write(dialog, name, text)
        _encrypt(dialog, "tls")
        press(dialog, "Save")
        assert await told(dialog) == "The settings are saved."
        texts = await desk.read(setting_texts)
        assert texts["mail.host"] == "smtp.example.com"
        assert (texts["mail.port"], texts["mail.security"]) == ("465", "tls")
        password = await desk.read(mail_password)
        assert password is not None
        assert password.reveal() == "geheim"
        assert line(dialog, "Password (optional)").text() == ""
        assert not any(page.unsaved for _, _, page in dialog._pages.values())

    run(scenario())


def test_what_cannot_be_saved_is_told_beside_it_and_stays_typed(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        dialog = await _page(open_settings)
        write(dialog, "Mail server", "smtp.example.com")
        write(dialog, "Port", "many")
        press(dialog, "Save")
        assert "must be a number from 1 to 65535" in await told(dialog)
        assert line(dialog, "Port").text() == "many"
        assert line(dialog, "Mail server").text() == "smtp.example.com"
        assert (await desk.read(setting_texts))["mail.host"] == ""

    run(scenario())


def test_the_check_tells_whether_the_server_answers(
    run: Run, desk: Desk, open_settings: OpenSettings, sandbox: SandboxControl
) -> None:
    addresses = sandbox.addresses

    async def scenario() -> None:
        dialog = await _page(open_settings)
        write(dialog, "Sender", "licences@example.com")
        write(dialog, "Mail server", addresses.smtp_host)
        write(dialog, "Port", str(addresses.smtp_port))
        _encrypt(dialog, "none")
        press(dialog, "Save and check")
        assert "answers and takes mails" in await told(dialog)
        # It is told a moment before the task has ended, and a busy one is not started again.
        await until(lambda: not desk.tasks.is_busy("save mail"))
        # Nobody listens there.
        write(dialog, "Port", "1")
        press(dialog, "Save and check")
        await until(lambda: not desk.tasks.is_busy("save mail"))
        assert "answers" not in await told(dialog)
        assert (await desk.read(setting_texts))["mail.port"] == "1"

    run(scenario())


@pytest.mark.parametrize("closes", [True, False])
def test_a_result_is_told_once_here_or_by_a_toast_where_the_settings_are_closed(
    run: Run, desk: Desk, open_settings: OpenSettings, closes: bool
) -> None:
    async def scenario() -> None:
        dialog = await _page(open_settings)
        write(dialog, "Sender", "licences@example.com")
        press(dialog, "Save")
        if closes:
            dialog.accept()
            dialog.deleteLater()
        await until(lambda: desk.messages.kept)
        (message,) = desk.messages.kept
        assert message.quiet is not closes
        assert (await desk.read(setting_texts))["mail.sender"] == "licences@example.com"

    run(scenario())


def test_who_saves_second_writes_only_what_was_typed(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        dialog = await _page(open_settings)
        write(dialog, "Mail server", "mine.example.com")
        await desk.read(change_settings, {"mail.host": "theirs.example.com", "mail.port": "465"})
        press(dialog, "Save")
        press(await window(MEANWHILE), "Back to the form")
        assert "changed the setting mail.host meanwhile" in await told(dialog)
        assert line(dialog, "Mail server").text() == "mine.example.com"
        press(dialog, "Save")
        press(await window(MEANWHILE), "Save mine over it")
        assert await told(dialog) == "The settings are saved."
        texts = await desk.read(setting_texts)
        assert (texts["mail.host"], texts["mail.port"]) == ("mine.example.com", "465")
        assert line(dialog, "Port").text() == "465"
        await desk.read(change_settings, {"mail.host": "theirs.example.com"})
        write(dialog, "Mail server", "again.example.com")
        press(dialog, "Save")
        press(await window(MEANWHILE), "Take theirs")
        await until(lambda: line(dialog, "Mail server").text() == "theirs.example.com")
        assert not any(page.unsaved for _, _, page in dialog._pages.values())

    run(scenario())


def test_what_the_administrator_has_set_is_greyed(
    run: Run, open_settings: OpenSettings, administrator: Callable[[str], None]
) -> None:
    administrator('mail.host = "smtp.corp.example"\nmail.security = "tls"\n')

    async def scenario() -> None:
        dialog = await _page(open_settings)
        host = line(dialog, "Mail server")
        assert (host.text(), host.isEnabled()) == ("smtp.corp.example", False)
        assert host.toolTip() == host.accessibleDescription() == BY_ADMINISTRATOR
        assert line(dialog, "Port").isEnabled()
        write(dialog, "Port", "465")
        press(dialog, "Save")
        assert await told(dialog) == "The settings are saved."

    run(scenario())
