"""Whether keys may be shown, a switch that shows what is kept; and changing what encrypts them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox

from esd_desktop.errors import StoreBusy
from esd_desktop.models.rights import Role
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.rotate_data_key import data_key_status
from esd_desktop.services.shared_settings import setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings import keys_page
from esd_desktop.ui.settings.dialog import SettingsDialog
from esd_desktop.ui.widgets.busy_button import BusyButton
from tests.support.people import named
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import press, told, window, words
from tests.support.window import Run
from tests.unit.ui.settings.conftest import OpenSettings

SWITCH = "Allow showing and copying"


def _switch(dialog: SettingsDialog) -> QCheckBox:
    return next(one for one in dialog.findChildren(QCheckBox) if one.text() == SWITCH)


def test_the_switch_saves_at_once_and_every_view_is_told(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    changes: list[Changes] = []
    desk.bus.store_changed.connect(changes.append)

    async def scenario() -> None:
        dialog = open_settings("keys")
        await until(lambda: _switch(dialog).isEnabled())
        assert _switch(dialog).isChecked()
        press(dialog, SWITCH)
        assert await told(dialog) == "The settings are saved."
        assert (await desk.read(setting_texts))["keys.reveal"] == "no"
        assert any(change.settings for change in changes)
        assert not _switch(dialog).isChecked()

    run(scenario())


def test_a_switch_that_could_not_be_saved_goes_back(
    run: Run, desk: Desk, open_settings: OpenSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(services: Services, values: dict[str, str]) -> Outcome:
        raise StoreBusy("Another program is holding the store locked.")

    monkeypatch.setattr(keys_page, "change_settings", fails)

    async def scenario() -> None:
        dialog = open_settings("keys")
        await until(lambda: _switch(dialog).isEnabled())
        press(dialog, SWITCH)
        assert "holding the store locked" in await told(dialog)
        await until(lambda: _switch(dialog).isChecked())

    run(scenario())


def _button(dialog: SettingsDialog) -> BusyButton:
    titles = ("Change the Key…", "Finish the Change")
    return next(one for one in dialog.findChildren(BusyButton) if one.text() in titles)


def test_the_key_is_changed_after_asking(
    run: Run, desk: Desk, sown: Sown, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        dialog = open_settings("keys")
        await until(lambda: any("The key is in use since" in each for each in words(dialog)))
        press(dialog, "Change the Key…")
        question = await window("Change the encryption key?")
        press(question, "Keep the key")
        await until(lambda: not desk.tasks.count)
        press(dialog, "Change the Key…")
        press(await window("Change the encryption key?"), "Change the key")
        assert "were encrypted anew; the earlier key is removed." in await told(dialog)
        status = await desk.read(data_key_status)
        assert (status.older, status.waiting) == (0, 0)

    run(scenario())


def test_a_change_that_was_stopped_can_be_finished(
    run: Run, desk: Desk, sown: Sown, open_settings: OpenSettings
) -> None:
    async def half_done(services: Services) -> None:
        async with services.store.change() as work:
            await services.cipher.add_next(work)
            await work.commit()

    async def scenario() -> None:
        await desk.backend.call(half_done)
        dialog = open_settings("keys")
        await until(lambda: _button(dialog).text() == "Finish the Change")
        assert any("still have to be encrypted anew" in each for each in words(dialog))

    run(scenario())


def test_without_a_licence_key_there_is_nothing_to_change(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        dialog = open_settings("keys")
        await until(lambda: not _button(dialog).isEnabled())
        assert "There is no key yet" in _button(dialog).toolTip()

    run(scenario())


def test_it_is_greyed_for_who_may_not(
    run: Run, desk: Desk, sown: Sown, open_settings: OpenSettings
) -> None:
    async def an_agent(services: Services) -> None:
        await named(services, services.login, Role.AGENT)

    async def scenario() -> None:
        await desk.backend.call(an_agent)
        await desk.rights.read()
        dialog = open_settings("keys")
        assert not _button(dialog).isEnabled()
        assert "encrypted with" in _button(dialog).toolTip()

    run(scenario())
