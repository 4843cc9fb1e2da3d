"""What the portal reads of licences: the list of an account, and what hangs on one of them.

The list is read from a mark on, by the indexes that have an account's licences in the order of
their dates: the last page of a long list costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    select,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.asset import Asset
from esd_desktop.models.asset_rows import StatusFilter
from esd_desktop.models.base import Id, UtcDateTime
from esd_desktop.models.invoice import Invoice, InvoiceItem
from esd_desktop.models.portal_listing import AssetPage, Mark, OwnAssets, OwnInvoice
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.rows import AssetCounts, AssetDetail
from esd_desktop.models.statuses import AssetStatus
from esd_desktop.models.store import asset_details, requests
from esd_desktop.models.store.asset_rows import in_order
from esd_desktop.models.store.portal_scope import ACCOUNT, OWN_ASSETS, OWN_INVOICES, reaches_asset
from esd_desktop.models.store.position_map import Ids
from esd_desktop.models.store.search import (
    asset_contains_words,
    asset_has_words,
    has_indexed_word,
)
from esd_desktop.models.values import Money

_Given: TypeAlias = Mapping[str, Any]
_Way: TypeAlias = Literal["newest", "older", "newer"]
# So many of an account's licences are looked through for a word before it is looked up among those
# of all accounts: what is found often is found sooner in this way.
_LOOKED_THROUGH = 5_000
_CUSTOMER = bindparam("customer", type_=Id)
_PLACE = tuple_(Asset.purchase_date, Asset.id)
_MARK = tuple_(bindparam("mark_date", type_=UtcDateTime()), bindparam("mark_id", type_=Id))
_LIMIT = bindparam("limit", type_=Integer())


class _Shape(Struct, frozen=True):
    """What of a query decides how it is said; the rest are values that it is given."""

    of_customer: bool
    status: StatusFilter
    way: _Way


async def page(
    connection: AsyncConnection, account_id: int, query: OwnAssets, *, limit: int
) -> AssetPage:
    """The page of the account's licences that begins at the query's mark."""
    shape = _shape(query)
    mark = query.newer_than or query.older_than
    given = {
        "account": account_id,
        "customer": query.customer_id,
        "mark_date": mark and mark.purchase_date,
        "mark_id": mark and mark.id,
        "limit": limit + 1,
    }
    counts = await _counts(connection, shape, given)
    found = await _found(connection, shape, given, query.search, counts)
    more, shown = len(found) > limit, found[:limit]
    backwards = shape.way == "newer"
    if backwards:
        shown = shown[::-1]
    has_newer = more if backwards else shape.way == "older"
    has_older = backwards or more
    return AssetPage(
        rows=await in_order(connection, [mark.id for mark in shown]),
        counts=counts,
        older=shown[-1] if shown and has_older else None,
        newer=shown[0] if shown and has_newer else None,
    )


def _shape(query: OwnAssets) -> _Shape:
    way: _Way = "newest"
    if query.newer_than is not None:
        way = "newer"
    elif query.older_than is not None:
        way = "older"
    return _Shape(query.customer_id is not None, query.status, way)


async def licence(
    connection: AsyncConnection, account_id: int, asset_id: int
) -> tuple[AssetDetail, list[OwnInvoice], RequestRow | None] | None:
    """One of the account's licences with the account's own invoices and credit notes, the oldest
    first, and the newest request to cancel it, decided or not. None for any other licence."""
    if not await reaches_asset(connection, account_id, asset_id):
        return None
    return (
        await asset_details.one(connection, asset_id),
        await _invoices_of(connection, account_id, asset_id),
        next(iter(await requests.of_asset(connection, asset_id)), None),
    )


async def _invoices_of(
    connection: AsyncConnection, account_id: int, asset_id: int
) -> list[OwnInvoice]:
    given = {"account": account_id, "asset": asset_id}
    return [
        OwnInvoice(
            id=row.id,
            number=row.number,
            kind=row.kind,
            issued_at=row.issued_at,
            total=Money(row.net_amount + row.tax_amount, row.currency),
        )
        for row in await connection.execute(_INVOICES, given)
    ]


_INVOICES = (
    select(
        Invoice.id,
        Invoice.number,
        Invoice.kind,
        Invoice.issued_at,
        Invoice.currency,
        Invoice.net_amount,
        Invoice.tax_amount,
    )
    .join(InvoiceItem, InvoiceItem.invoice_id == Invoice.id)
    .where(InvoiceItem.asset_id == bindparam("asset", type_=Id), OWN_INVOICES)
    .order_by(Invoice.issued_at, Invoice.id)
)


async def _counts(connection: AsyncConnection, shape: _Shape, given: _Given) -> AssetCounts:
    row = (await connection.execute(_counted(shape.of_customer), given)).one()
    chosen = {"all": row.every, "active": int(row.active), "cancelled": row.every - int(row.active)}
    return AssetCounts(**chosen, found=chosen[shape.status])


@cache
def _counted(of_customer: bool) -> Select[*tuple[Any, ...]]:
    scope = union_all(*_parts(of_customer, Asset.status)).subquery()
    is_active = scope.c.status == AssetStatus.ACTIVE
    active = func.coalesce(func.sum(case((is_active, 1), else_=0)), 0)
    return select(func.count().label("every"), active.label("active")).select_from(scope)


async def _found(
    connection: AsyncConnection, shape: _Shape, given: _Given, words: str, counts: AssetCounts
) -> list[Mark]:
    """The first licences from the query's mark on, away from it."""
    if not words.strip():
        return await _marks(connection, _newest(shape), given)
    contained = asset_contains_words(words)
    if counts.all <= _LOOKED_THROUGH or not has_indexed_word(words):
        return await _marks(connection, _ids(shape, contained).limit(_LIMIT), given)
    near = _ids(shape).limit(_LOOKED_THROUGH).subquery()
    hits = select(Asset.id, Asset.purchase_date).join(near, near.c.id == Asset.id).where(contained)
    first = await _marks(connection, hits.order_by(*_order(shape)).limit(_LIMIT), given)
    if len(first) == given["limit"]:
        return first
    return await _marks(connection, _ids(shape, asset_has_words(words)).limit(_LIMIT), given)


@cache
def _newest(shape: _Shape) -> Ids:
    return _ids(shape).limit(_LIMIT)


def _ids(shape: _Shape, *found: ColumnElement[bool]) -> Ids:
    conditions = [*_of_status(shape), *_beyond(shape), *found]
    parts = [
        part.where(*conditions) for part in _parts(shape.of_customer, Asset.id, Asset.purchase_date)
    ]
    if len(parts) == 1:
        return parts[0].order_by(*_order(shape))
    both = union_all(*parts)
    return both.order_by(*_order(shape, both.selected_columns))


def _parts(of_customer: bool, *columns: Any) -> list[Select[*tuple[Any, ...]]]:
    """``portal_scope.OWN_ASSETS`` in parts of which each has an index, and no two the same licence:
    what the account holds, and what it is billed for besides; or what one customer holds of it."""
    if of_customer:
        return [select(*columns).where(Asset.customer_id == _CUSTOMER, OWN_ASSETS)]
    billed = and_(Asset.billing_to_id == ACCOUNT, Asset.customer_id != ACCOUNT)
    return [
        select(*columns).where(whose, Asset.deleted_at.is_(None))
        for whose in (Asset.customer_id == ACCOUNT, billed)
    ]


async def _marks(connection: AsyncConnection, statement: Ids, given: _Given) -> list[Mark]:
    rows = await connection.execute(statement, given)
    return [Mark(row.purchase_date, row.id) for row in rows]


def _order(shape: _Shape, columns: Any = Asset) -> tuple[Any, Any]:
    """From the mark on: down the list, or up from it."""
    date, record_id = columns.purchase_date, columns.id
    if shape.way == "newer":
        return date.asc(), record_id.asc()
    return date.desc(), record_id.desc()


def of_status(status: AssetStatus) -> ColumnElement[bool]:
    """That a licence has this status, written so that no index of statuses fits: the licences of an
    account are found by the account."""
    return type_coerce(Asset.status, String).concat("") == status.value


def _of_status(shape: _Shape) -> list[ColumnElement[bool]]:
    if shape.status == "all":
        return []
    return [of_status(AssetStatus.ACTIVE if shape.status == "active" else AssetStatus.CANCELLED)]


def _beyond(shape: _Shape) -> list[ColumnElement[bool]]:
    if shape.way == "newest":
        return []
    return [_PLACE > _MARK if shape.way == "newer" else _PLACE < _MARK]
