"""The Edit menu does what its keys do where the keyboard is."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from esd_desktop.errors import Refused
from esd_desktop.ui.main_window import MainWindow
from tests.support.main_window import Whole, entry, menu_of
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run


def _focused() -> QWidget:
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def test_copy_takes_what_has_the_keyboard(run: Run, whole: Whole, main: MainWindow) -> None:
    async def scenario() -> None:
        assert main.workspace is not None
        search = main.workspace.page.assets.bar.search
        main.workspace.page.assets.focus_search()
        QTest.keyClicks(_focused(), "Office")
        entry(main, "Edit", "Select All").trigger()
        entry(main, "Edit", "Copy").trigger()
        assert QGuiApplication.clipboard().text() == "Office"
        entry(main, "Edit", "Cut").trigger()
        assert search.text() == ""
        entry(main, "Edit", "Paste").trigger()
        assert search.text() == "Office"
        await whole.settled()

    run(scenario())


def test_copy_in_a_list_takes_its_rows_and_nothing_can_be_cut(
    run: Run, sown: Sown, whole: Whole, main: MainWindow
) -> None:
    async def scenario() -> None:
        assert main.workspace is not None
        whole.desk.navigator.asset_wanted.emit(sown.activated)
        await whole.settled()
        main.workspace.page.assets.list.setFocus()
        menu = menu_of(main, "Edit")
        menu.aboutToShow.emit()
        assert not entry(main, "Edit", "Cut").isEnabled()
        QGuiApplication.clipboard().clear()
        entry(main, "Edit", "Copy").trigger()
        await until(lambda: "Office Home" in QGuiApplication.clipboard().text())

    run(scenario())


def test_the_activity_list_copies_by_the_menu_too(run: Run, whole: Whole, main: MainWindow) -> None:
    async def scenario() -> None:
        whole.desk.tasks.run("refused", _refused, owner=main)
        await whole.settled()
        main.toasts.clear()
        main.go_to_newest_message()
        entry(main, "Edit", "Copy").trigger()
        assert QGuiApplication.clipboard().text() == "That is not possible."

    run(scenario())


async def _refused() -> None:
    raise Refused("That is not possible.")
