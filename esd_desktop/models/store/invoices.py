"""Queries about invoices and credit invoices."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from esd_desktop.models.invoice import InvoiceItem, NumberSeries
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.store.unit_of_work import UnitOfWork


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


async def item_of(work: UnitOfWork, asset_id: int, kind: InvoiceKind) -> InvoiceItem | None:
    """What a licence was charged, or credited, with; None where it was not."""
    query = select(InvoiceItem).where(InvoiceItem.asset_id == asset_id, InvoiceItem.kind == kind)
    return (await work.session.execute(query)).scalar_one_or_none()
