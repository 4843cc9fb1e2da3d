"""Queries about the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.offering import Offering
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.store.listing import Listing
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import Money

_COLUMNS = (
    Offering.id,
    Offering.version,
    Offering.connection_id,
    Offering.sku,
    Offering.name,
    Offering.unit_type,
    Offering.price_amount,
    Offering.currency,
    Offering.status,
    Offering.offered_name,
    Offering.offered_unit_type,
    Offering.offered_price_amount,
    Offering.offered_currency,
    Offering.read_at,
)


async def listed(connection: AsyncConnection, connection_id: int) -> list[OfferingRow]:
    """A connection's catalogue by name."""
    query = select(*_COLUMNS).where(Offering.connection_id == connection_id).order_by(Offering.name)
    return [_row(row) for row in await connection.execute(query)]


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


def _row(row: Row[*tuple[Any, ...]]) -> OfferingRow:
    offered = None
    if row.offered_price_amount is not None and row.offered_currency is not None:
        offered = Money(row.offered_price_amount, row.offered_currency)
    return OfferingRow(
        id=row.id,
        version=row.version,
        connection_id=row.connection_id,
        sku=row.sku,
        name=row.name,
        unit_type=row.unit_type,
        price=Money(row.price_amount, row.currency),
        status=row.status,
        offered_name=row.offered_name,
        offered_unit_type=row.offered_unit_type,
        offered_price=offered,
        read_at=row.read_at,
    )


def _found_by(words: str) -> ColumnElement[bool]:
    folded = func.lower(Offering.name)
    return or_(
        *(
            folded.contains(words.strip().casefold(), autoescape=True),
            func.lower(Offering.sku).contains(words.strip().casefold(), autoescape=True),
        )
    )


LISTING = Listing(
    id=Offering.id,
    rows=select(*_COLUMNS),
    made=_row,
    sorts={
        "name": Offering.name,
        "sku": Offering.sku,
        "price": Offering.price_amount,
        "status": Offering.status,
        "unit_type": Offering.unit_type,
    },
    found_by=_found_by,
    filters={
        "new": Offering.status == CatalogueStatus.NEW,
        "changed": Offering.status == CatalogueStatus.CHANGED,
        "active": Offering.status == CatalogueStatus.ACTIVE,
        "discontinued": Offering.status == CatalogueStatus.DISCONTINUED,
    },
    of_connection=lambda connection_id: Offering.connection_id == connection_id,
)
