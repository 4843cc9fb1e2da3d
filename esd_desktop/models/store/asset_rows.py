"""The lines of the asset list, read from the records of which they are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from msgspec.structs import astuple
from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlalchemy.types import NULLTYPE

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.asset_rows import AssetLine, AssetRow
from esd_desktop.models.base import WordT
from esd_desktop.models.cancellation import CancellationRequest
from esd_desktop.models.discrepancy import Discrepancy
from esd_desktop.models.invoice import InvoiceItem
from esd_desktop.models.order import Order
from esd_desktop.models.statuses import (
    AssetStatus,
    InvoiceKind,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.store.requests import is_undecided
from esd_desktop.models.values import Money, in_units, masked_key

Customer = aliased(Account)
Billing = aliased(Account)
# So many different moments and amounts are kept at a time.
_REMEMBERED = 1024


async def by_ids(connection: AsyncConnection, asset_ids: Iterable[int]) -> list[AssetRow]:
    """The rows of these assets, deleted ones too, in no order."""
    rows = (await connection.execute(_by_ids(), {"ids": list(asset_ids)})).all()
    return [asset_row(row) for row in rows]


async def in_order(connection: AsyncConnection, asset_ids: Sequence[int]) -> list[AssetRow]:
    """The rows of these assets in this order, without those that are gone."""
    found = {row.id: row for row in await by_ids(connection, asset_ids)} if asset_ids else {}
    return [found[each] for each in asset_ids if each in found]


@cache
def _by_ids() -> Select[*tuple[Any, ...]]:
    return asset_rows().where(Asset.id.in_(bindparam("ids", expanding=True)))


def _has_discrepancy() -> ColumnElement[bool]:
    return (
        select(Discrepancy.id)
        .where(Discrepancy.asset_id == Asset.id, Discrepancy.settled_at.is_(None))
        .exists()
    )


def is_requested() -> ColumnElement[bool]:
    """That somebody asked for an asset to be cancelled, and nobody has decided."""
    # By the few that wait, not by looking at every asset.
    return Asset.id.in_(select(CancellationRequest.asset_id).where(is_undecided()))


def asset_rows() -> Select[*tuple[Any, ...]]:
    """Selects the columns of all assets' rows, for asset_row()."""
    return asset_lines().add_columns(
        _has_discrepancy().label("has_discrepancy"), is_requested().label("requested")
    )


def asset_lines() -> Select[*tuple[Any, ...]]:
    """Selects the columns of all assets' lines, for asset_line()."""
    return (
        select(
            Asset.id,
            Asset.client_transaction_id,
            Customer.name.label("customer"),
            Billing.name.label("billing_to"),
            Asset.product,
            Asset.sku,
            Order.number.label("order_number"),
            _as_stored(Asset.purchase_date),
            Asset.quantity,
            Asset.unit_type,
            _as_stored(Asset.price_amount),
            Asset.currency,
            _as_stored(InvoiceItem.amount),
            _as_stored(Asset.status),
            _as_stored(Asset.provisioning_sync_status),
            _as_stored(Asset.token_status),
            _as_stored(Asset.return_status),
            Asset.key_last_five,
            _as_stored(Asset.activation_date),
        )
        .join(Customer, Customer.id == Asset.customer_id)
        .join(Billing, Billing.id == Asset.billing_to_id)
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
    """A row of the list."""
    return AssetRow(*astuple(asset_line(row[:-2])), *map(bool, row[-2:]))


def asset_line(row: Sequence[Any]) -> AssetLine:
    """A line of a file. Its values are taken in their order, and not each by its name: there are
    hundreds of them at a time, or a million."""
    asset_id, transaction_id, customer, billing_to, product, sku, order, at, quantity = row[:9]
    unit_type, price, currency, invoiced, status, provisioning, token, returned = row[9:17]
    last_five, activated_at = row[17:]
    return AssetLine(
        *(asset_id, transaction_id, customer, billing_to, product, sku, order),
        *(_moment(at), quantity, unit_type),
        _money(price, currency),
        None if invoiced is None else _money(invoiced, currency),
        _STATUSES[status],
        _PROVISIONING[provisioning],
        None if token is None else _TOKENS[token],
        _RETURNS[returned],
        masked_key(last_five) if last_five else None,
        None if activated_at is None else _moment(activated_at),
    )


def _as_stored(column: Any) -> ColumnElement[Any]:
    """A value that ``asset_row`` makes of what the store has. The column's own type would make each
    anew, and many lines have the same."""
    return type_coerce(column, NULLTYPE)


def _by_word(words: type[WordT]) -> Mapping[str, WordT]:
    return {word.value: word for word in words}


_STATUSES = _by_word(AssetStatus)
_PROVISIONING = _by_word(ProvisioningSyncStatus)
_TOKENS = _by_word(TokenStatus)
_RETURNS = _by_word(ReturnStatus)


@lru_cache(maxsize=_REMEMBERED)
def _moment(stored: str | datetime) -> datetime:
    """A file has its text, in UTC."""
    if isinstance(stored, str):
        return datetime.fromisoformat(f"{stored}+00:00")
    return stored.astimezone(UTC)


@lru_cache(maxsize=_REMEMBERED)
def _money(ten_thousandths: int, currency: str) -> Money:
    return Money(in_units(ten_thousandths), currency)
