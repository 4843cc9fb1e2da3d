"""Where a list reads its rows: what every source answers, and the source of the simple lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from esd_desktop.models.asset_rows import AssetQuery
from esd_desktop.models.listing import ListCounts, ListKind, ListQuery
from esd_desktop.services.changes import Changes
from esd_desktop.services.lists import list_counts, list_page, list_position, list_rows, map_list
from esd_desktop.ui.desk import Desk


class Row(Protocol):
    """A frozen row of a list."""

    @property
    def id(self) -> int:
        """The record's id."""


class Counts(Protocol):
    """How many rows there are."""

    @property
    def found(self) -> int:
        """After filter and search."""


# What a list is asked for; the list itself says how it is sorted.
Query = AssetQuery | ListQuery
QueryT = TypeVar("QueryT", bound=Query)
RowT = TypeVar("RowT", bound=Row)
QueryT_contra = TypeVar("QueryT_contra", bound=Query, contravariant=True)


class Source(Protocol[QueryT_contra, RowT]):
    """Reads one kind of record. Each reading may raise EsdError."""

    async def counts(self, query: QueryT_contra) -> Counts:
        """How many rows there are."""

    async def page(
        self, query: QueryT_contra, offset: int, limit: int, *, counted: int | None = None
    ) -> list[RowT]:
        """The rows at positions ``offset`` to ``offset + limit``; ``counted``: of the list as it
        was when it had so many, so that what one scrolls through does not move."""

    async def map(self, query: QueryT_contra) -> None:
        """Have all places of the list at hand, so that any page is read at once."""

    async def rows(self, ids: Iterable[int]) -> list[RowT]:
        """These rows as they are now, in no order."""

    async def position(self, query: QueryT_contra, row_id: int) -> int | None:
        """Where a row stands, from 0; None where the list does not show it."""

    def touched(self, changes: Changes) -> frozenset[int]:
        """Whose rows may look different after these changes."""

    def rereads(self, changes: Changes) -> bool:
        """Whether after these changes any row may look different, or stand elsewhere."""

    def stays_put(self, query: QueryT_contra, before: RowT, after: RowT) -> bool:
        """Whether a row that changed still stands where it stood."""

    def nothing_yet(self, query: QueryT_contra, counts: Any) -> bool:
        """Where nothing is found: whether there is nothing at all, rather than all of it hidden
        by filter and search."""


# By what else than its own records a list changes: a licence's step shows in its order, its
# invoices, mails and requests, and in what disagrees.
_FOLLOWS_ASSETS = frozenset(ListKind) - {ListKind.OFFERINGS, ListKind.WORKS, ListKind.RESULTS}


class KindSource:
    """The source of a simple list."""

    def __init__(self, desk: Desk, kind: ListKind) -> None:
        self._desk = desk
        self._kind = kind

    async def counts(self, query: ListQuery) -> ListCounts:
        """How many rows each filter has, and how many are found."""
        return await self._desk.read(list_counts, self._kind, query)

    async def page(
        self, query: ListQuery, offset: int, limit: int, *, counted: int | None = None
    ) -> list[Any]:
        """The rows at positions ``offset`` to ``offset + limit``."""
        return await self._desk.read(list_page, self._kind, query, offset, limit, counted=counted)

    async def map(self, query: ListQuery) -> None:
        """Have all places of the list at hand, so that any page is read at once."""
        await self._desk.read(map_list, self._kind, query)

    async def rows(self, ids: Iterable[int]) -> list[Any]:
        """These rows as they are now, in no order."""
        return await self._desk.read(list_rows, self._kind, ids)

    async def position(self, query: ListQuery, row_id: int) -> int | None:
        """Where a row stands, from 0; None where the list does not show it."""
        return await self._desk.read(list_position, self._kind, query, row_id)

    def touched(self, changes: Changes) -> frozenset[int]:
        """The records of this kind that changed."""
        match self._kind:
            case ListKind.ORDERS:
                return changes.orders
            case ListKind.INVOICES:
                return changes.invoices
            case ListKind.REQUESTS:
                return changes.requests
            case ListKind.MAILS:
                return changes.mails
            case ListKind.OFFERINGS:
                return changes.offerings
            case ListKind.WORKS:
                return changes.works
            case ListKind.DISCREPANCIES | ListKind.RESULTS:
                return frozenset()

    def rereads(self, changes: Changes) -> bool:
        """Where names, or what the rows are about, may have changed."""
        if changes.everything or changes.accounts or changes.connections:
            return True
        return bool(changes.assets) and self._kind in _FOLLOWS_ASSETS

    def stays_put(self, query: ListQuery, before: Any, after: Any) -> bool:
        """A row that is told otherwise may be sorted and filtered otherwise."""
        return bool(before == after)

    def nothing_yet(self, query: ListQuery, counts: ListCounts) -> bool:
        """Whether there is nothing before filter and search."""
        return not counts.by_filter.get("all", counts.found)
