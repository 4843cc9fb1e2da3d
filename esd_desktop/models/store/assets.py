"""Queries about assets: the list, its counts, and the record to be changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.cancellation import CancellationRequest
from esd_desktop.models.discrepancy import Discrepancy
from esd_desktop.models.invoice import InvoiceItem
from esd_desktop.models.order import Order
from esd_desktop.models.rows import (
    AssetCounts,
    AssetQuery,
    AssetRow,
    AssetSort,
    AssetView,
    CustomerAssets,
)
from esd_desktop.models.statuses import AssetStatus, InvoiceKind, ProvisioningSyncStatus
from esd_desktop.models.store import discrepancies
from esd_desktop.models.store.requests import is_undecided
from esd_desktop.models.store.search import contains_words
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import Money, masked_key

_Customer = aliased(Account)
_Billing = aliased(Account)

_SORT_COLUMNS: dict[AssetSort, Any] = {
    AssetSort.PURCHASE_DATE: Asset.purchase_date,
    AssetSort.CUSTOMER: _Customer.name,
    AssetSort.BILLING_TO: _Billing.name,
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


async def page(
    connection: AsyncConnection,
    query: AssetQuery,
    *,
    offset: int,
    limit: int,
    key_hash: str | None = None,
) -> list[AssetRow]:
    """The rows at positions ``offset`` to ``offset + limit`` of the list. ``key_hash`` replaces the
    words of the search where somebody looks for a whole key."""
    ids = _ordered(select(Asset.id), query, key_hash).offset(offset).limit(limit).subquery()
    rows = _rows().join(ids, ids.c.id == Asset.id).order_by(*_order(query))
    return [asset_row(row) for row in await connection.execute(rows)]


async def by_ids(connection: AsyncConnection, asset_ids: Iterable[int]) -> list[AssetRow]:
    """The rows of these assets, deleted ones too, in no order."""
    rows = _rows().where(Asset.id.in_(list(asset_ids)))
    return [asset_row(row) for row in await connection.execute(rows)]


async def position(
    connection: AsyncConnection,
    query: AssetQuery,
    asset_id: int,
    key_hash: str | None = None,
) -> int | None:
    """Where an asset stands in the list, from 0; None where the list does not show it."""
    numbered = filtered(
        select(
            Asset.id,
            (func.row_number().over(order_by=_order(query)) - 1).label("position"),
        ),
        query,
        key_hash,
    ).subquery()
    found = select(numbered.c.position).where(numbered.c.id == asset_id)
    value = (await connection.execute(found)).scalar()
    return None if value is None else int(value)


async def counts(
    connection: AsyncConnection, query: AssetQuery, key_hash: str | None = None
) -> AssetCounts:
    """How many assets each choice of the status filter has, and how many the search leaves."""
    active = func.coalesce(func.sum(case((Asset.status == AssetStatus.ACTIVE, 1), else_=0)), 0)
    totals = select(func.count(), active).where(_in_scope(query))
    total, active_count = (await connection.execute(totals)).one()
    found = select(func.count()).select_from(Asset)
    found_count = (await connection.execute(filtered(found, query, key_hash))).scalar_one()
    return AssetCounts(
        all=total,
        active=int(active_count),
        cancelled=total - int(active_count),
        found=found_count,
    )


async def view_counts(connection: AsyncConnection, account_id: int | None) -> dict[AssetView, int]:
    """How many assets each ready-made view has."""
    return {
        view: (
            await connection.execute(
                select(func.count())
                .select_from(Asset)
                .where(_in_scope(AssetQuery(account_id=account_id, view=view)))
            )
        ).scalar_one()
        for view in AssetView
    }


async def by_customer(connection: AsyncConnection, query: AssetQuery) -> list[CustomerAssets]:
    """How the assets of the query's account and view are spread over customers, by name."""
    active = func.sum(case((Asset.status == AssetStatus.ACTIVE, 1), else_=0))
    counted = (
        select(Asset.customer_id, func.count().label("every"), active.label("active"))
        .where(_in_scope(replace(query, customer_id=None)))
        .group_by(Asset.customer_id)
        .subquery()
    )
    rows = (
        select(counted, _Customer.name)
        .join(_Customer, _Customer.id == counted.c.customer_id)
        .order_by(func.lower(_Customer.name), _Customer.id)
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
    """The record itself, to be changed. ``locked``: nobody else decides about it until then.
    Raises NotFound."""
    asset = await work.session.get(Asset, asset_id, with_for_update=locked)
    if asset is None:
        raise NotFound(f"There is no asset {asset_id}.")
    return asset


def _ordered(
    statement: Select[*tuple[Any, ...]], query: AssetQuery, key_hash: str | None
) -> Select[*tuple[Any, ...]]:
    return filtered(statement, query, key_hash).order_by(*_order(query))


def rows_of(query: AssetQuery, key_hash: str | None) -> Select[*tuple[Any, ...]]:
    """All rows of a list in its order, for asset_row()."""
    return _cut_down(_rows(), query, key_hash).order_by(*_order(query))


def filtered(
    statement: Select[*tuple[Any, ...]], query: AssetQuery, key_hash: str | None
) -> Select[*tuple[Any, ...]]:
    """Joined with whatever the sort needs, and cut down to what the query asks for."""
    if query.sort is AssetSort.CUSTOMER:
        statement = statement.join(_Customer, _Customer.id == Asset.customer_id)
    elif query.sort is AssetSort.BILLING_TO:
        statement = statement.join(_Billing, _Billing.id == Asset.billing_to_id)
    elif query.sort is AssetSort.ORDER:
        statement = statement.join(Order, Order.id == Asset.order_id)
    return _cut_down(statement, query, key_hash)


def _cut_down(
    statement: Select[*tuple[Any, ...]], query: AssetQuery, key_hash: str | None
) -> Select[*tuple[Any, ...]]:
    statement = statement.where(_in_scope(query))
    if query.status != "all":
        wanted = AssetStatus.ACTIVE if query.status == "active" else AssetStatus.CANCELLED
        statement = statement.where(Asset.status == wanted)
    if key_hash is not None:
        return statement.where(Asset.key_hash == key_hash)
    if query.search.strip():
        statement = statement.where(contains_words(Asset.search_text, query.search))
    return statement


def _in_scope(query: AssetQuery) -> ColumnElement[bool]:
    """Not deleted, of the account, and in the ready-made view."""
    conditions: list[ColumnElement[bool]] = [Asset.deleted_at.is_(None)]
    if query.account_id is not None:
        conditions.append(
            or_(
                Asset.customer_id == query.account_id,
                Asset.billing_to_id == query.account_id,
            )
        )
    if query.customer_id is not None:
        conditions.append(Asset.customer_id == query.customer_id)
    if query.view is AssetView.FAILED:
        conditions.append(Asset.provisioning_sync_status == ProvisioningSyncStatus.FAILED)
    elif query.view is AssetView.UNSYNCHRONISED:
        conditions.append(Asset.provisioning_sync_status == ProvisioningSyncStatus.UNSYNCHRONISED)
    elif query.view is AssetView.DISCREPANCIES:
        conditions.append(discrepancies.is_listed())
    elif query.view is AssetView.REQUESTED:
        conditions.append(_is_requested())
    return and_(*conditions)


def _order(query: AssetQuery) -> tuple[Any, ...]:
    column = _SORT_COLUMNS[query.sort]
    if query.descending:
        return column.desc().nulls_last(), Asset.id.desc()
    return column.asc().nulls_first(), Asset.id.desc()


def _has_discrepancy() -> ColumnElement[bool]:
    return (
        select(Discrepancy.id)
        .where(Discrepancy.asset_id == Asset.id, Discrepancy.settled_at.is_(None))
        .exists()
    )


def _is_requested() -> ColumnElement[bool]:
    # By the few that wait, not by looking at every asset.
    return Asset.id.in_(select(CancellationRequest.asset_id).where(is_undecided()))


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Asset.id,
            Asset.client_transaction_id,
            _Customer.name.label("customer"),
            _Billing.name.label("billing_to"),
            Asset.product,
            Asset.sku,
            Order.number.label("order_number"),
            Asset.purchase_date,
            Asset.quantity,
            Asset.unit_type,
            Asset.price_amount,
            Asset.currency,
            InvoiceItem.amount.label("invoice_amount"),
            Asset.status,
            Asset.provisioning_sync_status,
            Asset.token_status,
            Asset.return_status,
            Asset.key_last_five,
            Asset.activation_date,
            _has_discrepancy().label("has_discrepancy"),
            _is_requested().label("requested"),
        )
        .join(_Customer, _Customer.id == Asset.customer_id)
        .join(_Billing, _Billing.id == Asset.billing_to_id)
        .join(Order, Order.id == Asset.order_id)
        .outerjoin(
            InvoiceItem,
            and_(
                InvoiceItem.asset_id == Asset.id,
                InvoiceItem.kind == InvoiceKind.INVOICE,
            ),
        )
    )


def asset_row(row: Row[*tuple[Any, ...]]) -> AssetRow:
    """A line of the list."""
    invoiced = row.invoice_amount
    return AssetRow(
        id=row.id,
        client_transaction_id=row.client_transaction_id,
        customer=row.customer,
        billing_to=row.billing_to,
        product=row.product,
        sku=row.sku,
        order_number=row.order_number,
        purchase_date=row.purchase_date,
        quantity=row.quantity,
        unit_type=row.unit_type,
        price=Money(row.price_amount, row.currency),
        invoice_amount=None if invoiced is None else Money(invoiced, row.currency),
        status=row.status,
        provisioning_sync_status=row.provisioning_sync_status,
        token_status=row.token_status,
        return_status=row.return_status,
        masked_key=masked_key(row.key_last_five) if row.key_last_five else None,
        activation_date=row.activation_date,
        has_discrepancy=bool(row.has_discrepancy),
        requested=bool(row.requested),
    )
