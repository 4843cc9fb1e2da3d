"""The browser and the account page in windows, and how they are read and worked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from esd_desktop.errors import StoreFault
from esd_desktop.services.context import Services
from esd_desktop.ui.accounts.account_page import AccountPage
from esd_desktop.ui.accounts.browser import AccountBrowser
from esd_desktop.ui.accounts.model import COUNT_ROLE
from esd_desktop.ui.accounts.view import AccountView
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.furnishing import furnished
from esd_desktop.ui.widgets.empty_state import EmptyState
from tests.support.waiting import until
from tests.support.window import Run

WidgetT = TypeVar("WidgetT", bound=QWidget)


class Shown:
    """Something of ours on the screen. ``opened`` is where the navigator was asked to go,
    ``selected`` the asset it was told of last."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.opened: list[int | None] = []
        self.selected: int | None = None
        desk.navigator.account_wanted.connect(self.opened.append)
        desk.navigator.asset_selected.connect(self._note_selected)

    async def settled(self) -> None:
        """Wait until nothing is read any more."""
        await until(lambda: not self.desk.tasks.count)
        await asyncio.sleep(0)

    async def open(self, account_id: int | None) -> None:
        """Go to an account, as from elsewhere in the window."""
        self.desk.navigator.account_wanted.emit(account_id)
        await self.settled()

    def _note_selected(self, asset_id: int | None) -> None:
        self.selected = asset_id


class Browsing(Shown):
    """The browser."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.browser = AccountBrowser(desk)
        put_on_screen(self.browser, 260, 600)

    @property
    def view(self) -> AccountView:
        return self.browser.list

    def lines(self) -> list[str]:
        """What can be seen, from top to bottom: two spaces lead the customers of a reseller."""
        return lines_of(self.view)

    def marked(self) -> str | None:
        """The account that is highlighted."""
        selected = self.view.selectionModel().selectedIndexes()
        return str(selected[0].data()) if selected else None

    def index(self, account_id: int) -> QModelIndex:
        index = self.view.accounts.index_of(account_id)
        assert index.isValid()
        return index

    def click(self, account_id: int) -> None:
        place = self.view.visualRect(self.index(account_id)).center()
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    async def search(self, text: str) -> None:
        """Type into the search field and press Enter."""
        # Not by keyClicks: it knows ASCII only.
        self.browser.search.insert(text)
        QTest.keyClick(self.browser.search, Qt.Key.Key_Return)
        await self.settled()


class Paging(Shown):
    """The account page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.page = furnished(AccountPage(desk))
        put_on_screen(self.page, 820, 860)

    def tabs(self) -> list[str]:
        """The words of the tabs that are shown."""
        tabs = self.page.tabs
        shown = [place for place in range(tabs.count()) if tabs.isTabVisible(place)]
        return [" ".join(tabs.tabText(place).split()) for place in shown]

    def tab(self) -> str:
        """The word of the tab that is open."""
        return self.page.tabs.tabText(self.page.tabs.currentIndex()).split()[0]

    async def choose_tab(self, word: str) -> None:
        """Click a tab."""
        bar = self.page.tabs.tabBar()
        (place,) = [at for at in range(bar.count()) if bar.tabText(at).split()[0] == word]
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())
        await self.settled()


def lines_of(view: AccountView) -> list[str]:
    lines = []
    index = view.accounts.index(0, 0)
    while index.isValid():
        margin = "  " if index.parent().isValid() else ""
        lines.append(f"{margin}{index.data()} {index.data(COUNT_ROLE)}")
        index = view.indexBelow(index)
    return lines


def named(inside: QWidget, kind: type[WidgetT], name: str) -> WidgetT:
    """The widget with this accessible name."""
    (found,) = [one for one in inside.findChildren(kind) if one.accessibleName() == name]
    return found


def empty_state(inside: QWidget) -> EmptyState | None:
    """What stands where nothing can be shown."""
    states = inside.findChildren(EmptyState)
    return next((one for one in states if one.isVisibleTo(inside)), None)


async def lose_store(desk: Desk) -> None:
    """Close the store, as where another one could not be opened."""

    async def refused() -> Services:
        raise StoreFault("There is no such store.")

    with pytest.raises(StoreFault):
        await desk.backend.open(refused)


def put_on_screen(widget: QWidget, width: int, height: int) -> None:
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()


def take_away(widget: QWidget) -> None:
    widget.close()
    widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def browsing(run: Run, desk: Desk) -> Iterator[Browsing]:
    async def make() -> Browsing:
        return Browsing(desk)

    made = run(make())
    yield made
    take_away(made.browser)


@pytest.fixture
def paging(desk: Desk) -> Iterator[Paging]:
    made = Paging(desk)
    yield made
    take_away(made.page)
