"""Queries about shared settings and the wrapped data keys."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.setting import DataKey, Setting
from esd_desktop.models.store.unit_of_work import UnitOfWork


class WrappedKey(Struct, frozen=True):
    """A data key as it is kept: wrapped by the vault's entry for ``store_id``. ``search_wrapped``
    is missing in stores of before, whose search key is derived from their first data key."""

    id: int
    store_id: str
    wrapped: bytes
    search_wrapped: bytes | None
    created_at: datetime


async def read(connection: AsyncConnection) -> dict[str, str]:
    """Every setting that was made, by name."""
    rows = await connection.execute(_MADE)
    return {row.name: row.value for row in rows}


_MADE = select(Setting.name, Setting.value)


async def write(work: UnitOfWork, name: str, value: str) -> None:
    """Make a setting, in place of any value it has."""
    found = await work.session.get(Setting, name)
    if found is None:
        work.add(Setting(name=name, value=value))
    else:
        found.value = value


async def data_keys(connection: AsyncConnection) -> list[WrappedKey]:
    """Every data key, the oldest first. The last one seals."""
    query = select(
        DataKey.id, DataKey.store_id, DataKey.wrapped, DataKey.search_wrapped, DataKey.created_at
    ).order_by(DataKey.id)
    return [WrappedKey(*row) for row in await connection.execute(query)]


async def add_data_key(work: UnitOfWork, key: WrappedKey) -> None:
    """A new data key. Raises ChangedMeanwhile where another desktop makes one with the same id."""
    work.add(
        DataKey(
            id=key.id,
            store_id=key.store_id,
            wrapped=key.wrapped,
            search_wrapped=key.search_wrapped,
            created_at=key.created_at,
        )
    )
    await work.flush()


async def keep_search_key(work: UnitOfWork, key_id: int, search_wrapped: bytes) -> None:
    """Keep with a data key the search key that has been derived from it until now."""
    mine = update(DataKey).where(DataKey.id == key_id, DataKey.search_wrapped.is_(None))
    await work.connection.execute(mine.values(search_wrapped=search_wrapped))


async def retire_data_keys(work: UnitOfWork, newest: int) -> int:
    """Remove the data keys older than this; answers how many there were. Raises ChangedMeanwhile
    where a licence key is still sealed with one: the tables refer to each other."""
    old = delete(DataKey).where(DataKey.id < newest)
    return (await work.connection.execute(old)).rowcount
