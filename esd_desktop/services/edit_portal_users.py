"""Who may sign in at the portal for an account: the account's own e-mail address, and whom staff
name besides. Somebody who may not any more is signed out at once, also whoever has that address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.portal import PortalUser
from esd_desktop.models.portal_rows import PortalUserRow, told_as
from esd_desktop.models.rights import Right
from esd_desktop.models.store import accounts, portal_people, portal_sessions, portal_users
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.portal.sessions import IDLE, SIGNED_IN
from esd_desktop.services.portal.sign_in import LINK_MAILED, folded
from esd_desktop.services.record import record
from esd_desktop.services.rights import may, require, viewing

_TOLD = (SIGNED_IN, LINK_MAILED)
_LONGEST_NAME = 200


async def portal_user_list(services: Services, account_id: int) -> list[PortalUserRow]:
    """Who may sign in for an account, by address, and who may not any more. Raises NotFound."""
    # Also the database tells sessions to nobody else.
    sees_sessions = await may(services, Right.ACCOUNTS, Right.SETTINGS)
    now = services.now()
    async with viewing(services) as connection:
        rows = await portal_people.of_account(connection, account_id, now, now - IDLE)
        told = {told_as(row.address): row.address for row in rows}
        last = await portal_people.last_times(connection, account_id, _TOLD, told)
    return [_with_last(row, last, sees_sessions=sees_sessions) for row in rows]


def _with_last(
    row: PortalUserRow,
    last: Mapping[tuple[str, str], tuple[datetime, str]],
    *,
    sees_sessions: bool,
) -> PortalUserRow:
    signed_in_at, _ = last.get((row.address, SIGNED_IN), (None, None))
    mailed_at, last_mail = last.get((row.address, LINK_MAILED), (None, None))
    return replace(
        row,
        signed_in_at=signed_in_at,
        sessions=(row.sessions or 0) if sees_sessions else None,
        last_mail=last_mail,
        mailed_at=mailed_at,
    )


async def add_portal_user(
    services: Services, account_id: int, address: str, name: str = ""
) -> Outcome:
    """Let an address sign in for an account, also one that was shut out before. Without a name it
    is known by the address. Raises InvalidInput for what is no address, NotFound."""
    await require(services, Right.ACCOUNTS)
    wanted, name = _checked(address), " ".join(name.split())
    if len(name) > _LONGEST_NAME:
        raise InvalidInput(f"The name has at most {_LONGEST_NAME} characters.")
    async with services.store.change() as work:
        account = await accounts.for_change(work, account_id)
        found = await portal_users.for_change(work, account_id, wanted)
        if found is not None and found.active and name in ("", found.name):
            return Outcome(f"{wanted} may sign in for {account.name} already.", Result.UNCHANGED)
        if found is None:
            found = PortalUser(
                account_id=account_id,
                address=wanted,
                added_by=services.operator,
                added_at=services.now(),
            )
            work.add(found)
        found.active, found.name = True, name or found.name or wanted
        sentence = f"{wanted} may sign in to the portal for {account.name}."
        record(services, work, "add_portal_user", sentence, account_id=account_id)
        await work.commit()
    return Outcome(sentence, changes=Changes(accounts=frozenset({account_id})))


async def remove_portal_user(services: Services, account_id: int, address: str) -> Outcome:
    """Let an address sign in for an account no more, and sign it out. It may be the account's own,
    or one that an organisation vouches for. Raises NotFound where it may not anyway."""
    await require(services, Right.ACCOUNTS)
    wanted = _checked(address)
    async with services.store.change() as work:
        account = await accounts.for_change(work, account_id)
        found = await portal_users.for_change(work, account_id, wanted)
        if found is None and await _may_unnamed(work, account, wanted):
            found = PortalUser(
                account_id=account_id,
                address=wanted,
                name=account.name if _is_own(account, wanted) else wanted,
                active=True,
                added_by=services.operator,
                added_at=services.now(),
            )
            work.add(found)
        if found is None or not found.active:
            raise NotFound(f"{wanted} may not sign in for {account.name}.")
        found.active = False
        await portal_sessions.end_all(work, wanted, account_id)
        sentence = f"{wanted} may no longer sign in to the portal for {account.name}."
        record(services, work, "remove_portal_user", sentence, account_id=account_id)
        await work.commit()
    return Outcome(sentence, changes=Changes(accounts=frozenset({account_id})))


async def sign_out_portal_user(services: Services, account_id: int, address: str) -> Outcome:
    """Sign an address out of an account everywhere; it may sign in again. Raises InvalidInput."""
    await require(services, Right.ACCOUNTS)
    wanted = _checked(address)
    async with services.store.change() as work:
        account = await accounts.for_change(work, account_id)
        ended = await portal_sessions.end_all(work, wanted, account_id)
        if not ended:
            return Outcome(f"{wanted} is not signed in for {account.name}.", Result.UNCHANGED)
        sentence = f"{wanted} was signed out of the portal of {account.name}."
        record(services, work, "sign_out_portal_user", sentence, account_id=account_id)
        await work.commit()
    return Outcome(sentence, changes=Changes(accounts=frozenset({account_id})))


async def _may_unnamed(work: UnitOfWork, account: Account, address: str) -> bool:
    """Whether an address may sign in although staff did not name it."""
    if _is_own(account, address):
        return True
    provider = await portal_users.provider_for(work.connection, address.rpartition("@")[2])
    return provider is not None and provider.account_id == account.id


def _is_own(account: Account, address: str) -> bool:
    return (account.email or "").lower() == address


def _checked(address: str) -> str:
    wanted = folded(address)
    if wanted is None:
        raise InvalidInput(f"{address.strip()!r} is not one plain e-mail address.")
    return wanted
