"""Queries about what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.audit import AuditRow
from esd_desktop.models.base import table_of
from esd_desktop.models.rows import HistoryRow
from esd_desktop.models.store.bulk import insert_each
from esd_desktop.models.store.unit_of_work import UnitOfWork


async def add(
    work: UnitOfWork, rows: Sequence[Mapping[str, Any]], *, at: datetime, operator: str, action: str
) -> None:
    """Write rows in their order: that this was done with each of them, then and by this person."""
    same = {"at": at, "operator": operator, "action": action}
    await insert_each(work.connection, table_of(AuditRow), rows, same)


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


async def latest(
    connection: AsyncConnection, limit: int, before: int | None = None
) -> list[HistoryRow]:
    """What was done last, newest first; ``before`` the row of this id."""
    return await _read(connection, _newest(limit, before))


async def last_of(connection: AsyncConnection, actions: Sequence[str]) -> HistoryRow | None:
    """The last time that one of these was done with the store itself."""
    query = _newest(1).where(AuditRow.asset_id.is_(None), AuditRow.action.in_(actions))
    rows = await _read(connection, query)
    return rows[0] if rows else None


async def last_about(
    connection: AsyncConnection,
    actions: Sequence[str],
    account_id: int | None,
    mention: str,
    begins: Sequence[str],
) -> HistoryRow | None:
    """The last time that one of these was done with an account, or with what is mentioned, its
    sentence beginning with one of ``begins`` where there are any."""
    sentence = AuditRow.sentence
    query = _newest(1).where(AuditRow.action.in_(actions))
    if account_id is not None:
        query = query.where(AuditRow.account_id == account_id)
    if begins:
        query = query.where(or_(*(sentence.startswith(each, autoescape=True) for each in begins)))
    rows = await _read(connection, query.where(sentence.contains(mention, autoescape=True)))
    return rows[0] if rows else None


async def login_of(connection: AsyncConnection, asset_id: int, action: str) -> str | None:
    """Who was signed in when this was last done with an asset; None where the database did not
    know."""
    last = select(AuditRow.login).where(AuditRow.asset_id == asset_id, AuditRow.action == action)
    return (await connection.execute(last.order_by(AuditRow.id.desc()).limit(1))).scalar()


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
