"""Queries about assets: the list, its counts, and the record to be changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Integer, Select, bindparam, case, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import table_of
from esd_desktop.models.rows import AssetCounts, AssetQuery, AssetRow, AssetView, CustomerAssets
from esd_desktop.models.statuses import AssetStatus
from esd_desktop.models.store import discrepancies
from esd_desktop.models.store.asset_order import (
    conditions,
    ids_of,
    ids_of_page,
    is_everything,
    is_listed,
    order,
    whose_is,
)
from esd_desktop.models.store.asset_rows import (
    Customer,
    asset_lines,
    asset_row,
    asset_rows,
    by_ids,
    in_order,
)
from esd_desktop.models.store.asset_search import first_found
from esd_desktop.models.store.by_store import is_on_server
from esd_desktop.models.store.kept_counts import KeptCounts
from esd_desktop.models.store.position_map import Ids
from esd_desktop.models.store.search import NOTHING_LEADS, Leading, leading_words
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import utc_now


@dataclass(frozen=True)
class AssetList:
    """The list of assets. ``key_hash`` replaces the words of the search where somebody looks for a
    whole key; ``leading`` are those words of it that lead to assets."""

    key_hash: str | None = None
    leading: Leading = field(default=NOTHING_LEADS, compare=False)

    @property
    def id(self) -> Any:
        """The column with the assets' ids."""
        return table_of(Asset).c.id

    def ids(self, query: AssetQuery) -> Ids:
        """Selects the ids of a whole list in its order, as its first column."""
        return ids_of(query, self.key_hash, self.leading)

    async def page(
        self, connection: AsyncConnection, query: AssetQuery, *, offset: int, limit: int
    ) -> list[AssetRow]:
        """The rows at positions ``offset`` to ``offset + limit``."""
        if query.search.strip() and self.key_hash is None:
            ids = await first_found(connection, query, self.leading, offset + limit)
            if ids is not None:
                return await in_order(connection, ids[offset:])
        return await self._read(connection, query, offset, limit)

    async def last_page(
        self, connection: AsyncConnection, query: AssetQuery, *, skipped: int, limit: int
    ) -> list[AssetRow]:
        """The last ``limit`` rows before the last ``skipped`` ones."""
        rows = await self._read(connection, query, skipped, limit, backwards=True)
        return rows[::-1]

    async def by_ids(self, connection: AsyncConnection, ids: Iterable[int]) -> Sequence[AssetRow]:
        """These rows, in no order."""
        return await by_ids(connection, ids)

    async def _read(
        self,
        connection: AsyncConnection,
        query: AssetQuery,
        offset: int,
        limit: int,
        *,
        backwards: bool = False,
    ) -> list[AssetRow]:
        window = {"offset": offset, "limit": limit}
        page = page_of if query.view is not AssetView.DISCREPANCIES else page_of.__wrapped__
        statement = page(query, self.key_hash, self.leading, backwards=backwards)
        return [asset_row(row) for row in (await connection.execute(statement, window)).all()]


async def list_for(
    connection: AsyncConnection, query: AssetQuery, key_hash: str | None, kept: KeptCounts
) -> AssetList:
    """The list that a query asks for. ``key_hash`` where it searches for a whole key."""
    if key_hash is not None:
        return AssetList(key_hash)
    return AssetList(leading=await leading_words(connection, query.search, kept))


# Of what a person looks at now: saying it anew takes as long as reading the rows.
@lru_cache(maxsize=32)
def page_of(
    query: AssetQuery,
    key_hash: str | None,
    leading: Leading = NOTHING_LEADS,
    *,
    backwards: bool = False,
) -> Select[*tuple[Any, ...]]:
    """Selects a page of a list, for asset_row(): from ``:offset`` on, ``:limit`` rows;
    ``backwards``: from the end of the list on, the last one first."""
    # Literally: of a limit that it does not know a server makes no plan that it keeps, and to plan
    # takes it as long as to read a page.
    offset, limit = (
        bindparam(name, type_=Integer(), literal_execute=True) for name in ("offset", "limit")
    )
    ids = ids_of_page(query, key_hash, leading, offset, limit, backwards=backwards)
    page = ids.subquery()
    rows = asset_rows().join(page, page.c.id == Asset.id)
    return rows.order_by(*order(query, backwards=backwards))


async def counts(
    connection: AsyncConnection, query: AssetQuery, kept: KeptCounts, found: int | None = None
) -> AssetCounts:
    """How many assets each choice of the status filter has. ``found``: how many the search leaves,
    where there is one."""
    every, active = await _in_scope(connection, query, kept)
    chosen = {"all": every, "active": active, "cancelled": every - active}
    return AssetCounts(**chosen, found=chosen[query.status] if found is None else found)


async def view_counts(
    connection: AsyncConnection, account_id: int | None, kept: KeptCounts
) -> dict[AssetView, int]:
    """How many assets each ready-made view has."""
    return {view: await view_count(connection, account_id, view, kept) for view in AssetView}


async def view_count(
    connection: AsyncConnection, account_id: int | None, view: AssetView, kept: KeptCounts
) -> int:
    """How many assets a ready-made view has."""
    every, _ = await _in_scope(connection, AssetQuery(account_id=account_id, view=view), kept)
    return every


async def by_customer(connection: AsyncConnection, query: AssetQuery) -> list[CustomerAssets]:
    """How the assets of the query's account and view are spread over customers, by name."""
    listed = _scope(replace(query, customer_id=None), "customer_id", "status")
    active = func.sum(case((listed.c.status == AssetStatus.ACTIVE, 1), else_=0))
    counted = (
        select(listed.c.customer_id, func.count().label("every"), active.label("active"))
        .group_by(listed.c.customer_id)
        .subquery()
    )
    rows = (
        select(counted, Customer.name)
        .join(Customer, Customer.id == counted.c.customer_id)
        .order_by(func.lower(Customer.name), Customer.id)
    )
    return [
        CustomerAssets(
            id=row.customer_id,
            name=row.name,
            all=row.every,
            active=int(row.active),
            cancelled=row.every - int(row.active),
        )
        for row in await connection.execute(rows)
    ]


async def for_change(work: UnitOfWork, asset_id: int, *, locked: bool = False) -> Asset:
    """The record itself, to be changed. ``locked``: nobody else decides about it until then, but
    its history goes on. Raises NotFound."""
    lock = {"key_share": True} if locked else None
    asset = await work.session.get(Asset, asset_id, with_for_update=lock)
    if asset is None:
        raise NotFound(f"There is no asset {asset_id}.")
    return asset


def lines_of(query: AssetQuery, key_hash: str | None) -> Select[*tuple[Any, ...]]:
    """All of a list in its order, for asset_line()."""
    return asset_lines().where(*conditions(query, key_hash)).order_by(*order(query))


def filtered(
    statement: Select[*tuple[Any, ...]], query: AssetQuery, key_hash: str | None
) -> Select[*tuple[Any, ...]]:
    """Cut down to the assets that the query asks for, in no order."""
    return statement.where(*conditions(query, key_hash))


async def _in_scope(
    connection: AsyncConnection, query: AssetQuery, kept: KeptCounts
) -> tuple[int, ...]:
    """How many assets the query's account and view have, and how many of them are active."""
    scope = (query.account_id, query.customer_id, query.view, _minute_of(query.view))
    return await kept.read(connection, scope, partial(_count, connection, query))


def _minute_of(view: AssetView) -> datetime | None:
    """For how long a count holds while nothing is written: what is overdue becomes so by itself."""
    if view is not AssetView.DISCREPANCIES:
        return None
    return utc_now().replace(second=0, microsecond=0)


async def _count(connection: AsyncConnection, query: AssetQuery) -> tuple[int, int]:
    if is_everything(query):
        # Of a million that are there, the few are counted that are not listed, or not active.
        every = select(func.count()).select_from(Asset).scalar_subquery()
        gone = select(func.count()).where(Asset.deleted_at.is_not(None)).scalar_subquery()
        listed = every - gone
        cancelled = select(func.count()).where(
            Asset.status == AssetStatus.CANCELLED, Asset.deleted_at.is_(None)
        )
        counted = select(listed, listed - cancelled.scalar_subquery())
    else:
        scope = _statuses(connection, query)
        active = func.sum(case((scope.c.status == AssetStatus.ACTIVE, 1), else_=0))
        counted = select(func.count(), func.coalesce(active, 0)).select_from(scope)
    all_count, active_count = (await connection.execute(counted)).one()
    return int(all_count), int(active_count)


def _statuses(connection: AsyncConnection, query: AssetQuery) -> Any:
    """The statuses of the assets of the query's account and view."""
    is_everybodys = query.account_id is None and query.customer_id is None
    is_at_odds = query.view is AssetView.DISCREPANCIES
    if is_at_odds and is_everybodys and not is_on_server(connection):
        return discrepancies.listed_statuses().subquery()
    return _scope(query, "status")


def _scope(query: AssetQuery, *names: str) -> Any:
    """These columns of the assets of the query's account and view."""
    if query.view is AssetView.DISCREPANCIES:
        # What leads to them reads their records: it is not left to be read once more.
        return discrepancies.listed(names, query.account_id, query.customer_id).subquery()
    columns = [getattr(Asset, name) for name in names]
    parts = [select(*columns).where(whose, *is_listed(query)) for whose in whose_is(query)]
    return (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
