"""Queries about what was done."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.audit import AuditRow
from esd_desktop.models.rows import HistoryRow


async def of_asset(
    connection: AsyncConnection, asset_id: int, limit: int, before: int | None = None
) -> list[HistoryRow]:
    """What was done with an asset, newest first; ``before`` the row of this id."""
    return await _read(connection, _newest(limit, before).where(AuditRow.asset_id == asset_id))


async def of_account(
    connection: AsyncConnection, account_id: int, limit: int, before: int | None = None
) -> list[HistoryRow]:
    """What was done with an account and its assets, newest first; ``before`` the row of this id."""
    return await _read(connection, _newest(limit, before).where(AuditRow.account_id == account_id))


async def latest(connection: AsyncConnection, limit: int) -> list[HistoryRow]:
    """What was done last, newest first."""
    return await _read(connection, _newest(limit))


def _newest(limit: int, before: int | None = None) -> Select[AuditRow]:
    newest = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    return newest if before is None else newest.where(AuditRow.id < before)


async def _read(connection: AsyncConnection, query: Select[AuditRow]) -> list[HistoryRow]:
    columns = query.with_only_columns(
        AuditRow.id,
        AuditRow.at,
        AuditRow.operator,
        AuditRow.action,
        AuditRow.sentence,
        AuditRow.asset_id,
        AuditRow.account_id,
        AuditRow.correlation_id,
        AuditRow.changes,
    )
    return [HistoryRow(**row._mapping) for row in await connection.execute(columns)]
