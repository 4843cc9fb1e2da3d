"""Lists on a desk: that of assets, and a page of the catalogue that stands for the simple ones."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from esd_desktop.models.listing import ListKind
from esd_desktop.models.offering import Offering
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.services.context import Services
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists import cells
from esd_desktop.ui.lists.columns import Columns, ColumnSpec
from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.widgets.empty_state import EmptyState
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.assets.conftest import shown

__all__ = ["catalogue", "many_offered", "offered", "shown"]

FILTERS = (("all", "All"), ("new", "New"), ("active", "Active"))
COLUMNS: Columns[OfferingRow] = Columns(
    (
        ColumnSpec(
            "sku", "SKU", "The code", cells.words("EP2-00000"), lambda row: cells.words(row.sku)
        ),
        ColumnSpec(
            "name",
            "Product",
            "What it is called",
            cells.words("Office 2024"),
            lambda row: cells.words(row.name),
            sort="name",
        ),
        ColumnSpec(
            "price",
            "Price",
            "The price of one",
            cells.words("1,000.00 EUR"),
            lambda row: cells.money(row.price),
            sort="price",
            newest_first=True,
            numeric=True,
        ),
    ),
    shown=("name", "price"),
    filler="name",
    first_sort=("name", False),
)


async def offer(services: Services, connection_id: int, count: int, first: int = 0) -> list[int]:
    """So many offerings, named in the order of their ids; every third one is new."""
    async with services.store.change() as work:
        made = [
            Offering(
                connection_id=connection_id,
                sku=f"EP2-{number:05d}",
                name=f"Product {number:05d}",
                description="",
                unit_type="licence",
                price_amount=Decimal(100 + number),
                currency="EUR",
                status=CatalogueStatus.ACTIVE if number % 3 else CatalogueStatus.NEW,
            )
            for number in range(first, first + count)
        ]
        work.session.add_all(made)
        await work.commit()
    return sorted(offering.id for offering in made)


async def rename(services: Services, offering_id: int, name: str) -> None:
    """Another desktop changes an offering."""
    async with services.store.change() as work:
        offering = await work.session.get(Offering, offering_id)
        assert offering is not None
        offering.name = name
        await work.commit()


async def withdraw(services: Services, offering_id: int) -> None:
    """Another desktop takes an offering out."""
    async with services.store.change() as work:
        await work.session.delete(await work.session.get(Offering, offering_id))
        await work.commit()


def put_away(window: QWidget) -> None:
    """Close a window now: the last one that is deleted later would end the loop with it."""
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


class Catalogue:
    """A page of the catalogue in a window of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page = RecordPage(
            desk,
            kind=ListKind.OFFERINGS,
            columns=COLUMNS,
            name="catalogue",
            title="Offerings",
            filters=FILTERS,
            search_hint="Search name or code",
        )
        self.page.resize(900, 400)

    async def open(self) -> None:
        """Show it and wait until it is read."""
        self.page.show()
        self.page.activateWindow()
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing is read any more."""
        keys = [f"catalogue {part}" for part in ("list", "pages", "changes", "place")]
        await until(lambda: not any(map(self.desk.tasks.is_busy, keys)))
        await asyncio.sleep(0)

    async def search(self, text: str) -> None:
        """Type into the search field and press Enter."""
        QTest.keyClicks(self.page.bar.search, text)
        QTest.keyClick(self.page.bar.search, Qt.Key.Key_Return)
        await self.settled()

    def ids(self) -> list[int | None]:
        """The records by position; None where one is being loaded."""
        model = self.page.list.model
        rows = [model.row_at(position) for position in range(model.rowCount())]
        return [None if row is None else row.id for row in rows]

    def click(self, row_id: int) -> None:
        """Click on a row."""
        QTest.mouseClick(
            self.page.list.table.viewport(), Qt.MouseButton.LeftButton, pos=self._place(row_id)
        )

    def double_click(self, row_id: int) -> None:
        """Click on a row twice."""
        self.click(row_id)
        QTest.mouseDClick(
            self.page.list.table.viewport(), Qt.MouseButton.LeftButton, pos=self._place(row_id)
        )

    def menu(self) -> QMenu | None:
        """The menu of the rows, where it is open."""
        menus = self.page.list.table.findChildren(QMenu)
        return next((one for one in menus if one.isVisible()), None)

    def empty_state(self) -> EmptyState | None:
        """What stands in the place of the rows, where there are none."""
        states = self.page.findChildren(EmptyState)
        return next((one for one in states if one.isVisibleTo(self.page)), None)

    def close(self) -> None:
        put_away(self.page)

    def _place(self, row_id: int) -> QPoint:
        model = self.page.list.model
        position = model.position_of(row_id)
        assert position is not None
        return self.page.list.table.visualRect(model.index(position, 1)).center()


@pytest.fixture
def offered(run: Run, desk: Desk, sown: Sown) -> list[int]:
    """The ids of six offerings, the first and the fourth of them new."""
    return run(desk.backend.call(offer, sown.connection, 6))


@pytest.fixture
def many_offered(run: Run, desk: Desk, sown: Sown) -> list[int]:
    """The ids of several pages of offerings."""
    return run(desk.backend.call(offer, sown.connection, 1000))


@pytest.fixture
def catalogue(desk: Desk) -> Iterator[Catalogue]:
    """Not on the screen yet."""
    made = Catalogue(desk)
    yield made
    made.close()
