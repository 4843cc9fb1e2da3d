"""Everything about one asset: the record, its invoices, its discrepancy, what is unsettled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Id
from esd_desktop.models.connection import Connection
from esd_desktop.models.discrepancy import Discrepancy
from esd_desktop.models.invoice import Invoice, InvoiceItem
from esd_desktop.models.order import Order
from esd_desktop.models.permissions import Facts
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.rows import AssetDetail, InvoiceLine, OperationRow
from esd_desktop.models.store import operations, requests
from esd_desktop.models.store.secrets import secret_facts
from esd_desktop.models.values import Money, masked_key

_Customer = aliased(Account)
_Billing = aliased(Account)


async def one(connection: AsyncConnection, asset_id: int) -> AssetDetail:
    """One asset, deleted or not. Raises NotFound."""
    row = (await connection.execute(_ROW, {"asset": asset_id})).first()
    if row is None:
        raise NotFound(f"There is no asset {asset_id}.")
    unsettled = await operations.unsettled_of(connection, asset_id)
    request = await requests.undecided_of(connection, asset_id)
    return _detail(row, unsettled, await _invoice_lines(connection, asset_id), request)


async def _invoice_lines(connection: AsyncConnection, asset_id: int) -> tuple[InvoiceLine, ...]:
    return tuple(
        InvoiceLine(
            row.number,
            row.kind,
            row.issued_at,
            Money(row.amount, row.currency),
            Money(row.tax_amount, row.currency),
            row.tax_name,
        )
        for row in await connection.execute(_INVOICE_LINES, {"asset": asset_id})
    )


_ASSET = bindparam("asset", type_=Id)
_INVOICE_LINES = (
    select(
        Invoice.number,
        Invoice.kind,
        Invoice.issued_at,
        Invoice.currency,
        InvoiceItem.amount,
        InvoiceItem.tax_amount,
        Invoice.tax_name,
    )
    .join(Invoice, Invoice.id == InvoiceItem.invoice_id)
    .where(InvoiceItem.asset_id == _ASSET)
    .order_by(Invoice.issued_at, Invoice.id)
)


_ROW = (
    select(
        Asset.id,
        Asset.version,
        Asset.customer_id,
        _Customer.name.label("customer"),
        _Customer.email.label("customer_email"),
        Asset.billing_to_id,
        _Billing.name.label("billing_to"),
        Asset.connection_id,
        Connection.name.label("connection"),
        Asset.client_transaction_id,
        Asset.status,
        Order.number.label("order_number"),
        Asset.purchase_date,
        Asset.provisioning_sync_status,
        Asset.synchronization_details,
        Asset.product,
        Asset.sku,
        Asset.quantity,
        Asset.unit_type,
        Asset.price_amount,
        Asset.currency,
        Asset.key_last_five,
        Asset.token_status,
        Asset.return_status,
        Asset.return_refusal,
        secret_facts.c.has_link,
        secret_facts.c.asset_id.is_not(None).label("has_key"),
        Asset.activation_date,
        Asset.returnable_until,
        Asset.checked_at,
        Asset.deleted_at,
        Discrepancy.detail.label("discrepancy"),
    )
    .join(_Customer, _Customer.id == Asset.customer_id)
    .join(_Billing, _Billing.id == Asset.billing_to_id)
    .join(Connection, Connection.id == Asset.connection_id)
    .join(Order, Order.id == Asset.order_id)
    .outerjoin(secret_facts, secret_facts.c.asset_id == Asset.id)
    .outerjoin(
        Discrepancy,
        (Discrepancy.asset_id == Asset.id) & Discrepancy.settled_at.is_(None),
    )
    .where(Asset.id == _ASSET)
)


def _detail(
    row: Row[*tuple[Any, ...]],
    unsettled: OperationRow | None,
    invoices: tuple[InvoiceLine, ...],
    request: RequestRow | None,
) -> AssetDetail:
    fields = dict(row._mapping)
    has_key, last_five = fields.pop("has_key"), fields.pop("key_last_five")
    price = Money(fields.pop("price_amount"), fields.pop("currency"))
    fields["has_link"] = bool(fields["has_link"])
    return AssetDetail(
        **fields,
        price=price,
        masked_key=masked_key(last_five) if has_key else None,
        unsettled=unsettled,
        invoices=invoices,
        facts=Facts(
            status=row.status,
            provisioning=row.provisioning_sync_status,
            token_status=row.token_status,
            deleted=row.deleted_at is not None,
            unsettled=unsettled is not None,
            returnable_until=row.returnable_until,
            email=row.customer_email,
            requested=request is not None,
        ),
        request=request,
    )
