"""Who is signed in at the portal. A session is over after half an hour without a visit, after
twelve hours in any case, when the person signs out, and when staff take the right to sign in away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from esd_desktop.models.portal import PortalSession
from esd_desktop.models.portal_rows import SessionRow, Visitor
from esd_desktop.models.rights import Right
from esd_desktop.models.store import portal_sessions
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.wording import counted
from esd_desktop.services.context import Services
from esd_desktop.services.portal.tokens import hash_of, new_token
from esd_desktop.services.portal.visiting import bound_to
from esd_desktop.services.record import record
from esd_desktop.services.rights import require, serving

SIGNED_IN = "portal_sign_in"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


async def signed_in(services: Services, token: str) -> Visitor | None:
    """Who has the session of this token; None where it is over or never was."""
    now = services.now()
    async with serving(services) as connection:
        row = await portal_sessions.signed_in(connection, hash_of(token), now, now - IDLE)
    return None if row is None else _visitor(row)


async def keep_seen(services: Services, seen: Mapping[int, datetime]) -> None:
    """Write down when sessions were last visited, by their ids: of many at a time, because each
    page would otherwise wait for whoever is writing into the store."""
    await require(services, Right.SERVE)
    async with services.store.change() as work:
        await portal_sessions.see(work, seen)
        await work.commit(unseen=True)


def begin_session(
    services: Services,
    work: UnitOfWork,
    account_id: int,
    address: str,
    name: str,
    *,
    how: str,
    provider_id: int | None = None,
) -> str:
    """Sign somebody in within a change, and note it; answers the token of the session. ``services``
    work for the account already."""
    token, now = new_token(), services.now()
    work.add(
        PortalSession(
            token_hash=hash_of(token),
            account_id=account_id,
            address=address,
            name=name,
            provider_id=provider_id,
            began_at=now,
            seen_at=now,
            ends_at=now + LONGEST,
        )
    )
    sentence = f"{address} signed in to the portal {how}."
    record(services, work, SIGNED_IN, sentence, account_id=account_id)
    return token


async def sign_out(services: Services, visitor: Visitor) -> None:
    """End this session."""
    await require(services, Right.SERVE)
    acting = bound_to(services, visitor)
    async with acting.store.change() as work:
        await portal_sessions.end(work, visitor.session_id)
        sentence = f"{visitor.address} signed out of the portal."
        record(acting, work, "portal_sign_out", sentence, account_id=visitor.account_id)
        await work.commit()


async def sign_out_everywhere(services: Services, visitor: Visitor) -> None:
    """End every session of the visitor's address, in all browsers and for all accounts."""
    await require(services, Right.SERVE)
    acting = bound_to(services, visitor)
    async with acting.store.change() as work:
        ended = await portal_sessions.end_all(work, visitor.address)
        sentence = (
            f"{visitor.address} signed out of the portal everywhere: {counted(ended, 'session')}."
        )
        record(acting, work, "portal_sign_out", sentence, account_id=visitor.account_id)
        await work.commit()


async def forget_ended(services: Services) -> None:
    """Drop sessions and links whose time is over."""
    await require(services, Right.SERVE)
    now = services.now()
    async with services.store.change() as work:
        await portal_sessions.forget_ended(work, now, now - IDLE)
        await work.commit(unseen=True)


def _visitor(row: SessionRow) -> Visitor:
    return Visitor(
        session_id=row.id,
        account_id=row.account_id,
        account=row.account,
        is_reseller=row.is_reseller,
        address=row.address,
        name=row.name,
    )
