"""The whole window on a desk, as the program makes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from esd_desktop.app import StoreOpener
from esd_desktop.settings import Folders
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.main_window import MainWindow
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run


class Whole:
    """A main window on the screen. ``again`` is the next start's."""

    def __init__(self, desk: Desk, places: Folders) -> None:
        self.desk = desk
        self.opener = StoreOpener(desk, places, None)
        self.window = self._start()

    async def open(self, address: str | None = None) -> MainWindow:
        """Open a store, and wait until what is in it is shown."""
        self.window.open(address)
        await self.settled()
        return self.window

    async def settled(self) -> None:
        """Wait until nothing runs any more."""
        await until(lambda: not self.desk.tasks.count, 20)

    async def again(self) -> MainWindow:
        """Close the window and start anew."""
        self.close()
        self.window = self._start()
        return await self.open()

    def close(self) -> None:
        """Close it for good."""
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _start(self) -> MainWindow:
        made = MainWindow(self.desk.memory)
        made.furnish(self.desk, self.opener)
        made.resize(1400, 800)
        made.show()
        made.activateWindow()
        return made


@pytest.fixture
def whole(run: Run, desk: Desk, places: Folders, qapp: QApplication) -> Iterator[Whole]:
    # A window that is closed must not end the loop of a scenario.
    qapp.setQuitOnLastWindowClosed(False)

    async def make() -> Whole:
        return Whole(desk, places)

    made = run(make())
    yield made
    made.close()
    qapp.setQuitOnLastWindowClosed(True)


@pytest.fixture
def main(run: Run, sown: Sown, whole: Whole, qtbot: QtBot) -> MainWindow:
    """The window with its panes, on accounts and assets in every state."""
    opened = run(whole.open())
    qtbot.waitActive(opened)
    return opened


def menu_of(main: MainWindow, title: str) -> QMenu:
    """A menu of the menu bar."""
    for top in main.menuBar().actions():
        menu = top.menu()
        if isinstance(menu, QMenu) and top.text().replace("&", "") == title:
            return menu
    raise KeyError(title)


def entry(main: MainWindow, title: str, text: str) -> QAction:
    """An entry of a menu."""
    entries = menu_of(main, title).actions()
    return next(one for one in entries if one.text().replace("&", "") == text)
