"""D1: connections are added, edited, checked and removed, and every answer stands beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QTextEdit, QWidget

from esd_desktop.models.rows import ConnectionRow
from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import connection_list
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.edit_connection import (
    ConnectionForm,
    SavedConnection,
    add_connection,
    change_connection,
)
from esd_desktop.ui import form_dialog
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.settings import connection_dialog
from esd_desktop.ui.settings.connection_list import ConnectionList, details, tone
from esd_desktop.ui.settings.dialog import SettingsDialog
from tests.support.connecting import form_for
from tests.support.waiting import until
from tests.support.widgets import (
    MEANWHILE,
    button,
    line,
    notice,
    press,
    told,
    window,
    window_titled,
    words,
    write,
)
from tests.support.window import Run
from tests.unit.ui.settings.conftest import OpenSettings

ADD, EDIT = "Add a connection", "Edit connection"
LABELS = {
    "name": "System Name",
    "resource_api": "Resource API",
    "service_url": "Service URL",
    "tenant": "Azure Active Directory Tenant",
    "channel_id": "Channel ID (Bill To Account ID)",
    "client_id": "Client ID",
    "country": "Country",
    "language": "Language",
    "authority": "Authority",
    "certificate_file": "Certificate file",
    "key_file": "Key file",
    "ca_file": "CA file (optional)",
}

Added = Callable[[str], ConnectionRow]


@pytest.fixture
def added(run: Run, desk: Desk, sandbox: SandboxControl) -> Added:
    """Adds a connection to the sandbox by its name."""

    def add(name: str) -> ConnectionRow:
        saved = run(desk.read(add_connection, form_for(sandbox.addresses, name)))
        return next(row for row in run(desk.read(connection_list)) if row.id == saved.id)

    return add


def _list(dialog: QWidget) -> ConnectionList:
    found = dialog.findChild(ConnectionList)
    assert isinstance(found, ConnectionList)
    return found


async def _listed(open_settings: OpenSettings, count: int) -> SettingsDialog:
    dialog = open_settings("connections")
    await until(lambda: _list(dialog).count() == count)
    return dialog


def _type(dialog: QWidget, form: ConnectionForm) -> None:
    for name, label in LABELS.items():
        write(dialog, label, getattr(form, name))


def test_the_first_one_is_added_from_the_empty_page_and_works(
    run: Run, desk: Desk, open_settings: OpenSettings, sandbox: SandboxControl
) -> None:
    async def scenario() -> None:
        settings = open_settings("connections")
        await until(lambda: "No connection yet" in words(settings))
        press(settings, "Add a connection…")
        dialog = await window(ADD)
        _type(dialog, form_for(sandbox.addresses, "Microsoft ESD (GB)"))
        press(dialog, "Save connection")
        assert await told(settings) == "The connection “Microsoft ESD (GB)” was added."
        await until(lambda: window_titled(ADD) is None)
        assert _list(settings).chosen is not None
        press(settings, "Check it now")
        await until(lambda: "works: signed in" in (notice(settings) or ""), 20)
        assert all(message.quiet for message in desk.messages.kept)

    run(scenario())


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", " ", "System Name is missing"),
        ("tenant", "", "Azure Active Directory Tenant is missing"),
        ("service_url", "http://example.com", "Service URL must be an https:// address"),
        ("country", "Britain", "country is a code of two letters"),
        ("certificate_file", "/nowhere.pem", "The certificate file /nowhere.pem does not exist"),
        ("key_file", "/nowhere.key", "The key file /nowhere.key does not exist"),
    ],
)
def test_what_is_wrong_is_told_beside_it_and_nothing_typed_is_lost(
    run: Run,
    open_settings: OpenSettings,
    sandbox: SandboxControl,
    field: str,
    text: str,
    sentence: str,
) -> None:
    wrong: dict[str, Any] = {field: text}
    form = replace(form_for(sandbox.addresses), **wrong)

    async def scenario() -> None:
        settings = open_settings("connections")
        await until(lambda: "No connection yet" in words(settings))
        press(settings, "Add a connection…")
        dialog = await window(ADD)
        _type(dialog, form)
        press(dialog, "Save connection")
        assert sentence in await told(dialog)
        assert dialog.focusWidget() is line(dialog, LABELS[field])
        for name, label in LABELS.items():
            assert line(dialog, label).text() == getattr(form, name)
        _close_without_saving(dialog)
        await _left(ADD)

    run(scenario())


def test_one_is_edited_with_its_thumbprint_in_sight_and_its_passphrase_kept(
    run: Run, desk: Desk, open_settings: OpenSettings, added: Added
) -> None:
    row = added("ESD (GB)")

    async def scenario() -> None:
        settings = await _listed(open_settings, 1)
        press(settings, "Edit…")
        dialog = await window(EDIT)
        shown = {one.accessibleName(): one for one in dialog.findChildren(QTextEdit)}
        assert row.thumbprint in shown["Certificate Thumbprint"].toPlainText()
        assert shown["Certificate Thumbprint"].isReadOnly()
        write(dialog, "System Name", "ESD (DE)")
        press(dialog, "Save connection")
        assert await told(settings) == "The connection “ESD (DE)” was changed."
        (changed,) = await desk.read(connection_list)
        assert changed.name == "ESD (DE)"
        assert changed.thumbprint == row.thumbprint

    run(scenario())


def test_the_second_writer_is_told_and_keeps_what_was_typed(
    run: Run, desk: Desk, open_settings: OpenSettings, added: Added, sandbox: SandboxControl
) -> None:
    row = added("ESD (GB)")

    async def scenario() -> None:
        settings = await _listed(open_settings, 1)
        press(settings, "Edit…")
        dialog = await window(EDIT)
        theirs = replace(form_for(sandbox.addresses, "Theirs"), channel_id="theirs")
        await desk.read(change_connection, row.id, row.version, theirs)
        write(dialog, "System Name", "Mine")
        press(dialog, "Save connection")
        press(await window(MEANWHILE), "Back to the form")
        assert "nothing was overwritten" in await told(dialog)
        assert line(dialog, "System Name").text() == "Mine"
        (kept,) = await desk.read(connection_list)
        assert kept.name == "Theirs"
        press(dialog, "Save connection")
        press(await window(MEANWHILE), "Save mine over it")
        await _left(EDIT)
        (kept,) = await desk.read(connection_list)
        assert kept.name == "Mine"
        assert kept.channel_id == theirs.channel_id != row.channel_id

    run(scenario())


def test_esc_stops_a_saving_that_hangs_and_the_dialog_stays(
    run: Run, open_settings: OpenSettings, added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    added("ESD (GB)")

    async def hangs(
        services: Services, connection_id: int, version: int, form: ConnectionForm
    ) -> SavedConnection:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(connection_dialog, "change_connection", hangs)

    async def scenario() -> None:
        settings = await _listed(open_settings, 1)
        press(settings, "Edit…")
        dialog = await window(EDIT)
        write(dialog, "System Name", "Mine")
        press(dialog, "Save connection")
        assert button(dialog, "Save connection").toolTip() == "Working…"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert notice(dialog) == "Saving was stopped."
        assert line(dialog, "System Name").text() == "Mine"
        assert button(dialog, "Save connection").toolTip() == ""
        _close_without_saving(dialog)
        await _left(EDIT)

    run(scenario())


def test_esc_asks_before_what_was_typed_is_lost(run: Run, open_settings: OpenSettings) -> None:
    async def scenario() -> None:
        settings = open_settings("connections")
        await until(lambda: "No connection yet" in words(settings))
        press(settings, "Add a connection…")
        dialog = await window(ADD)
        write(dialog, "Client ID", "5d9a30ce")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        question = await window("Close without saving?")
        press(question, "Go on editing")
        await until(lambda: window_titled("Close without saving?") is None)
        assert line(dialog, "Client ID").text() == "5d9a30ce"
        line(dialog, "Client ID").clear()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await _left(ADD)

    run(scenario())


def test_a_connection_that_does_not_work_says_why_on_the_page(
    run: Run, desk: Desk, open_settings: OpenSettings, sandbox: SandboxControl
) -> None:
    form = replace(form_for(sandbox.addresses), client_id="00000000-0000-0000-0000-000000000000")
    run(desk.read(add_connection, form))

    async def scenario() -> None:
        settings = await _listed(open_settings, 1)
        press(settings, "Check")
        answer = await told(settings)
        assert answer.startswith(desk.messages.kept[-1].sentence)
        assert desk.messages.kept[-1].tone is Tone.BAD

    run(scenario())


def test_the_catalogue_is_read_and_the_result_told_on_the_page(
    run: Run, desk: Desk, open_settings: OpenSettings, added: Added
) -> None:
    added("ESD (GB)")

    async def scenario() -> None:
        settings = await _listed(open_settings, 1)
        press(settings, "Read catalogue")
        assert desk.tasks.running()[0].words == "Reading the catalogue of “ESD (GB)”"
        assert "The catalogue was read" in await told(settings)
        wanted: list[tuple[object, str]] = []
        desk.navigator.catalogue_wanted.connect(lambda *where: wanted.append(where))
        press(settings, "New products")
        assert [name for _, name in wanted] == ["new"]
        assert len(desk.messages.kept[-1].links) == 3

    run(scenario())


def test_a_check_goes_on_when_the_settings_are_closed_and_is_told_by_a_toast(
    run: Run, desk: Desk, open_settings: OpenSettings, added: Added
) -> None:
    added("ESD (GB)")

    async def scenario() -> None:
        settings = await _listed(open_settings, 1)
        press(settings, "Check")
        settings.reject()
        settings.deleteLater()
        await until(lambda: desk.messages.kept, 20)
        (message,) = desk.messages.kept
        assert "works: signed in" in message.sentence
        assert not message.quiet

    run(scenario())


@pytest.mark.parametrize("removes", [True, False])
def test_one_is_removed_after_asking(
    run: Run, desk: Desk, open_settings: OpenSettings, added: Added, removes: bool
) -> None:
    added("ESD (GB)")

    async def scenario() -> None:
        settings = await _listed(open_settings, 1)
        press(settings, "Remove…")
        question = await window("Remove this connection?")
        press(question, "Remove connection" if removes else "Keep connection")
        if removes:
            assert await told(settings) == "The connection “ESD (GB)” was removed."
            await until(lambda: "No connection yet" in words(settings))
        else:
            await until(lambda: window_titled("Remove this connection?") is None)
        assert len(await desk.read(connection_list)) == (0 if removes else 1)

    run(scenario())


def test_what_is_selected_stays_selected_when_the_list_is_read_again(
    run: Run, desk: Desk, open_settings: OpenSettings, added: Added
) -> None:
    for name in ("A", "C"):
        added(name)

    async def scenario() -> None:
        settings = await _listed(open_settings, 2)
        _list(settings).setCurrentRow(1)
        desk.bus.announce(Changes(everything=True))
        await until(lambda: not desk.tasks.is_busy("connections"))
        chosen = _list(settings).chosen
        assert chosen is not None
        assert chosen.name == "C"

    run(scenario())


def test_a_certificate_that_expires_soon_is_told_ahead(added: Added) -> None:
    row, now = added("ESD (GB)"), utc_now()
    ends = {60: Tone.INFO, 30: Tone.WARNING, 7: Tone.BAD, -1: Tone.BAD, 400: Tone.NEUTRAL}
    for days, wanted in ends.items():
        ending = replace(row, certificate_expires_at=now + timedelta(days=days))
        assert tone(ending, now) is wanted
    assert "Certificate expires on" in details(
        replace(row, certificate_expires_at=now + timedelta(days=30))
    )


def test_a_file_is_chosen_with_the_button_beside_it(
    run: Run, open_settings: OpenSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "client.pem"

    async def chosen(parent: QWidget, title: str, kinds: str) -> Path:
        return file

    monkeypatch.setattr(form_dialog, "ask_file", chosen)

    async def scenario() -> None:
        settings = open_settings("connections")
        await until(lambda: "No connection yet" in words(settings))
        press(settings, "Add a connection…")
        dialog = await window(ADD)
        choosers = [one for one in dialog.findChildren(QWidget) if _chooses(one)]
        assert len(choosers) == 3
        QTest.mouseClick(choosers[0], Qt.MouseButton.LeftButton)
        await until(lambda: line(dialog, "Certificate file").text() == str(file))
        assert line(dialog, "Certificate file").toolTip() == str(file)
        _close_without_saving(dialog)
        await _left(ADD)

    run(scenario())


def _chooses(widget: QWidget) -> bool:
    return widget.accessibleName().startswith("Choose the ")


def _close_without_saving(dialog: QWidget) -> None:
    assert isinstance(dialog, QDialog)
    QDialog.done(dialog, QDialog.DialogCode.Rejected)


async def _left(title: str) -> None:
    await until(lambda: window_titled(title) is None)


def test_a_new_connection_has_what_the_administrator_has_set(
    run: Run,
    open_settings: OpenSettings,
    administrator: Callable[[str], None],
) -> None:
    administrator('[connection]\nname = "Corp"\ntenant = "corp.example"\n')

    async def scenario() -> None:
        dialog = await _listed(open_settings, 0)
        await until(lambda: "No connection yet" in words(dialog))
        press(dialog, "Add a connection…")
        form = await window(ADD)
        for name, text in (("name", "Corp"), ("tenant", "corp.example")):
            field = line(form, LABELS[name])
            assert (field.text(), field.isEnabled()) == (text, False)
        assert line(form, LABELS["client_id"]).isEnabled()
        assert any(each.startswith("Set by your administrator") for each in words(form))
        form.close()

    run(scenario())
