"""Writing the new assets of an import and what belongs to each, some lines at a time."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import ColumnElement, String, and_, cast, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.invoice import LONGEST_DESCRIPTION
from esd_desktop.models.statuses import (
    AssetStatus,
    InvoiceKind,
    OperationKind,
    OperationState,
    ProvisioningSyncStatus,
)
from esd_desktop.models.store import tables
from esd_desktop.models.store.import_staging import invoices, known, lines, numbered, secrets
from esd_desktop.models.store.import_writing import Stamp, write_audit

_ASKED_BEFORE = "Requested by the system that it was imported from; its answer is not known."

_customer, _billed = known.alias("customer"), known.alias("billed")
_new = lines.join(numbered, numbered.c.id == lines.c.line)


class Stretch(Struct, frozen=True):
    """Lines of the file, from the first to the last."""

    first: int
    last: int

    def of(self, line: ColumnElement[int]) -> ColumnElement[bool]:
        """That the line is one of them."""
        return line.between(self.first, self.last)


class StagedSecret(Struct, frozen=True):
    """A key and link, and whose they are; sealed as staged or, once resealed, as kept."""

    line: int
    asset_id: int
    sealed_key: bytes
    sealed_link: bytes | None


async def write_assets(connection: AsyncConnection, stamp: Stamp, stretch: Stretch) -> None:
    """The assets of these lines, what was charged and credited for each, and its history."""
    await _write_records(connection, stretch)
    await _write_items(connection, stretch, InvoiceKind.INVOICE)
    await _write_items(connection, stretch, InvoiceKind.CREDIT)
    await _write_earlier_requests(connection, stamp, stretch)
    sentence = literal(f"Imported from {stamp.file}, line ") + cast(lines.c.line, String) + "."
    history = (
        select(numbered.c.number, _customer.c.real_id, sentence)
        .select_from(_new.join(_customer, _customer.c.id == lines.c.customer_id))
        .where(stretch.of(lines.c.line))
        .order_by(lines.c.line)
    )
    await write_audit(connection, stamp, history)


async def staged_secrets(connection: AsyncConnection, stretch: Stretch) -> list[StagedSecret]:
    """The keys of these lines' new assets, sealed as they were staged."""
    query = (
        select(secrets.c.line, numbered.c.number, secrets.c.sealed_key, secrets.c.sealed_link)
        .join(numbered, numbered.c.id == secrets.c.line)
        .where(stretch.of(secrets.c.line))
    )
    return [StagedSecret(*row) for row in await connection.execute(query)]


async def write_secrets(
    connection: AsyncConnection, key_id: int, resealed: Iterable[StagedSecret]
) -> None:
    """Keys and links, sealed for their assets with the data key ``key_id``."""
    rows = [
        {
            "asset_id": each.asset_id,
            "key_id": key_id,
            "sealed_key": each.sealed_key,
            "sealed_link": each.sealed_link,
        }
        for each in resealed
    ]
    if rows:
        await connection.execute(insert(tables.asset_secrets), rows)


async def _write_records(connection: AsyncConnection, stretch: Stretch) -> None:
    values = {
        "id": numbered.c.number,
        "version": literal(1),
        "customer_id": _customer.c.real_id,
        "billing_to_id": _billed.c.real_id,
        "connection_id": lines.c.connection_id,
        "order_id": tables.orders.c.id,
        "client_transaction_id": lines.c.transaction_id,
        "status": lines.c.status,
        "purchase_date": lines.c.purchase_date,
        "sku": lines.c.sku,
        "product": lines.c.product,
        "quantity": lines.c.quantity,
        "unit_type": lines.c.unit_type,
        "price_amount": lines.c.price,
        "currency": lines.c.currency,
        "provisioning_sync_status": lines.c.provisioning,
        "synchronization_details": lines.c.details,
        "key_last_five": lines.c.key_last_five,
        "key_hash": lines.c.key_hash,
        "token_status": lines.c.token_status,
        "return_status": lines.c.return_status,
        "activation_date": lines.c.activation_date,
        "returnable_until": lines.c.returnable_until,
        "search_text": lines.c.search_words,
    }
    records = (
        select(*values.values())
        .select_from(
            _new.join(_customer, _customer.c.id == lines.c.customer_id)
            .join(_billed, _billed.c.id == lines.c.billing_to_id)
            .join(tables.orders, tables.orders.c.number == lines.c.order_number)
        )
        .where(stretch.of(lines.c.line))
        .order_by(lines.c.line)
    )
    await connection.execute(insert(tables.assets).from_select(list(values), records))


async def _write_items(connection: AsyncConnection, stretch: Stretch, kind: InvoiceKind) -> None:
    """The items of one kind of invoice. Of a credit the amounts are negative."""
    credit = kind is InvoiceKind.CREDIT
    said = literal("Return of ") + lines.c.product if credit else lines.c.product
    of_its_invoice = and_(
        invoices.c.order_number == lines.c.order_number,
        invoices.c.currency == lines.c.currency,
        invoices.c.kind == kind,
    )
    items = (
        select(
            tables.invoices.c.id,
            numbered.c.number,
            literal(kind, tables.invoice_items.c.kind.type),
            func.substr(said, 1, LONGEST_DESCRIPTION),
            -lines.c.charged if credit else lines.c.charged,
            literal(0),
            literal(0),
        )
        .select_from(
            _new.join(invoices, of_its_invoice).join(
                tables.invoices, tables.invoices.c.number == invoices.c.number
            )
        )
        .where(stretch.of(lines.c.line))
        .order_by(lines.c.line)
    )
    if credit:
        items = items.where(lines.c.status == AssetStatus.CANCELLED)
    columns = ("invoice_id", "asset_id", "kind", "description", "amount", "tax_rate", "tax_amount")
    await connection.execute(insert(tables.invoice_items).from_select(columns, items))


async def _write_earlier_requests(
    connection: AsyncConnection, stamp: Stamp, stretch: Stretch
) -> None:
    """A licence without a token may have been requested by the other system, with its answer lost:
    a retry reads first where it finds an earlier request, so nothing is bought twice."""
    moment = literal(stamp.at, tables.operations.c.started_at.type)
    requests = (
        select(
            literal(OperationKind.ISSUE, tables.operations.c.kind.type),
            numbered.c.number,
            literal(""),
            literal(""),
            literal(OperationState.FAILED, tables.operations.c.state.type),
            literal(_ASKED_BEFORE),
            literal(stamp.operator),
            moment,
            moment,
        )
        .select_from(_new)
        .where(
            stretch.of(lines.c.line), lines.c.provisioning != ProvisioningSyncStatus.SYNCHRONIZED
        )
    )
    columns = (
        *("kind", "asset_id", "request_id", "correlation_id", "state", "detail"),
        *("started_by", "started_at", "ended_at"),
    )
    await connection.execute(insert(tables.operations).from_select(columns, requests))
