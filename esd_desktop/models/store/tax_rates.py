"""Queries about tax rates."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.invoice import TaxRate
from esd_desktop.models.invoice_rows import TaxRateRow
from esd_desktop.models.store.unit_of_work import UnitOfWork

_ROWS = select(TaxRate.country, TaxRate.version, TaxRate.name, TaxRate.rate)


async def listed(connection: AsyncConnection) -> list[TaxRateRow]:
    """All rates by country."""
    rows = await connection.execute(_ROWS.order_by(TaxRate.country))
    return [TaxRateRow(**row._mapping) for row in rows]


async def of_country(connection: AsyncConnection, country: str | None) -> TaxRateRow | None:
    """The rate of a country; None where there is none, or the country is not known."""
    if country is None:
        return None
    row = (await connection.execute(_ROWS.where(TaxRate.country == country.upper()))).first()
    return None if row is None else TaxRateRow(**row._mapping)


async def for_change(work: UnitOfWork, country: str) -> TaxRate | None:
    """The record itself, to be changed; None where there is none."""
    return await work.session.get(TaxRate, country, with_for_update=True)


async def remove(work: UnitOfWork, record: TaxRate) -> None:
    """Take a rate out."""
    await work.session.delete(record)
