"""The main window: what it shows of a store, what it says without one, and what it keeps."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QListView
from shiboken6 import isValid

from esd_desktop.settings import Folders, load_settings, save_setting
from esd_desktop.ui.accounts.tabs import Tab
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.messages import Message
from esd_desktop.ui.workspace import Workspace
from tests.support.main_window import Whole
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, press, window, window_titled, words
from tests.support.window import Run

NOT_OPENED = "The store could not be opened"
SENT = Message(Tone.GOOD, "The mail was sent.")


def _broken(places: Folders) -> str:
    file = places.data / "broken.db"
    file.write_bytes(b"This is a letter, not a database. " * 50)
    return str(file)


def test_an_empty_store_shows_the_guide_which_can_be_left(run: Run, whole: Whole) -> None:
    async def scenario() -> None:
        main = await whole.open()
        assert "Welcome to ESD Desktop" in words(main)
        assert main.workspace is None
        press(main, "Show the empty window")
        await whole.settled()
        assert main.workspace is not None
        assert main.workspace.isVisible()

    run(scenario())


def test_a_store_with_accounts_shows_the_panes(run: Run, sown: Sown, whole: Whole) -> None:
    async def scenario() -> None:
        main = await whole.open()
        assert main.workspace is not None
        assert "All accounts" in words(main)

    run(scenario())


def test_it_says_that_a_store_is_being_opened_and_offers_another(run: Run, whole: Whole) -> None:
    async def scenario() -> None:
        whole.window.open()
        await until(lambda: words(whole.window).count("Opening the store…") == 2)
        assert button(whole.window, "Open another store…").isEnabled()
        await whole.settled()

    run(scenario())


def test_a_store_that_cannot_be_opened_says_why_and_the_former_is_a_click_away(
    run: Run, sown: Sown, whole: Whole, places: Folders
) -> None:
    async def scenario() -> None:
        main = await whole.open()
        await whole.open(_broken(places))
        assert NOT_OPENED in words(main)
        assert any("it is not an ESD Desktop store" in text for text in words(main))
        assert main.workspace is None
        assert "No store is open." in words(main.status)
        assert load_settings(places).store == ""
        press(main, "Back to the former store")
        await whole.settled()
        assert main.workspace is not None
        # The panes of before lead nowhere any more; these do.
        whole.desk.navigator.discrepancies_wanted.emit()
        await whole.settled()
        assert main.workspace.page.tabs.shown is Tab.DISCREPANCIES

    run(scenario())


def test_a_store_that_is_opened_while_the_panes_of_another_are_built_gets_its_own(
    run: Run, sown: Sown, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Workspace] = []
    furnishing = Workspace.furnishing

    def interrupted(workspace: Workspace) -> Iterator[None]:
        for step in furnishing(workspace):
            if not built:
                built.append(workspace)
                whole.window.open()
            yield step

    monkeypatch.setattr(Workspace, "furnishing", interrupted)

    async def scenario() -> None:
        main = await whole.open()
        assert built
        assert main.workspace is not None
        assert main.workspace is not built[0]
        assert not isValid(built[0])
        assert "All accounts" in words(main)
        assert not whole.desk.messages.kept

    run(scenario())


def test_the_settings_are_usable_without_a_store_and_lead_to_another(
    run: Run, whole: Whole, places: Folders
) -> None:
    async def scenario() -> None:
        main = await whole.open(_broken(places))
        press(main, "Open another store…")
        settings = await window("Settings")
        await until(lambda: button(settings, "Back to the default store").isEnabled())
        assert not whole.desk.messages.kept
        press(settings, "Back to the default store")
        await until(lambda: window_titled("Settings") is None)
        await whole.settled()
        assert "Welcome to ESD Desktop" in words(main)

    run(scenario())


def test_trying_again_helps_where_the_world_was_mended(
    run: Run, whole: Whole, places: Folders
) -> None:
    async def scenario() -> None:
        save_setting(places, "store", _broken(places))
        main = await whole.open()
        assert NOT_OPENED in words(main)
        assert "Back to the former store" not in [
            one.text() for one in main.findChildren(type(button(main, "Try again")))
        ]
        (places.data / "broken.db").unlink()
        press(main, "Try again")
        await whole.settled()
        assert "Welcome to ESD Desktop" in words(main)

    run(scenario())


def test_the_store_that_was_opened_last_is_opened_at_the_next_start(
    run: Run, sown: Sown, whole: Whole, places: Folders, tmp_path: Path
) -> None:
    async def scenario() -> None:
        await whole.open()
        main = await whole.open(str(tmp_path / "other.db"))
        assert "Welcome to ESD Desktop" in words(main)
        assert load_settings(places).store == str(tmp_path / "other.db")
        main = await whole.again()
        assert "Welcome to ESD Desktop" in words(main)
        main = await whole.open(places.default_store)
        assert main.workspace is not None
        assert load_settings(places).store == ""

    run(scenario())


def test_a_message_is_a_toast_unless_it_was_shown_where_it_was_asked_for(
    run: Run, whole: Whole
) -> None:
    async def scenario() -> None:
        main = await whole.open()
        whole.desk.messages.post(SENT)
        whole.desk.messages.post(Message(Tone.GOOD, "Saved.", quiet=True))
        assert [toast.sentence for toast in main.toasts.shown] == ["The mail was sent."]
        activity = main.activity.findChild(QListView)
        assert isinstance(activity, QListView)
        assert activity.model().rowCount() == 2

    run(scenario())


def test_f8_goes_to_the_newest_toast_and_then_to_the_activity(run: Run, whole: Whole) -> None:
    async def scenario() -> None:
        main = await whole.open()
        whole.desk.messages.post(SENT)
        QTest.keyClick(main, Qt.Key.Key_F8)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert main.toasts.shown[0].isAncestorOf(focused)
        QTest.keyClick(focused, Qt.Key.Key_Escape)
        assert main.toasts.shown == []
        QTest.keyClick(main, Qt.Key.Key_F8)
        focused = QApplication.focusWidget()
        assert isinstance(focused, QListView)
        assert main.activity.isAncestorOf(focused)
        assert focused.currentIndex().row() == 0

    run(scenario())


def test_the_demo_is_a_process_of_its_own(
    run: Run, whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$@" > {said}.part && mv {said}.part {said}\n', "utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))

    async def scenario() -> None:
        main = await whole.open()
        press(main, "Open the demo")
        assert "demo is being prepared" in whole.desk.messages.kept[-1].sentence
        await until(said.exists)
        assert said.read_text("utf-8").strip() == "-m esd_desktop.demo"

    run(scenario())


def test_a_demo_that_cannot_start_is_told(
    run: Run, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    async def scenario() -> None:
        main = await whole.open()
        press(main, "Open the demo")
        assert whole.desk.messages.kept[-1].sentence == "The demo could not be started."
        assert main.toasts.shown[-1].tone is Tone.BAD

    run(scenario())


def test_a_screen_that_asks_for_the_settings_or_an_import_gets_them(run: Run, whole: Whole) -> None:
    async def scenario() -> None:
        await whole.open()
        whole.desk.navigator.settings_wanted.emit("mail")
        settings = await window("Settings")
        assert "Mail" in words(settings)
        press(settings, "Close")
        await until(lambda: window_titled("Settings") is None)
        whole.desk.navigator.import_wanted.emit()
        chooser = await window("Import accounts and assets")
        assert isinstance(chooser, QFileDialog)
        chooser.reject()
        await whole.settled()

    run(scenario())


def test_its_shape_is_there_at_the_next_start(run: Run, sown: Sown, whole: Whole) -> None:
    async def scenario() -> None:
        main = await whole.open()
        main.resize(777, 555)
        main.activity.show()
        await whole.settled()
        whole.close()
        whole.window = again = type(main)(whole.desk.memory)
        again.furnish(whole.desk, main._open_store)
        again.show()
        assert (again.width(), again.height()) == (777, 555)
        assert again.activity.isVisible()
        await whole.open()

    run(scenario())


def test_it_follows_the_system_to_other_colours(
    run: Run, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshed: list[bool] = []
    monkeypatch.setattr(Theme, "refresh", lambda self: refreshed.append(True))
    QApplication.sendEvent(whole.window, QEvent(QEvent.Type.ThemeChange))
    assert refreshed == [True]


def test_closing_is_told_and_what_is_open_over_it_does_not_prevent_it(
    run: Run, whole: Whole
) -> None:
    async def scenario() -> None:
        main = await whole.open()
        closed: list[bool] = []
        main.closed.connect(lambda: closed.append(True))
        main.show_settings()
        await window("Settings")
        main.close()
        assert closed == [True]
        assert not main.isVisible()

    run(scenario())
