"""Queries about shared settings and the sealed data key."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.setting import DataKey, Setting
from esd_desktop.models.store.unit_of_work import UnitOfWork


async def read(connection: AsyncConnection) -> dict[str, str]:
    """Every setting that was made, by name."""
    rows = await connection.execute(select(Setting.name, Setting.value))
    return {row.name: row.value for row in rows}


async def write(work: UnitOfWork, name: str, value: str) -> None:
    """Make a setting, in place of any value it has."""
    found = await work.session.get(Setting, name)
    if found is None:
        work.add(Setting(name=name, value=value))
    else:
        found.value = value


async def data_keys(connection: AsyncConnection) -> list[tuple[int, str, bytes]]:
    """Id, store id and wrapped form of each data key, oldest first."""
    query = select(DataKey.id, DataKey.store_id, DataKey.wrapped).order_by(DataKey.id)
    return [(row.id, row.store_id, row.wrapped) for row in await connection.execute(query)]
