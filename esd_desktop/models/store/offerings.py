"""Queries about the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.offering import Offering, OfferingPrice
from esd_desktop.models.offering_rows import OfferingPriceRow
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
# Fewer than any store takes as values of one statement.
_IDS_AT_ONCE = 500


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


async def for_change(work: UnitOfWork, offering_ids: Iterable[int]) -> dict[int, Offering]:
    """These offerings, by id; those that are gone are left out."""
    found: dict[int, Offering] = {}
    wanted = list(offering_ids)
    for first in range(0, len(wanted), _IDS_AT_ONCE):
        query = select(Offering).where(Offering.id.in_(wanted[first : first + _IDS_AT_ONCE]))
        found |= {each.id: each for each in (await work.session.execute(query)).scalars()}
    return found


async def mark_read(work: UnitOfWork, connection_id: int, at: datetime) -> None:
    """Note when a connection's catalogue was read. No version moves by it: whoever has an offering
    before him that is as it was may go on."""
    await work.flush()
    query = update(Offering).where(Offering.connection_id == connection_id)
    await work.connection.execute(query.values(read_at=at))


async def prices(connection: AsyncConnection, offering_id: int) -> list[OfferingPriceRow]:
    """What was accepted of an offering, newest first."""
    query = (
        select(OfferingPrice.__table__)
        .where(OfferingPrice.offering_id == offering_id)
        .order_by(OfferingPrice.id.desc())
    )
    return [
        OfferingPriceRow(
            id=row.id,
            name=row.name,
            unit_type=row.unit_type,
            price=Money(row.price_amount, row.currency),
            valid_from=row.valid_from,
            accepted_by=row.accepted_by,
        )
        for row in await connection.execute(query)
    ]


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
    # SQLite folds the letters of English only, so others are found as they are written as well.
    sought, folded = words.strip(), words.strip().casefold()
    columns = (Offering.name, Offering.offered_name, Offering.sku)
    return or_(
        *(column.contains(sought, autoescape=True) for column in columns),
        *(func.lower(column).contains(folded, autoescape=True) for column in columns),
    )


# What a person has to look at stands first; each status by name.
_BY_STATUS = case(
    (Offering.status == CatalogueStatus.NEW, "0"),
    (Offering.status == CatalogueStatus.CHANGED, "1"),
    (Offering.status == CatalogueStatus.ACTIVE, "2"),
    else_="3",
).concat(Offering.name)

LISTING = Listing(
    id=Offering.id,
    rows=select(*_COLUMNS),
    made=_row,
    sorts={
        "name": Offering.name,
        "sku": Offering.sku,
        "price": Offering.price_amount,
        "status": _BY_STATUS,
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
