"""What the portal reads of licences: the list of an account, and what hangs on one of them.

The list is read from a mark on, by the indexes that have an account's licences in the order of
their dates: the last page of a long list costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    literal,
    select,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import Tuple

from esd_desktop.models.asset import Asset
from esd_desktop.models.asset_rows import AssetQuery
from esd_desktop.models.base import UtcDateTime
from esd_desktop.models.invoice import Invoice, InvoiceItem
from esd_desktop.models.portal_listing import AssetPage, Mark, OwnAssets, OwnInvoice
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.rows import AssetCounts
from esd_desktop.models.statuses import AssetStatus
from esd_desktop.models.store import assets, requests
from esd_desktop.models.store.asset_rows import in_order
from esd_desktop.models.store.portal_scope import own_assets, own_invoices, reaches_asset
from esd_desktop.models.store.position_map import Ids
from esd_desktop.models.store.search import (
    asset_contains_words,
    asset_has_words,
    has_indexed_word,
)
from esd_desktop.models.values import Money

# So many of an account's licences are looked through for a word before it is looked up among those
# of all accounts: what is found often is found sooner in this way.
_LOOKED_THROUGH = 5_000


async def page(
    connection: AsyncConnection, account_id: int, query: OwnAssets, *, limit: int
) -> AssetPage:
    """The page of the account's licences that begins at the query's mark."""
    scope = AssetQuery(account_id=account_id, customer_id=query.customer_id)
    counts = await assets.counts(connection, scope)
    found = await _found(connection, account_id, query, counts, limit + 1)
    more, shown = len(found) > limit, found[:limit]
    backwards = query.newer_than is not None
    if backwards:
        shown = shown[::-1]
    has_newer = more if backwards else query.older_than is not None
    has_older = backwards or more
    return AssetPage(
        rows=await in_order(connection, [mark.id for mark in shown]),
        counts=counts,
        older=shown[-1] if shown and has_older else None,
        newer=shown[0] if shown and has_newer else None,
    )


async def invoices_of(
    connection: AsyncConnection, account_id: int, asset_id: int
) -> list[OwnInvoice]:
    """The account's own invoices and credit notes on which a licence stands, the oldest first."""
    query = (
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
        .where(InvoiceItem.asset_id == asset_id, own_invoices(account_id))
        .order_by(Invoice.issued_at, Invoice.id)
    )
    return [
        OwnInvoice(
            id=row.id,
            number=row.number,
            kind=row.kind,
            issued_at=row.issued_at,
            total=Money(row.net_amount + row.tax_amount, row.currency),
        )
        for row in await connection.execute(query)
    ]


async def last_request(
    connection: AsyncConnection, account_id: int, asset_id: int
) -> RequestRow | None:
    """The newest request to cancel one of the account's licences, decided or not."""
    if not await reaches_asset(connection, account_id, asset_id):
        return None
    return next(iter(await requests.of_asset(connection, asset_id)), None)


async def _found(
    connection: AsyncConnection,
    account_id: int,
    query: OwnAssets,
    counts: AssetCounts,
    limit: int,
) -> list[Mark]:
    """The first licences from the query's mark on, away from it."""
    wanted = [*_of_status(query), *_beyond(query)]
    words = query.search
    if not words.strip():
        return await _marks(connection, _ids(account_id, query, wanted).limit(limit))
    contained = asset_contains_words(words)
    if counts.all <= _LOOKED_THROUGH or not has_indexed_word(words):
        return await _marks(connection, _ids(account_id, query, [*wanted, contained]).limit(limit))
    near = _ids(account_id, query, wanted).limit(_LOOKED_THROUGH).subquery()
    hits = select(Asset.id, Asset.purchase_date).join(near, near.c.id == Asset.id).where(contained)
    first = await _marks(connection, hits.order_by(*_order(query)).limit(limit))
    if len(first) == limit:
        return first
    looked_up = [*wanted, asset_has_words(words)]
    return await _marks(connection, _ids(account_id, query, looked_up).limit(limit))


def _ids(account_id: int, query: OwnAssets, conditions: Sequence[ColumnElement[bool]]) -> Ids:
    parts = [
        select(Asset.id, Asset.purchase_date).where(whose, Asset.deleted_at.is_(None), *conditions)
        for whose in _whose(account_id, query.customer_id)
    ]
    if len(parts) == 1:
        return parts[0].order_by(*_order(query))
    both = union_all(*parts)
    return both.order_by(*_order(query, both.selected_columns))


def _whose(account_id: int, customer_id: int | None) -> list[ColumnElement[bool]]:
    """``portal_scope.own_assets`` in parts of which each has an index, and no two the same licence:
    what the account holds, and what it is billed for besides; or what one customer holds of it."""
    if customer_id is not None:
        return [and_(Asset.customer_id == customer_id, own_assets(account_id))]
    held = Asset.customer_id == account_id
    return [held, and_(Asset.billing_to_id == account_id, Asset.customer_id != account_id)]


async def _marks(connection: AsyncConnection, statement: Ids) -> list[Mark]:
    return [Mark(row.purchase_date, row.id) for row in await connection.execute(statement)]


def _order(query: OwnAssets, columns: Any = Asset) -> tuple[Any, Any]:
    """From the mark on: down the list, or up from it."""
    date, record_id = columns.purchase_date, columns.id
    if query.newer_than is not None:
        return date.asc(), record_id.asc()
    return date.desc(), record_id.desc()


def of_status(status: AssetStatus) -> ColumnElement[bool]:
    """That a licence has this status, written so that no index of statuses fits: the licences of an
    account are found by the account."""
    return type_coerce(Asset.status, String).concat("") == status.value


def _of_status(query: OwnAssets) -> list[ColumnElement[bool]]:
    if query.status == "all":
        return []
    return [of_status(AssetStatus.ACTIVE if query.status == "active" else AssetStatus.CANCELLED)]


def _beyond(query: OwnAssets) -> list[ColumnElement[bool]]:
    place = tuple_(Asset.purchase_date, Asset.id)
    if query.newer_than is not None:
        return [place > _beside(query.newer_than)]
    return [place < _beside(query.older_than)] if query.older_than is not None else []


def _beside(mark: Mark) -> Tuple:
    return tuple_(literal(mark.purchase_date, UtcDateTime()), literal(mark.id))
