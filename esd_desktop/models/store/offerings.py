"""Queries about the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.offering import Offering
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import Money


async def listed(connection: AsyncConnection, connection_id: int) -> list[OfferingRow]:
    """A connection's catalogue by name."""
    query = (
        select(
            Offering.id,
            Offering.connection_id,
            Offering.sku,
            Offering.name,
            Offering.unit_type,
            Offering.price_amount,
            Offering.currency,
            Offering.status,
        )
        .where(Offering.connection_id == connection_id)
        .order_by(Offering.name)
    )
    return [
        OfferingRow(
            row.id,
            row.connection_id,
            row.sku,
            row.name,
            row.unit_type,
            Money(row.price_amount, row.currency),
            row.status,
        )
        for row in await connection.execute(query)
    ]


async def by_sku(work: UnitOfWork, connection_id: int, skus: Iterable[str]) -> dict[str, Offering]:
    """The offerings of these product codes, by code."""
    query = select(Offering).where(
        Offering.connection_id == connection_id, Offering.sku.in_(list(skus))
    )
    return {offering.sku: offering for offering in (await work.session.execute(query)).scalars()}


async def all_of(work: UnitOfWork, connection_id: int) -> dict[str, Offering]:
    """Every offering of a connection, by product code."""
    query = select(Offering).where(Offering.connection_id == connection_id)
    return {offering.sku: offering for offering in (await work.session.execute(query)).scalars()}
