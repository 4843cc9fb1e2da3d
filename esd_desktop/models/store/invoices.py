"""Queries about invoices and credit invoices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from esd_desktop.models.asset import Asset
from esd_desktop.models.invoice import LONGEST_DESCRIPTION, Invoice, InvoiceItem, NumberSeries
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.store.unit_of_work import UnitOfWork


async def credit(work: UnitOfWork, asset: Asset, now: datetime) -> Invoice | None:
    """A credit invoice over the full amount, once per asset; None where there is one already."""
    if await _item(work, asset.id, InvoiceKind.CREDIT) is not None:
        return None
    charge = await _item(work, asset.id, InvoiceKind.INVOICE)
    invoice = Invoice(
        number=await next_number(work, f"CRN-{now.year}"),
        kind=InvoiceKind.CREDIT,
        account_id=asset.billing_to_id,
        order_id=asset.order_id,
        currency=asset.currency,
        issued_at=now,
    )
    work.add(invoice)
    await work.flush()
    work.add(
        InvoiceItem(
            invoice_id=invoice.id,
            asset_id=asset.id,
            kind=InvoiceKind.CREDIT,
            description=f"Return of {asset.product}"[:LONGEST_DESCRIPTION],
            amount=-(charge.amount if charge else asset.price_amount * asset.quantity),
        )
    )
    await work.flush()
    return invoice


async def next_number(work: UnitOfWork, series: str) -> str:
    """The next number of a series, such as ``INV-2026-00001``; without gaps, since the counter
    moves in the same transaction as the record that takes the number."""
    insert = postgresql.insert if work.connection.dialect.name == "postgresql" else sqlite.insert
    raised = (
        insert(NumberSeries)
        .values(name=series, last_number=1)
        .on_conflict_do_update(
            index_elements=[NumberSeries.name],
            set_={"last_number": NumberSeries.last_number + 1},
        )
        .returning(NumberSeries.last_number)
    )
    number = (await work.connection.execute(raised)).scalar_one()
    return f"{series}-{number:05d}"


async def _item(work: UnitOfWork, asset_id: int, kind: InvoiceKind) -> InvoiceItem | None:
    query = select(InvoiceItem).where(InvoiceItem.asset_id == asset_id, InvoiceItem.kind == kind)
    return (await work.session.execute(query)).scalar_one_or_none()
