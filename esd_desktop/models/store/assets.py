"""Queries about assets: the list, its counts, and the record to be changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound
from esd_desktop.models.asset import Asset
from esd_desktop.models.order import Order
from esd_desktop.models.rows import (
    AssetCounts,
    AssetQuery,
    AssetRow,
    AssetSort,
    AssetView,
    CustomerAssets,
)
from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus
from esd_desktop.models.store import discrepancies, tables
from esd_desktop.models.store.asset_rows import (
    Billing,
    Customer,
    asset_lines,
    asset_row,
    asset_rows,
    by_ids,
    in_order,
    is_requested,
)
from esd_desktop.models.store.by_store import ByStore
from esd_desktop.models.store.position_map import Ids
from esd_desktop.models.store.search import (
    asset_contains_words,
    asset_has_words,
    asset_is_among_many,
    has_indexed_word,
    stands_in_many,
)
from esd_desktop.models.store.unit_of_work import UnitOfWork

_SORT_COLUMNS: dict[AssetSort, Any] = {
    AssetSort.PURCHASE_DATE: Asset.purchase_date,
    AssetSort.CUSTOMER: Customer.name,
    AssetSort.BILLING_TO: Billing.name,
    AssetSort.PRODUCT: Asset.product,
    AssetSort.ORDER: Order.number,
    AssetSort.STATUS: Asset.status,
    AssetSort.TOKEN_STATUS: Asset.token_status,
    AssetSort.PROVISIONING: Asset.provisioning_sync_status,
    AssetSort.RETURN_STATUS: Asset.return_status,
    AssetSort.ACTIVATION_DATE: Asset.activation_date,
    AssetSort.PRICE: Asset.price_amount,
    AssetSort.KEY: Asset.key_last_five,
}
_MAY_BE_MISSING = (AssetSort.TOKEN_STATUS, AssetSort.ACTIVATION_DATE, AssetSort.KEY)
# What stands in another record than the asset: that record's id, and the asset's column with it.
_SORTED_ELSEWHERE: dict[AssetSort, tuple[Any, Any]] = {
    AssetSort.CUSTOMER: (Customer.id, Asset.customer_id),
    AssetSort.BILLING_TO: (Billing.id, Asset.billing_to_id),
    AssetSort.ORDER: (Order.id, Asset.order_id),
}
# A search first looks through so many assets at the beginning of the list, and where it finds so
# many there, through as many more as should have the rest of a page: what is found often is found
# there sooner than an index could list all of it.
_LOOKED_THROUGH = 1_000
_OFTEN = 8
_LOOKED_THROUGH_FURTHER = 24_000
# What stands in so many assets and not near the beginning is not sorted to find the first of them.
_VERY_MANY = 20_000


@dataclass(frozen=True)
class AssetList:
    """The list of assets. ``key_hash`` replaces the words of the search where somebody looks for a
    whole key."""

    key_hash: str | None = None

    @property
    def id(self) -> Any:
        """The column with the assets' ids."""
        return tables.assets.c.id

    def ids(self, query: AssetQuery) -> Ids:
        """Selects the ids of a whole list in its order, as its first column."""
        return _ids(query, _searched(query, self.key_hash))

    async def page(
        self, connection: AsyncConnection, query: AssetQuery, *, offset: int, limit: int
    ) -> list[AssetRow]:
        """The rows at positions ``offset`` to ``offset + limit``."""
        if query.search.strip() and self.key_hash is None:
            ids = await _first_found(connection, query, offset + limit)
            if ids is not None:
                return await in_order(connection, ids[offset:])
        window = {"offset": offset, "limit": limit}
        page = page_of if query.view is not AssetView.DISCREPANCIES else page_of.__wrapped__
        rows = (await connection.execute(page(query, self.key_hash), window)).all()
        return [asset_row(row) for row in rows]

    async def by_ids(self, connection: AsyncConnection, ids: Iterable[int]) -> Sequence[AssetRow]:
        """These rows, in no order."""
        return await by_ids(connection, ids)


# Of what a person looks at now: saying it anew takes as long as reading the rows.
@lru_cache(maxsize=32)
def page_of(query: AssetQuery, key_hash: str | None) -> Select[*tuple[Any, ...]]:
    """Selects a page of a list, for asset_row(): from ``:offset`` on, ``:limit`` rows."""
    ids = _ids(query, _searched(query, key_hash))
    offset, limit = (bindparam(name, type_=Integer()) for name in ("offset", "limit"))
    page = ids.offset(offset).limit(limit).subquery()
    return asset_rows().join(page, page.c.id == Asset.id).order_by(*_order(query))


async def _first_found(
    connection: AsyncConnection, query: AssetQuery, wanted: int
) -> list[int] | None:
    """The first ids that a search finds; None where they are sooner found by listing all."""
    if wanted > _LOOKED_THROUGH:
        return None
    first = await _hits(connection, query, 0, _LOOKED_THROUGH, wanted)
    further = _stretch_with(wanted - len(first), len(first), query.search)
    if further:
        more = wanted - len(first)
        first += await _hits(connection, query, _LOOKED_THROUGH, further, more)
    if len(first) == wanted:
        return first
    return await _along_the_list(connection, query, wanted)


def _stretch_with(missing: int, found: int, search: str) -> int:
    """How much further to look for what is missing, where the beginning had so many."""
    if not missing:
        return 0
    if not has_indexed_word(search):
        return _LOOKED_THROUGH_FURTHER
    if found < _OFTEN:
        return 0
    return min(missing * _LOOKED_THROUGH * 3 // (found * 2), _LOOKED_THROUGH_FURTHER)


async def _along_the_list(
    connection: AsyncConnection, query: AssetQuery, wanted: int
) -> list[int] | None:
    """The first ids of a search that finds very many, all of them far from the beginning: one of
    the list after the other is asked whether it is found. None where there are few."""
    if not has_indexed_word(query.search):
        return None
    if not await connection.scalar(select(stands_in_many(query.search, _VERY_MANY))):
        return None
    by_time = query.sort is AssetSort.PURCHASE_DATE
    among = asset_is_among_many(query.search, by_time=by_time)
    found = _ids(query, [among], along=True).limit(wanted)
    return list((await connection.execute(found)).scalars())


async def _hits(
    connection: AsyncConnection, query: AssetQuery, offset: int, stretch: int, limit: int
) -> list[int]:
    """The first ids that a search finds in a stretch of the list."""
    near = _ids(query, ()).offset(offset).limit(stretch).subquery()
    hits = _joined(select(Asset.id).join(near, near.c.id == Asset.id), query)
    found = hits.where(asset_contains_words(query.search)).order_by(*_order(query)).limit(limit)
    return list((await connection.execute(found)).scalars())


async def counts(
    connection: AsyncConnection, query: AssetQuery, found: int | None = None
) -> AssetCounts:
    """How many assets each choice of the status filter has. ``found``: how many the search leaves,
    where there is one."""
    every, active = await _in_scope(connection, query)
    chosen = {"all": every, "active": active, "cancelled": every - active}
    return AssetCounts(**chosen, found=chosen[query.status] if found is None else found)


async def view_counts(connection: AsyncConnection, account_id: int | None) -> dict[AssetView, int]:
    """How many assets each ready-made view has."""
    counted = {}
    for view in AssetView:
        of_view = AssetQuery(account_id=account_id, view=view)
        counted[view], _ = await _in_scope(connection, of_view)
    return counted


async def by_customer(connection: AsyncConnection, query: AssetQuery) -> list[CustomerAssets]:
    """How the assets of the query's account and view are spread over customers, by name."""
    listed = _scope(replace(query, customer_id=None), Asset.customer_id, Asset.status)
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
    return asset_lines().where(*_conditions(query, key_hash)).order_by(*_order(query))


def filtered(
    statement: Select[*tuple[Any, ...]], query: AssetQuery, key_hash: str | None
) -> Select[*tuple[Any, ...]]:
    """Cut down to the assets that the query asks for, in no order."""
    return statement.where(*_conditions(query, key_hash))


def _conditions(query: AssetQuery, key_hash: str | None) -> list[ColumnElement[bool]]:
    return [
        or_(*_whose(query)),
        *_listed(query),
        *_of_status(query),
        *_searched(query, key_hash),
    ]


async def _in_scope(connection: AsyncConnection, query: AssetQuery) -> tuple[int, int]:
    """How many assets the query's account and view have, and how many of them are active."""
    if _is_everything(query):
        # Of a million that are there, the few are counted that are not listed, or not active.
        every = select(func.count()).select_from(Asset).scalar_subquery()
        gone = select(func.count()).where(Asset.deleted_at.is_not(None)).scalar_subquery()
        listed = every - gone
        cancelled = select(func.count()).where(
            Asset.status == AssetStatus.CANCELLED, Asset.deleted_at.is_(None)
        )
        counted = select(listed, listed - cancelled.scalar_subquery())
    else:
        scope = _scope(query, Asset.status)
        active = func.sum(case((scope.c.status == AssetStatus.ACTIVE, 1), else_=0))
        counted = select(func.count(), func.coalesce(active, 0)).select_from(scope)
    all_count, active_count = (await connection.execute(counted)).one()
    return int(all_count), int(active_count)


def _scope(query: AssetQuery, *columns: Any) -> Any:
    """These columns of the assets of the query's account and view."""
    parts = [select(*columns).where(whose, *_listed(query)) for whose in _whose(query)]
    return (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()


def _ids(query: AssetQuery, found: Sequence[ColumnElement[bool]], *, along: bool = False) -> Ids:
    """The ids of the assets that are asked for and ``found``, in order. ``along``: what is found
    does not lead to them."""
    leads = _is_everything(query) and (along or not found)
    by_status = leads and query.sort in (AssetSort.PURCHASE_DATE, AssetSort.STATUS)
    conditions = (*_listed(query), *_of_status(query, looked_up=by_status), *found)
    parts = [
        _joined(select(Asset.id), query, leads=leads).where(whose, *conditions)
        for whose in _whose(query)
    ]
    if len(parts) == 1:
        return parts[0].order_by(*_order(query))
    column = _SORT_COLUMNS[query.sort].label("sorted_by")
    both = union_all(*(part.add_columns(column) for part in parts))
    columns = both.selected_columns
    return both.order_by(_directed(columns.sorted_by, query), columns.id.desc())


def _joined(
    statement: Select[*tuple[Any, ...]], query: AssetQuery, *, leads: bool = False
) -> Select[*tuple[Any, ...]]:
    """With the record that has what the list is sorted by. ``leads``: those records are read in
    their order, and the assets of each; otherwise each asset's is looked up."""
    if query.sort not in _SORTED_ELSEWHERE:
        return statement
    record_id, reference = _SORTED_ELSEWHERE[query.sort]
    same = reference == record_id
    if leads:
        # Written like this it cannot be looked up by its id, so that SQLite begins with it.
        same = ByStore(reference == record_id + 0, same)
    return statement.join(record_id.class_, same)


def _is_everything(query: AssetQuery) -> bool:
    whole = query.account_id is None and query.customer_id is None
    return whole and query.view is AssetView.EVERYTHING


def _whose(query: AssetQuery) -> list[ColumnElement[bool]]:
    """Conditions of which one or another holds, never two. Each has an index."""
    account_id, customer_id = query.account_id, query.customer_id
    if account_id is None:
        return [true() if customer_id is None else Asset.customer_id == customer_id]
    if customer_id is not None:
        billed = or_(Asset.billing_to_id == account_id, Asset.customer_id == account_id)
        return [and_(Asset.customer_id == customer_id, billed)]
    held = Asset.customer_id == account_id
    return [held, and_(Asset.billing_to_id == account_id, Asset.customer_id != account_id)]


def _listed(query: AssetQuery) -> list[ColumnElement[bool]]:
    """Not deleted, and in the ready-made view."""
    conditions: list[ColumnElement[bool]] = [Asset.deleted_at.is_(None)]
    if query.view is AssetView.FAILED:
        conditions.append(Asset.provisioning_sync_status == ProvisioningSyncStatus.FAILED)
    elif query.view is AssetView.UNSYNCHRONISED:
        conditions.append(Asset.provisioning_sync_status == ProvisioningSyncStatus.UNSYNCHRONISED)
    elif query.view is AssetView.DISCREPANCIES:
        conditions.append(discrepancies.is_listed())
    elif query.view is AssetView.REQUESTED:
        conditions.append(is_requested())
    return conditions


def _of_status(query: AssetQuery, *, looked_up: bool = True) -> list[ColumnElement[bool]]:
    """``looked_up``: by the index that has the dates of each status. Written otherwise it does not
    fit, and SQLite reads a list that is sorted by something else in its own order."""
    if query.status == "all":
        return []
    wanted = AssetStatus.ACTIVE if query.status == "active" else AssetStatus.CANCELLED
    same = Asset.status == wanted
    if looked_up:
        return [same]
    return [ByStore(type_coerce(Asset.status, String).concat("") == wanted.value, same)]


def _searched(query: AssetQuery, key_hash: str | None) -> list[ColumnElement[bool]]:
    if key_hash is not None:
        return [Asset.key_hash == key_hash]
    return [asset_has_words(query.search)] if query.search.strip() else []


def _order(query: AssetQuery) -> tuple[Any, ...]:
    return _directed(_SORT_COLUMNS[query.sort], query), Asset.id.desc()


def _directed(column: Any, query: AssetQuery) -> Any:
    """What is missing stands at the low end. An order in which PostgreSQL has an index is one that
    speaks of it only where something can be missing."""
    directed = column.desc() if query.descending else column.asc()
    if query.sort not in _MAY_BE_MISSING:
        return directed
    return directed.nulls_last() if query.descending else directed.nulls_first()
