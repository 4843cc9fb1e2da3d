"""Reading every asset of a list, for a file, and noting with each that its key left in one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Select, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.asset import Asset, AssetSecret
from esd_desktop.models.audit import AuditRow
from esd_desktop.models.rows import AssetQuery, AssetRow
from esd_desktop.models.store import assets
from esd_desktop.models.store.streaming import streamed
from esd_desktop.models.store.unit_of_work import UnitOfWork

_ACTION = "export_key"

Ids = Select[*tuple[Any, ...]]


def ids_of(query: AssetQuery, key_hash: str | None, only: Sequence[int]) -> Ids:
    """The ids of the assets of a list, or ``only`` these of them."""
    ids = assets.filtered(select(Asset.id), query, key_hash)
    return ids.where(Asset.id.in_(only)) if only else ids


async def every(
    connection: AsyncConnection, query: AssetQuery, key_hash: str | None, only: Sequence[int]
) -> AsyncIterator[Sequence[AssetRow]]:
    """The rows of a list in its order, or ``only`` these of them: some hundreds at a time, without
    holding more of them."""
    # Not by ids_of(): with its conditions in the same statement a list comes in the order of an
    # index, and need not be sorted as a whole before its first row.
    rows = assets.rows_of(query, key_hash)
    statement = rows.where(Asset.id.in_(only)) if only else rows
    async with streamed(connection, statement) as parts:
        async for some in parts:
            yield [assets.asset_row(row) for row in some]


async def note_keys(
    work: UnitOfWork, ids: Ids, *, at: datetime, operator: str, sentence: str
) -> None:
    """An audit row with each of these assets that has a key."""
    with_key = select(AssetSecret.asset_id)
    about = select(
        literal(at, AuditRow.__table__.c.at.type),
        literal(operator),
        literal(_ACTION),
        literal(sentence),
        Asset.id,
        Asset.customer_id,
        literal({}, JSON),
    ).where(Asset.id.in_(ids), Asset.id.in_(with_key))
    columns = ("at", "operator", "action", "sentence", "asset_id", "account_id", "changes")
    await work.connection.execute(insert(AuditRow).from_select(columns, about))


async def noted_keys(
    connection: AsyncConnection, asset_ids: Sequence[int], at: datetime
) -> dict[int, bytes]:
    """The sealed keys of those of these assets with which ``note_keys`` noted it at that moment:
    a licence that came in since has to wait for the next file."""
    noted = (
        select(AuditRow.id)
        .where(
            AuditRow.asset_id == AssetSecret.asset_id,
            AuditRow.action == _ACTION,
            AuditRow.at == at,
        )
        .exists()
    )
    keys = select(AssetSecret.asset_id, AssetSecret.sealed_key).where(
        AssetSecret.asset_id.in_(asset_ids), noted
    )
    return {row.asset_id: row.sealed_key for row in await connection.execute(keys)}
