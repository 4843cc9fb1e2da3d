"""Where each record of a long list stands.

A list is read at its beginning and at its end by its index. In between a page is found by a
*position map*: the ids of the whole list in its order, which the store itself strings together into
one text, in one statement and without a line of Python for each. That takes as long as filling a
temporary table does, holds no connection and no file, and is the same on both stores.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from itertools import count
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary

from msgspec import Struct, field
from sqlalchemy import ColumnElement, CompoundSelect, Select, String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.store.kept_counts import moment
from esd_desktop.models.store.streaming import interruptible

Ids = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
QueryT_contra = TypeVar("QueryT_contra", contravariant=True)
QueryT = TypeVar("QueryT", bound=Hashable)
RowT_co = TypeVar("RowT_co", bound="Identified", covariant=True)

# So few rows are passed over in an index in less time than a map is asked for.
_NEAR = 1024
_KEPT = 3
_KEPT_BYTES = 32_000_000


class Identified(Protocol):
    """A row of a list."""

    @property
    def id(self) -> int:
        """The record's id."""


class Readable(Hashable, Protocol[QueryT_contra, RowT_co]):
    """A list: its beginning, its order, and its rows by their ids."""

    @property
    def id(self) -> Any:
        """The column with the records' ids."""

    def ids(self, query: QueryT_contra) -> Ids:
        """Selects the ids of a whole list in its order, as its first column."""

    async def page(
        self, connection: AsyncConnection, query: QueryT_contra, *, offset: int, limit: int
    ) -> Sequence[RowT_co]:
        """The rows at positions ``offset`` to ``offset + limit``."""

    async def last_page(
        self, connection: AsyncConnection, query: QueryT_contra, *, skipped: int, limit: int
    ) -> Sequence[RowT_co]:
        """The last ``limit`` rows before the last ``skipped`` ones, in order."""

    async def by_ids(self, connection: AsyncConnection, ids: Iterable[int]) -> Sequence[RowT_co]:
        """These rows, in no order."""


class PositionMap:
    """The ids of a list at one moment. Each is written with ``base`` added, so that all are as long
    as one another, and the place of each is known."""

    def __init__(self, digits: str, base: int) -> None:
        self._digits = digits
        self._base = base
        self._step = len(str(base)) + 1

    def __len__(self) -> int:
        return (len(self._digits) + 1) // self._step

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return len(self._digits)

    def ids(self, offset: int, limit: int) -> list[int]:
        """The ids at positions ``offset`` to ``offset + limit``."""
        part = self._digits[offset * self._step : (offset + limit) * self._step]
        return [int(each) - self._base for each in part.split(",") if each]

    def position(self, wanted: int) -> int | None:
        """Where a record stands, from 0; None where the list does not show it."""
        at = self._digits.find(str(self._base + wanted)) if 0 <= wanted < self._base else -1
        return None if at < 0 else at // self._step


class _Kept(Struct, frozen=True):
    map: PositionMap
    moment: str
    begun: int


class PositionMaps(Struct):
    """The maps of the lists that were looked at last. Of one list there is one at a time."""

    _kept: OrderedDict[Hashable, _Kept] = field(default_factory=OrderedDict)
    # There for as long as somebody reads a map, or waits for one.
    _reading: WeakValueDictionary[Hashable, asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )
    _turns: count[int] = field(default_factory=lambda: count(1))

    async def page(
        self,
        connection: AsyncConnection,
        rows: Readable[QueryT, RowT_co],
        query: QueryT,
        *,
        offset: int,
        limit: int,
        counted: int | None = None,
    ) -> list[RowT_co]:
        """The rows at positions ``offset`` to ``offset + limit``. ``counted``: of the list as it
        was when it had so many, so that what one scrolls through does not move."""
        key = (rows, query)
        if counted is None:
            await self._forget_older(connection, key)
        if key not in self._kept:
            if offset + limit <= _NEAR:
                return list(await rows.page(connection, query, offset=offset, limit=limit))
            if counted is not None and offset < counted <= offset + _NEAR:
                last = min(limit, counted - offset)
                skipped = counted - offset - last
                return list(await rows.last_page(connection, query, skipped=skipped, limit=last))
        steady = counted is not None
        ids = (await self.map(connection, rows, query, steady=steady)).ids(offset, limit)
        found = {row.id: row for row in await rows.by_ids(connection, ids)} if ids else {}
        return [found[each] for each in ids if each in found]

    async def map(
        self,
        connection: AsyncConnection,
        rows: Readable[QueryT, RowT_co],
        query: QueryT,
        *,
        steady: bool = False,
    ) -> PositionMap:
        """The map of a list as it is now; ``steady``: or the one that is there."""
        key = (rows, query)
        turn = next(self._turns)
        async with self._reading.setdefault(key, asyncio.Lock()):
            kept = self._kept.get(key)
            if kept is None or not (steady or kept.begun > turn):
                kept = await self._renewed(connection, rows, query, kept)
            self._keep(key, kept)
        return kept.map

    async def _forget_older(self, connection: AsyncConnection, key: Hashable) -> None:
        kept = self._kept.get(key)
        if kept is not None and await moment(connection) != kept.moment:
            self._kept.pop(key, None)

    async def _renewed(
        self,
        connection: AsyncConnection,
        rows: Readable[QueryT, RowT_co],
        query: QueryT,
        kept: _Kept | None,
    ) -> _Kept:
        begun = next(self._turns)
        now = await moment(connection)
        if kept is not None and kept.moment == now:
            return kept
        return _Kept(await read_map(connection, rows.id, rows.ids(query)), now, begun)

    def _keep(self, key: Hashable, kept: _Kept) -> None:
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and (len(self._kept) > _KEPT or self._size > _KEPT_BYTES):
            self._kept.popitem(last=False)

    @property
    def _size(self) -> int:
        return sum(each.map.size for each in self._kept.values())


async def read_map(connection: AsyncConnection, id_column: Any, ids: Ids) -> PositionMap:
    """The map of a list as the connection sees it. If the waiting is given up, so is the work."""
    highest = (await connection.scalar(select(func.max(id_column)))) or 0
    base = 10 ** len(str(highest))
    listed = ids.subquery().c[0] + base
    digits = await interruptible(connection, connection.scalar(select(_strung(connection, listed))))
    return PositionMap(digits or "", base)


def _strung(connection: AsyncConnection, numbers: ColumnElement[int]) -> ColumnElement[str]:
    """All numbers with commas between them, in the order in which they come."""
    if connection.dialect.name == "postgresql":
        return func.string_agg(cast(numbers, String), ",")
    return func.group_concat(numbers)
