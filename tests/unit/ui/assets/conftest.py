"""The Assets tab in a window, and how it is read and worked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from esd_desktop.ui.assets.columns import COLUMNS, Column
from esd_desktop.ui.assets.page import AssetsPage
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.furnishing import furnished
from esd_desktop.ui.lists.table import RecordTable
from esd_desktop.ui.widgets.empty_state import EmptyState
from tests.support.waiting import until

_TASKS_OF_THE_LIST = ("assets list", "assets pages", "assets changes", "assets place")
_TASKS_OF_THE_PAGE = ("assets views", "assets account", "assets by customer")


class Shown:
    """A page that is on the screen. ``told`` is what the navigator was told to be selected."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.told: list[int | None] = []
        desk.navigator.asset_selected.connect(self.told.append)
        self.page = furnished(AssetsPage(desk))
        self.page.resize(1100, 500)
        self.page.show()
        self.page.activateWindow()

    @property
    def table(self) -> RecordTable:
        return self.page.list.table

    @property
    def selected(self) -> int | None:
        return self.page.list.selected_id

    async def open(self, account_id: int | None = None) -> None:
        """Show an account's assets, or all, and wait until they are there."""
        self.page.show_account(account_id)
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing is read any more."""
        keys = (*_TASKS_OF_THE_LIST, *_TASKS_OF_THE_PAGE)
        await until(lambda: not any(map(self.desk.tasks.is_busy, keys)))
        await asyncio.sleep(0)

    async def search(self, text: str) -> None:
        """Type into the search field and press Enter."""
        field = self.page.bar.search
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        await self.settled()

    def ids(self) -> list[int | None]:
        """The assets by position; None where one is being loaded."""
        model = self.page.list.model
        rows = [model.row_at(position) for position in range(model.rowCount())]
        return [None if row is None else row.id for row in rows]

    def position(self, asset_id: int) -> int:
        found = self.page.list.model.position_of(asset_id)
        assert found is not None
        return found

    def text(self, asset_id: int, column: Column, role: int = Qt.ItemDataRole.DisplayRole) -> str:
        """What a cell says."""
        index = self.page.list.model.index(self.position(asset_id), COLUMNS.place(column))
        return str(self.page.list.model.data(index, role))

    def place(self, asset_id: int, column: Column = Column.PRODUCT) -> QPoint:
        """Where a cell is, in the table's viewport."""
        index = self.page.list.model.index(self.position(asset_id), COLUMNS.place(column))
        return self.table.visualRect(index).center()

    def click(self, asset_id: int, column: Column = Column.PRODUCT) -> None:
        """Click on a row."""
        place = self.place(asset_id, column)
        QTest.mouseClick(self.table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def empty_state(self) -> EmptyState | None:
        """What stands in the place of the rows, where there are none."""
        states = self.page.findChildren(EmptyState)
        return next((one for one in states if one.isVisibleTo(self.page)), None)

    def line(self) -> str:
        """The line under the table."""
        return self.page.counts_line.text()

    async def menu(self) -> QMenu:
        """Wait for the menu of the rows."""
        await until(self._menu)
        found = self._menu()
        assert found is not None
        return found

    def _menu(self) -> QMenu | None:
        menus = self.table.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return next((one for one in menus if one.isVisible()), None)

    def close(self) -> None:
        self.page.close()
        self.page.deleteLater()
        application = QApplication.instance()
        assert application is not None
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def shown(desk: Desk) -> Iterator[Shown]:
    made = Shown(desk)
    yield made
    made.close()
