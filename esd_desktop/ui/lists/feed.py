"""Fills a list from its source: what is asked for, what is looked at, what has changed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import Generic

from PySide6.QtCore import QObject, QTimer, Signal

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Changes
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.model import PAGE, Pages, RecordModel, pages_of
from esd_desktop.ui.lists.source import Counts, QueryT, RowT, Source
from esd_desktop.ui.rereading import Rereading
from esd_desktop.ui.tasks import while_wanted

_READ_AT_ONCE = 8
# Of more records at once than this it is not asked which of them still stand where they stood.
_FOLLOWED_SINGLY = 200
# A list's first rows wait so long to be shown together with how many there are.
_COUNTED_WITHIN_S = 0.03
# Where all places of a long list are is looked up once it stays as it is for so long.
_QUIET_MS = 150
_LONG = 1024


class RecordFeed(QObject, Generic[QueryT, RowT]):
    """Reads for one model. ``name`` keeps the tasks of several lists apart.

    ``answering`` comes before the model changes to another answer, ``answered`` with its counts
    after; ``begun`` where its first rows are there and are still being counted; ``counted`` where
    only the counts were read. ``arrived`` tells that rows were loaded.
    ``failed`` carries an EsdError where there is nothing to show instead; other faults are told as
    messages, and what is shown stays.
    """

    answering = Signal()
    begun = Signal()
    answered = Signal(object)
    counted = Signal(object)
    arrived = Signal()
    failed = Signal(object)

    def __init__(
        self,
        desk: Desk,
        source: Source[QueryT, RowT],
        model: RecordModel[RowT],
        name: str,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._source = source
        self._model = model
        self._key = f"{name} list"
        self._query: QueryT | None = None
        self._answered: QueryT | None = None
        self._looked_at = (0, 0)
        self._wanted_too: tuple[int, ...] = ()
        self._touched: frozenset[int] = frozenset()
        self._all_touched = False
        self._turns = 0
        self._shown = 0
        self._pages = Rereading(desk, f"{name} pages", self, self._load_missing)
        self._changes = Rereading(desk, f"{name} changes", self, self._follow_changes)
        self._quiet = QTimer(self, interval=_QUIET_MS, singleShot=True)
        self._quiet.timeout.connect(self._map)
        desk.bus.store_changed.connect(self._store_changed)

    @property
    def query(self) -> QueryT | None:
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

    def ask(self, query: QueryT) -> None:
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

    async def position(self, row_id: int) -> int | None:
        """Where a record stands in the list that is asked for; None where it does not."""
        if self._query is None:
            return None
        return await self._source.position(self._query, row_id)

    async def rows(self, query: QueryT, first: int, last: int) -> list[RowT]:
        """The rows at the positions from ``first`` to ``last``."""
        counted = self._model.rowCount() if query == self._answered else None
        return await self._source.page(query, first, last - first + 1, counted=counted)

    async def _answer(self, query: QueryT) -> None:
        self._turns += 1
        turn = self._turns
        try:
            counts, pages = await self._read(query, turn)
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

    async def _read(self, query: QueryT, turn: int) -> tuple[Counts, Pages[RowT]]:
        counting = asyncio.ensure_future(self._source.counts(query))
        with while_wanted():
            return await asyncio.gather(counting, self._read_pages(query, turn, counting))

    async def _read_pages(
        self, query: QueryT, turn: int, counting: asyncio.Future[Counts]
    ) -> Pages[RowT]:
        wanted = self._pages_to_read()
        pages = await asyncio.gather(*(self._page(query, page) for page in wanted))
        if wanted == [0] and query != self._answered:
            await asyncio.wait([counting], timeout=_COUNTED_WITHIN_S)
            if not counting.done() and turn == self._turns and query == self._query:
                self._begin(pages[0])
        return dict(zip(wanted, pages, strict=True))

    def _begin(self, rows: list[RowT]) -> None:
        """Show another list's first rows before it is known how many there are."""
        if rows:
            self.answering.emit()
            self._answered = None
            self._model.answer(len(rows), {0: rows})
            self.begun.emit()

    def _pages_to_read(self) -> list[int]:
        pages = list(pages_of(*self._looked_at))
        too = sorted({position // PAGE for position in self._wanted_too} - set(pages))
        return (pages + too)[:_READ_AT_ONCE]

    async def _page(self, query: QueryT, page: int, counted: int | None = None) -> list[RowT]:
        return await self._source.page(query, page * PAGE, PAGE, counted=counted)

    def _show(self, query: QueryT, counts: Counts, pages: Pages[RowT]) -> None:
        self.answering.emit()
        self._answered = query
        self._model.answer(counts.found, pages)
        self.answered.emit(counts)
        if counts.found > _LONG:
            self._quiet.start()

    def _map(self) -> None:
        """Where this fails, whoever scrolls there is told. At the start it waits for the services
        that will have the use of it."""
        if self._desk.backend.is_open_elsewhere:
            self._quiet.start()
        elif self.is_settled and self._query is not None:
            query = self._query
            self._desk.tasks.run(
                f"{self._key} map", partial(self._read_map, query), owner=self, latest=True
            )

    async def _read_map(self, query: QueryT) -> None:
        with suppress(EsdError):
            await self._source.map(query)

    async def _load_missing(self) -> None:
        """Load what is looked at; what was scrolled past meanwhile is not loaded."""
        while self.is_settled and (missing := self._model.missing_pages(*self._looked_at)):
            query, answer, counted = self._answered, self._shown, self._model.rowCount()
            assert query is not None
            with while_wanted():
                pages = await asyncio.gather(
                    *(self._page(query, page, counted) for page in missing)
                )
            if answer != self._shown:
                continue
            for page, rows in zip(missing, pages, strict=True):
                self._model.put(page, rows)
            self.arrived.emit()
            if any(map(self._is_short, missing, pages)):
                # Somebody else has shortened the list since it was counted.
                self.refresh()

    def _is_short(self, page: int, rows: list[RowT]) -> bool:
        return len(rows) < min(PAGE, self._model.rowCount() - page * PAGE)

    def _store_changed(self, changes: Changes) -> None:
        if self._source.rereads(changes):
            self._all_touched = True
        else:
            self._touched |= self._source.touched(changes)
        if self._all_touched or self._touched:
            self._changes.ask()

    async def _follow_changes(self) -> None:
        """Show the records that changed as they are now; read the list again where one of them may
        have come, gone or moved."""
        touched, self._touched = self._touched, frozenset()
        all_touched, self._all_touched = self._all_touched, False
        query = self._query
        if query is None:
            return
        # What is being read may be from before the change.
        is_being_read = not self.is_settled or self._desk.tasks.is_busy(self._key)
        if all_touched or is_being_read or len(touched) > _FOLLOWED_SINGLY:
            await self._answer(query)
            return
        with while_wanted():
            counts, rows = await asyncio.gather(
                self._source.counts(query), self._source.rows(touched)
            )
        if query != self._query:
            return
        if counts.found != self._model.rowCount() or not all(map(self._stays_put, rows)):
            await self._answer(query)
        else:
            self._model.renew(rows)
            self.counted.emit(counts)

    def _stays_put(self, row: RowT) -> bool:
        position = self._model.position_of(row.id)
        before = None if position is None else self._model.row_at(position)
        return (
            before is not None
            and self._query is not None
            and self._source.stays_put(self._query, before, row)
        )
