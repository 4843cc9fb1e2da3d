"""Reading every asset of a list, for a file, and noting with each that its key left in one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Select, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.asset import Asset
from esd_desktop.models.asset_rows import AssetLine, AssetQuery
from esd_desktop.models.audit import AuditRow
from esd_desktop.models.store import assets
from esd_desktop.models.store.asset_rows import asset_line
from esd_desktop.models.store.streaming import streamed
from esd_desktop.models.store.unit_of_work import UnitOfWork

EXPORTED_KEY = "export_key"

Ids = Select[*tuple[Any, ...]]


def ids_of(query: AssetQuery, key_hash: str | None, only: Sequence[int]) -> Ids:
    """The ids of the assets of a list, or ``only`` these of them."""
    ids = assets.filtered(select(Asset.id), query, key_hash)
    return ids.where(Asset.id.in_(only)) if only else ids


async def every(
    connection: AsyncConnection, query: AssetQuery, key_hash: str | None, only: Sequence[int]
) -> AsyncIterator[Sequence[AssetLine]]:
    """The lines of a list in its order, or ``only`` these of them: some thousands at a time,
    without holding more of them."""
    # Not by ids_of(): with its conditions in the same statement a list comes in the order of an
    # index, and need not be sorted as a whole before its first row.
    lines = assets.lines_of(query, key_hash)
    statement = lines.where(Asset.id.in_(only)) if only else lines
    async with streamed(connection, statement) as parts:
        async for some in parts:
            yield [asset_line(row) for row in some]


async def note_keys(
    work: UnitOfWork, ids: Ids, *, at: datetime, operator: str, sentence: str
) -> None:
    """An audit row with each of these assets that has a key."""
    about = select(
        literal(at, AuditRow.__table__.c.at.type),
        literal(operator),
        literal(EXPORTED_KEY),
        literal(sentence),
        Asset.id,
        Asset.customer_id,
        literal({}, JSON),
    ).where(Asset.id.in_(ids), Asset.key_hash.is_not(None))
    columns = ("at", "operator", "action", "sentence", "asset_id", "account_id", "changes")
    await work.connection.execute(insert(AuditRow).from_select(columns, about))
