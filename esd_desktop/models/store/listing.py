"""How every simple list is read: a page of it, its counts, its order, single rows.

A noun's own file says what its list is made of (a ``Listing``); nothing about reading is there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, literal
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import InvalidInput
from esd_desktop.models.listing import ListCounts, ListQuery
from esd_desktop.models.store.position_map import Ids, RowT_co
from esd_desktop.models.store.streaming import streamed


# Each is itself alone, by which what was read of it is kept.
@dataclass(frozen=True, eq=False)
class Listing(Generic[RowT_co]):
    """What a list is made of.

    ``rows`` selects all columns of the rows, with every join that any part needs; ``made`` makes a
    row of the frozen kind. ``counted`` selects the same rows with those joins alone that filters
    and scope need, where these are fewer: it is counted as long as nothing is searched.
    ``sorts`` are the columns it can be sorted by, the first one being its own; ``filters`` the
    conditions it can be cut down to ("all" is always there). ``of_account`` and ``of_connection``
    say whose a row is; ``found_by`` that it is found by a search.
    """

    id: Any
    rows: Select[*tuple[Any, ...]]
    made: Callable[[Row[*tuple[Any, ...]]], RowT_co]
    sorts: Mapping[str, Any]
    found_by: Callable[[str], ColumnElement[bool]]
    filters: Mapping[str, ColumnElement[bool]] = field(default_factory=dict)
    counted: Select[*tuple[Any, ...]] | None = None
    of_account: Callable[[int], ColumnElement[bool]] | None = None
    of_connection: Callable[[int], ColumnElement[bool]] | None = None

    async def page(
        self, connection: AsyncConnection, query: ListQuery, *, offset: int, limit: int
    ) -> list[RowT_co]:
        """The rows at positions ``offset`` to ``offset + limit``."""
        statement = self._ordered(query).offset(offset).limit(limit)
        return [self.made(row) for row in await connection.execute(statement)]

    async def last_page(
        self, connection: AsyncConnection, query: ListQuery, *, skipped: int, limit: int
    ) -> list[RowT_co]:
        """The last ``limit`` rows before the last ``skipped`` ones."""
        statement = self._ordered(query, backwards=True).offset(skipped).limit(limit)
        return [self.made(row) for row in await connection.execute(statement)][::-1]

    async def every(
        self, connection: AsyncConnection, query: ListQuery
    ) -> AsyncIterator[Sequence[RowT_co]]:
        """All rows in order, some thousands at a time, without holding more of them."""
        async with streamed(connection, self._ordered(query)) as parts:
            async for rows in parts:
                yield [self.made(row) for row in rows]

    async def by_ids(self, connection: AsyncConnection, ids: Iterable[int]) -> list[RowT_co]:
        """These rows, in no order."""
        statement = self.rows.where(self.id.in_(list(ids)))
        return [self.made(row) for row in await connection.execute(statement)]

    async def counts(self, connection: AsyncConnection, query: ListQuery) -> ListCounts:
        """How many rows each filter has, and how many are found."""
        columns = [
            func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)
            for name, condition in self.filters.items()
        ]
        scoped = self._counted.where(self._in_scope(query))
        totals = scoped.with_only_columns(
            func.count().label("all"), *columns, maintain_column_froms=True
        )
        by_filter = (await connection.execute(totals)).one()._mapping
        return ListCounts(
            {name: int(count) for name, count in by_filter.items()},
            await self.found(connection, query),
        )

    async def found(self, connection: AsyncConnection, query: ListQuery) -> int:
        """How many rows are found."""
        rows = self.rows if query.search.strip() else self._counted
        found = self._filtered(query, rows).with_only_columns(
            func.count(), maintain_column_froms=True
        )
        return int((await connection.execute(found)).scalar_one())

    def ids(self, query: ListQuery) -> Ids:
        """Selects the ids of the whole list in its order."""
        return self._ordered(query).with_only_columns(self.id, maintain_column_froms=True)

    @property
    def _counted(self) -> Select[*tuple[Any, ...]]:
        return self.rows if self.counted is None else self.counted

    def _ordered(self, query: ListQuery, *, backwards: bool = False) -> Select[*tuple[Any, ...]]:
        return self._filtered(query, self.rows).order_by(*self._order(query, backwards=backwards))

    def _filtered(
        self, query: ListQuery, rows: Select[*tuple[Any, ...]]
    ) -> Select[*tuple[Any, ...]]:
        statement = rows.where(self._in_scope(query))
        if query.filter != "all":
            if query.filter not in self.filters:
                known = ", ".join(["all", *self.filters])
                raise InvalidInput(f"There is no filter {query.filter!r}. There are: {known}.")
            statement = statement.where(self.filters[query.filter])
        if query.search.strip():
            statement = statement.where(self.found_by(query.search))
        return statement

    def _in_scope(self, query: ListQuery) -> ColumnElement[bool]:
        conditions: list[ColumnElement[bool]] = [literal(True)]
        if query.account_id is not None:
            conditions.append(self.of_account(query.account_id) if self.of_account else false())
        if query.connection_id is not None:
            of_connection = self.of_connection
            conditions.append(of_connection(query.connection_id) if of_connection else false())
        return and_(*conditions)

    def _order(self, query: ListQuery, *, backwards: bool) -> tuple[Any, ...]:
        name = query.sort or next(iter(self.sorts))
        if name not in self.sorts:
            raise InvalidInput(f"This list cannot be sorted by {name!r}.")
        column = self.sorts[name]
        by_id = self.id.asc() if backwards else self.id.desc()
        if query.descending is not backwards:
            return column.desc().nulls_last(), by_id
        return column.asc().nulls_first(), by_id
