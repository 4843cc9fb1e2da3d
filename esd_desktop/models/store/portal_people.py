"""Queries of staff about the people of an account at the portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.audit import AuditRow
from esd_desktop.models.portal import PortalProvider, PortalSession, PortalUser
from esd_desktop.models.portal_rows import PortalUserRow

People = dict[str, PortalUserRow]


async def of_account(
    connection: AsyncConnection, account_id: int, now: datetime, idle_since: datetime
) -> list[PortalUserRow]:
    """Who may sign in for an account and who may not any more, by address, with how many sessions
    each has. Raises NotFound."""
    people = await _named(connection, account_id)
    await _add_own(connection, account_id, people)
    await _add_sessions(connection, account_id, people, now, idle_since)
    return sorted(people.values(), key=lambda row: row.address)


async def last_times(
    connection: AsyncConnection,
    account_id: int,
    actions: Sequence[str],
    people: Mapping[str, str],
) -> dict[tuple[str, str], tuple[datetime, str]]:
    """When these were last done for an account, and the sentence about it, by address and action.
    ``people`` has the addresses by the names under which the history tells of them."""
    newest = (
        select(func.max(AuditRow.id))
        .where(
            AuditRow.account_id == account_id,
            AuditRow.action.in_(actions),
            AuditRow.operator.in_(list(people)),
        )
        .group_by(AuditRow.operator, AuditRow.action)
    )
    columns = (AuditRow.operator, AuditRow.action, AuditRow.at, AuditRow.sentence)
    rows = await connection.execute(select(*columns).where(AuditRow.id.in_(newest)))
    return {(people[row.operator], row.action): (row.at, row.sentence) for row in rows}


async def _named(connection: AsyncConnection, account_id: int) -> People:
    columns = (
        PortalUser.id,
        PortalUser.account_id,
        PortalUser.address,
        PortalUser.name,
        PortalUser.active,
    )
    query = select(*columns).where(PortalUser.account_id == account_id)
    return {row.address: PortalUserRow(**row._mapping) for row in await connection.execute(query)}


async def _add_own(connection: AsyncConnection, account_id: int, people: People) -> None:
    query = select(Account.name, Account.email).where(Account.id == account_id)
    account = (await connection.execute(query)).first()
    if account is None:
        raise NotFound(f"There is no account {account_id}.")
    own = (account.email or "").lower()
    if own:
        row = people.get(own, PortalUserRow(None, account_id, own, account.name, active=True))
        people[own] = replace(row, is_own=True)


async def _add_sessions(
    connection: AsyncConnection,
    account_id: int,
    people: People,
    now: datetime,
    idle_since: datetime,
) -> None:
    query = (
        select(
            PortalSession.address,
            func.max(PortalSession.name).label("name"),
            func.max(PortalProvider.domain).label("domain"),
            func.count().label("sessions"),
        )
        .outerjoin(PortalProvider, PortalProvider.id == PortalSession.provider_id)
        .where(
            PortalSession.account_id == account_id,
            PortalSession.ends_at > now,
            PortalSession.seen_at > idle_since,
        )
        .group_by(PortalSession.address)
    )
    for row in await connection.execute(query):
        known = people.get(row.address)
        if known is None and row.domain is None:
            continue  # the address is the account's no more, so that its session lets nobody in
        known = known or PortalUserRow(None, account_id, row.address, row.name, active=True)
        people[row.address] = replace(known, vouched_by=row.domain, sessions=row.sessions)
