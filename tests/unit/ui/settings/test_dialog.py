"""The settings dialog: its pages, without a store too, and leaving it without losing anything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from esd_desktop.settings import Folders, load_settings
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import Scheme, Theme
from esd_desktop.ui.settings.dialog import show_settings
from tests.support.frame import no_store
from tests.support.waiting import until
from tests.support.widgets import button, line, notice, press, window, window_titled, words, write
from tests.support.window import Run
from tests.unit.ui.settings.conftest import OpenSettings, go_to

LEAVING = "Close without saving?"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("connections", "Connections"),
        ("mail", "Mail"),
        ("keys", "Licence keys"),
        ("store", "Store"),
        ("appearance", "Appearance"),
    ],
)
def test_it_opens_on_the_page_that_was_asked_for(
    run: Run, open_settings: OpenSettings, page: str, title: str
) -> None:
    async def scenario() -> None:
        assert title in words(open_settings(page))

    run(scenario())


def test_without_a_store_every_page_says_so_and_nobody_is_bothered(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        await no_store(desk)
        dialog = open_settings("connections")
        await until(lambda: any("No store is open." in text for text in words(dialog)))
        for page in ("Mail", "Licence keys"):
            go_to(dialog, page)
            await until(lambda: "No store is open." in (notice(dialog) or ""))
        go_to(dialog, "Store")
        await until(lambda: not desk.tasks.is_busy("store settings"))
        assert not desk.messages.kept
        press(dialog, "Close")
        assert not dialog.isVisible()

    run(scenario())


def test_it_is_awaited_until_it_is_closed(run: Run, desk: Desk, below: QWidget) -> None:
    async def scenario() -> None:
        shown = asyncio.ensure_future(show_settings(desk, below, "keys", lambda _: None))
        dialog = await window("Settings")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await asyncio.wait_for(shown, 5)
        assert window_titled("Settings") is None

    run(scenario())


@pytest.mark.parametrize("leave", [True, False])
def test_esc_asks_before_something_typed_is_lost(
    run: Run, open_settings: OpenSettings, leave: bool
) -> None:
    async def scenario() -> None:
        dialog = open_settings("mail")
        await until(lambda: line(dialog, "Port").text() == "587")
        write(dialog, "Mail server", "smtp.example.com")
        go_to(dialog, "Store")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        question = await window(LEAVING)
        assert any("“Mail”" in text for text in words(question))
        press(question, "Close without saving" if leave else "Go on editing")
        await until(lambda: dialog.isVisible() is not leave)
        await until(lambda: window_titled(LEAVING) is None)
        if not leave:
            assert line(dialog, "Mail server").text() == "smtp.example.com"

    run(scenario())


def test_another_store_is_opened_by_its_file_or_its_address(
    run: Run, open_settings: OpenSettings, wanted_stores: list[str], tmp_path: Path
) -> None:
    async def scenario() -> None:
        for typed in (str(tmp_path / "other.db"), "postgresql://anna@db/esd"):
            dialog = open_settings("store")
            write(dialog, "Another store", f" {typed} ")
            press(dialog, "Open this store")
            assert not dialog.isVisible()
            assert wanted_stores[-1] == typed

    run(scenario())


def test_a_file_is_named_in_full(
    run: Run,
    open_settings: OpenSettings,
    wanted_stores: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)

    async def scenario() -> None:
        dialog = open_settings("store")
        write(dialog, "Another store", "mine.db")
        press(dialog, "Open this store")
        assert wanted_stores == [str(tmp_path / "mine.db")]

    run(scenario())


def test_the_way_back_to_the_default_store_is_offered_where_another_is_open(
    run: Run, desk: Desk, open_settings: OpenSettings, wanted_stores: list[str], places: Folders
) -> None:
    async def scenario() -> None:
        dialog = open_settings("store")
        await until(lambda: not desk.tasks.is_busy("store settings"))
        assert not button(dialog, "Back to the default store").isEnabled()
        dialog.accept()
        await no_store(desk)
        dialog = open_settings("store")
        await until(lambda: not desk.tasks.is_busy("store settings"))
        press(dialog, "Back to the default store")
        assert wanted_stores == [places.default_store]

    run(scenario())


def test_the_appearance_changes_at_once_and_is_kept(
    run: Run, look: Theme, desk: Desk, open_settings: OpenSettings, places: Folders
) -> None:
    async def scenario() -> None:
        dialog = open_settings("appearance")
        for text, scheme in (("Dark", Scheme.DARK), ("Light", Scheme.LIGHT)):
            press(dialog, text)
            assert desk.theme.scheme is scheme
            assert load_settings(places).theme == scheme.value

    run(scenario())


def test_an_appearance_that_cannot_be_kept_is_told(
    run: Run, look: Theme, desk: Desk, open_settings: OpenSettings, places: Folders
) -> None:
    places.settings_file.parent.mkdir(parents=True, exist_ok=True)
    places.settings_file.write_text("{", "utf-8")

    async def scenario() -> None:
        dialog = open_settings("appearance")
        press(dialog, "Dark")
        assert "cannot be read" in (notice(dialog) or "")

    run(scenario())


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_no_title_is_cut_with_larger_type(
    run: Run, look: Theme, desk: Desk, open_settings: OpenSettings, scale: float
) -> None:
    async def scenario() -> None:
        desk.theme.set_text_scale(scale)
        dialog = open_settings("connections")
        await until(lambda: "No connection yet" in words(dialog))
        pages = dialog._list
        assert pages.viewport().width() >= pages.sizeHintForColumn(0)
        for label in dialog.findChildren(QLabel):
            if label.isVisibleTo(dialog) and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width())

    run(scenario())
