"""Queries about connections."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound
from esd_desktop.models.asset import Asset
from esd_desktop.models.connection import Connection
from esd_desktop.models.offering import Offering, OfferingPrice
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.models.store.unit_of_work import UnitOfWork

_ROWS = select(*(getattr(Connection, name) for name in ConnectionRow.__struct_fields__))


async def listed(connection: AsyncConnection) -> list[ConnectionRow]:
    """All connections by name."""
    rows = await connection.execute(_ROWS.order_by(Connection.name))
    return [ConnectionRow(**row._mapping) for row in rows]


async def one(connection: AsyncConnection, connection_id: int) -> ConnectionRow:
    """One connection. Raises NotFound."""
    row = (await connection.execute(_ROWS.where(Connection.id == connection_id))).first()
    if row is None:
        raise NotFound(f"There is no connection {connection_id}.")
    return ConnectionRow(**row._mapping)


async def for_change(work: UnitOfWork, connection_id: int) -> Connection:
    """The record itself, to be changed. Raises NotFound."""
    record = await work.session.get(Connection, connection_id)
    if record is None:
        raise NotFound(f"There is no connection {connection_id}.")
    return record


async def is_used(work: UnitOfWork, connection_id: int) -> bool:
    """Whether any asset, deleted ones too, belongs to the connection."""
    query = select(func.count()).select_from(Asset).where(Asset.connection_id == connection_id)
    return bool((await work.session.execute(query)).scalar_one())


async def remove(work: UnitOfWork, record: Connection) -> None:
    """Take a connection out, with its catalogue."""
    catalogue = select(Offering.id).where(Offering.connection_id == record.id)
    await work.session.execute(
        delete(OfferingPrice).where(OfferingPrice.offering_id.in_(catalogue))
    )
    await work.session.execute(delete(Offering).where(Offering.connection_id == record.id))
    await work.session.delete(record)
