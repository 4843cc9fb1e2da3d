"""Queries about what was done."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.audit import AuditRow
from esd_desktop.models.rows import HistoryRow


async def of_asset(connection: AsyncConnection, asset_id: int, limit: int) -> list[HistoryRow]:
    """What was done with an asset, newest first."""
    return await _read(connection, _newest(limit).where(AuditRow.asset_id == asset_id))


async def of_account(connection: AsyncConnection, account_id: int, limit: int) -> list[HistoryRow]:
    """What was done with an account and its assets, newest first."""
    return await _read(connection, _newest(limit).where(AuditRow.account_id == account_id))


async def latest(connection: AsyncConnection, limit: int) -> list[HistoryRow]:
    """What was done last, newest first."""
    return await _read(connection, _newest(limit))


def _newest(limit: int) -> Select[AuditRow]:
    return select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)


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
