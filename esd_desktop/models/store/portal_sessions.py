"""Queries about links to sign in and about who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.base import Id, UtcDateTime
from esd_desktop.models.portal import PortalLink, PortalSession
from esd_desktop.models.portal_rows import SessionRow
from esd_desktop.models.statuses import AccountKind, MailState
from esd_desktop.models.store.portal_users import entries, portal_accounts
from esd_desktop.models.store.unit_of_work import UnitOfWork


async def due_links(connection: AsyncConnection, now: datetime) -> list[int]:
    """Ids of the links whose mail waits to be sent now, oldest first."""
    query = select(PortalLink.id).where(
        PortalLink.state == MailState.QUEUED,
        PortalLink.next_attempt_at <= now,
        PortalLink.ends_at > now,
    )
    return list((await connection.execute(query.order_by(PortalLink.id))).scalars())


async def link_for_change(work: UnitOfWork, link_id: int) -> PortalLink | None:
    """A link, to be changed and locked until then."""
    return await work.session.get(PortalLink, link_id, with_for_update=True)


async def address_of_link(
    connection: AsyncConnection, token_hash: str, now: datetime
) -> str | None:
    """Whose link it is; None where it is none, was used, or its time is over."""
    query = select(PortalLink.address).where(
        PortalLink.token_hash == token_hash, PortalLink.ends_at > now
    )
    return (await connection.execute(query)).scalar()


async def use_link(work: UnitOfWork, token_hash: str, now: datetime) -> str | None:
    """Take a link away and say whose it was: of two who use it at once, one gets it."""
    taken = (
        delete(PortalLink)
        .where(PortalLink.token_hash == token_hash, PortalLink.ends_at > now)
        .returning(PortalLink.address)
    )
    return (await work.connection.execute(taken)).scalar()


async def signed_in(
    connection: AsyncConnection, token_hash: str, now: datetime, idle_since: datetime
) -> SessionRow | None:
    """Who has this session. None where it has ended, or the person may not sign in any more."""
    given = {"token_hash": token_hash, "now": now, "idle_since": idle_since}
    row = (await connection.execute(_SESSION, given)).first()
    if row is None:
        return None
    fields = dict(row._mapping)
    kind, provider_id = fields.pop("kind"), fields.pop("provider_id")
    if provider_id is None and not await _may_sign_in(connection, row.account_id, row.address):
        return None
    return SessionRow(**fields, is_reseller=kind == AccountKind.RESELLER)


# Asked with each page: to say it anew would take longer than the store takes to answer it. The
# account's name comes out of a view: by itself the portal's login reads no account.
_SESSION = (
    select(
        PortalSession.id,
        PortalSession.account_id,
        portal_accounts.c.name.label("account"),
        portal_accounts.c.kind,
        PortalSession.address,
        PortalSession.name,
        PortalSession.provider_id,
        PortalSession.began_at,
        PortalSession.seen_at,
        PortalSession.ends_at,
    )
    .join(portal_accounts, portal_accounts.c.id == PortalSession.account_id)
    .where(
        PortalSession.token_hash == bindparam("token_hash", type_=String()),
        PortalSession.ends_at > bindparam("now", type_=UtcDateTime()),
        PortalSession.seen_at > bindparam("idle_since", type_=UtcDateTime()),
    )
)


async def _may_sign_in(connection: AsyncConnection, account_id: int, address: str) -> bool:
    """Whether somebody whom no organisation vouches for is still among those who may. Asked with
    values: joined to the sessions, SQLite would make the whole view for each of them."""
    given = {"account": account_id, "address": address}
    return (await connection.execute(_ENTRY, given)).first() is not None


_ENTRY = (
    select(entries.c.account_id)
    .where(
        entries.c.account_id == bindparam("account", type_=Id),
        entries.c.address == bindparam("address", type_=String()),
    )
    .limit(1)
)


async def see(work: UnitOfWork, seen: Mapping[int, datetime]) -> None:
    """Note until when somebody was there, by the session's id; those that are over stay so."""
    given = [{"session": session_id, "at": at} for session_id, at in sorted(seen.items())]
    await work.connection.execute(_SEE, given)


_SEE = (
    update(PortalSession)
    .where(
        PortalSession.id == bindparam("session", type_=Id),
        PortalSession.seen_at < bindparam("at", type_=UtcDateTime()),
    )
    .values(seen_at=bindparam("at", type_=UtcDateTime()))
)


async def end(work: UnitOfWork, session_id: int) -> None:
    """Sign one browser out."""
    await work.connection.execute(delete(PortalSession).where(PortalSession.id == session_id))


async def end_vouched(work: UnitOfWork, provider_id: int) -> None:
    """Sign out everybody for whom an organisation vouched."""
    vouched = PortalSession.provider_id == provider_id
    await work.connection.execute(delete(PortalSession).where(vouched))


async def end_all(work: UnitOfWork, address: str, account_id: int | None = None) -> int:
    """Sign an address out everywhere, or everywhere for one account; answers how many sessions."""
    query = delete(PortalSession).where(PortalSession.address == address)
    if account_id is not None:
        query = query.where(PortalSession.account_id == account_id)
    return (await work.connection.execute(query)).rowcount


async def forget_ended(work: UnitOfWork, now: datetime, idle_since: datetime) -> None:
    """Drop links and sessions whose time is over."""
    await work.connection.execute(delete(PortalLink).where(PortalLink.ends_at <= now))
    over = or_(PortalSession.ends_at <= now, PortalSession.seen_at <= idle_since)
    await work.connection.execute(delete(PortalSession).where(over))


async def forget_all(work: UnitOfWork) -> None:
    """End every session, and take every link away."""
    await work.connection.execute(delete(PortalLink))
    await work.connection.execute(delete(PortalSession))
