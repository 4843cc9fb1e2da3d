"""Fills the asset model from the store: what is asked for, what is looked at, what has changed."""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import QObject, Signal

from esd_desktop.errors import EsdError
from esd_desktop.models.rows import AssetCounts, AssetQuery, AssetRow
from esd_desktop.services.browse import asset_counts, asset_page, asset_position, asset_rows
from esd_desktop.services.changes import Changes
from esd_desktop.ui.assets.membership import stays_put
from esd_desktop.ui.assets.model import PAGE, AssetModel, Pages, pages_of
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.rereading import Rereading

_READ_AT_ONCE = 8


class AssetFeed(QObject):
    """Reads for one model. ``name`` keeps the tasks of several lists apart.

    ``answering`` comes before the model changes to another answer, ``answered`` with its counts
    after; ``counted`` where only the counts were read. ``arrived`` tells that rows were loaded.
    ``failed`` carries an EsdError where there is nothing to show instead; other faults are told as
    messages, and what is shown stays.
    """

    answering = Signal()
    answered = Signal(object)
    counted = Signal(object)
    arrived = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, model: AssetModel, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._model = model
        self._key = f"{name} list"
        self._query: AssetQuery | None = None
        self._answered: AssetQuery | None = None
        self._looked_at = (0, 0)
        self._wanted_too: tuple[int, ...] = ()
        self._touched: frozenset[int] = frozenset()
        self._begun = 0
        self._shown = 0
        self._pages = Rereading(desk, f"{name} pages", self, self._load_missing)
        self._changes = Rereading(desk, f"{name} changes", self, self._follow_changes)
        desk.bus.store_changed.connect(self._store_changed)

    @property
    def query(self) -> AssetQuery | None:
        """What is asked for now."""
        return self._query

    @property
    def is_settled(self) -> bool:
        """Whether the model shows the answer to what is asked for."""
        return self._answered == self._query

    @property
    def task(self) -> str:
        """The key of the task that reads the list."""
        return self._key

    def ask(self, query: AssetQuery) -> None:
        """Show another list, from its top."""
        if query != self._query:
            self._query = query
            self._looked_at = (0, 0)
            self._wanted_too = ()
        self.refresh()

    def refresh(self) -> None:
        """Read the list again, where it is looked at."""
        if self._query is not None:
            query = self._query
            self._desk.tasks.run(self._key, partial(self._answer, query), owner=self, latest=True)

    def look(self, first: int, last: int) -> None:
        """These positions are on the screen: load them where they are missing."""
        self._looked_at = (first, last)
        if self.is_settled and self._model.missing_pages(first, last):
            self._pages.ask()

    def want_too(self, positions: tuple[int, ...]) -> None:
        """Positions to be read along when the list is read again, wherever one looks."""
        self._wanted_too = positions

    async def position(self, asset_id: int) -> int | None:
        """Where an asset stands in the list that is asked for; None where it does not."""
        if self._query is None:
            return None
        return await self._desk.read(asset_position, self._query, asset_id)

    async def rows(self, query: AssetQuery, first: int, last: int) -> list[AssetRow]:
        """The rows at the positions from ``first`` to ``last``."""
        return await self._desk.read(asset_page, query, first, last - first + 1)

    async def _answer(self, query: AssetQuery) -> None:
        self._begun += 1
        turn = self._begun
        try:
            counts, pages = await self._read(query)
        except EsdError as fault:
            if self._answered == query:
                raise
            self._answered = None
            self.failed.emit(fault)
            return
        # A reading that began later may have ended before, and knows better.
        if query == self._query and turn > self._shown:
            self._shown = turn
            self._show(query, counts, pages)

    async def _read(self, query: AssetQuery) -> tuple[AssetCounts, Pages]:
        wanted = self._pages_to_read()
        counts, pages = await asyncio.gather(
            self._desk.read(asset_counts, query),
            asyncio.gather(*(self._page(query, page) for page in wanted)),
        )
        return counts, dict(zip(wanted, pages, strict=True))

    def _pages_to_read(self) -> list[int]:
        pages = list(pages_of(*self._looked_at))
        too = sorted({position // PAGE for position in self._wanted_too} - set(pages))
        return (pages + too)[:_READ_AT_ONCE]

    async def _page(self, query: AssetQuery, page: int) -> list[AssetRow]:
        return await self._desk.read(asset_page, query, page * PAGE, PAGE)

    def _show(self, query: AssetQuery, counts: AssetCounts, pages: Pages) -> None:
        self.answering.emit()
        self._answered = query
        self._model.answer(counts.found, pages)
        self.answered.emit(counts)

    async def _load_missing(self) -> None:
        """Load what is looked at, page by page; what was scrolled past meanwhile is not loaded."""
        while self.is_settled and (missing := self._model.missing_pages(*self._looked_at)):
            query, answer, page = self._answered, self._shown, missing[0]
            assert query is not None
            rows = await self._page(query, page)
            if answer != self._shown:
                continue
            self._model.put(page, rows)
            self.arrived.emit()
            if len(rows) < min(PAGE, self._model.rowCount() - page * PAGE):
                # Somebody else has shortened the list since it was counted.
                self.refresh()

    def _store_changed(self, changes: Changes) -> None:
        if changes.everything or changes.accounts:
            self.refresh()
        elif changes.assets:
            self._touched |= changes.assets
            self._changes.ask()

    async def _follow_changes(self) -> None:
        """Show the assets that changed as they are now; read the list again where one of them may
        have come, gone or moved."""
        touched, self._touched = self._touched, frozenset()
        query = self._query
        if query is None:
            return
        if not self.is_settled or self._desk.tasks.is_busy(self._key):
            # What is being read may be from before the change.
            await self._answer(query)
            return
        counts, rows = await asyncio.gather(
            self._desk.read(asset_counts, query), self._desk.read(asset_rows, touched)
        )
        if query != self._query:
            return
        if counts.found != self._model.rowCount() or not all(map(self._stays_put, rows)):
            await self._answer(query)
        else:
            self._model.renew(rows)
            self.counted.emit(counts)

    def _stays_put(self, row: AssetRow) -> bool:
        position = self._model.position_of(row.id)
        before = None if position is None else self._model.row_at(position)
        return (
            before is not None and self._query is not None and stays_put(self._query, before, row)
        )
