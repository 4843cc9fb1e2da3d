"""Attempts at what is not the visitor's: each is in the audit, and nobody can flood it with them.

The first twenty of an hour have a row each. Those that follow are counted, in the same transaction
that would have written the row, and told every minute in one row that says how many they were.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from esd_desktop.models.portal import PortalRefusal
from esd_desktop.models.portal_rows import Visitor
from esd_desktop.models.rights import Right
from esd_desktop.models.store import portal_limits
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.wording import counted
from esd_desktop.services.context import Services
from esd_desktop.services.record import record
from esd_desktop.services.rights import require

REFUSED = "portal_refused"
_ONE_BY_ONE = 20
_SPAN = timedelta(hours=1)
_LONGEST = 1_000


async def note_refused(
    services: Services, tried: str, *, visitor: Visitor | None = None, network: str = ""
) -> None:
    """Note that somebody reached for ``tried``, a few words: a visitor, or somebody in a network
    who is not signed in."""
    operator = visitor.told if visitor else f"Portal: somebody in {network}"
    account_id = visitor.account_id if visitor else None
    now = services.now()
    first = PortalRefusal(
        who=f"{account_id} {operator}", operator=operator, account_id=account_id, since=now
    )
    acting = _acting_for(services, first)
    async with acting.store.change() as work:
        is_counted = await portal_limits.count_refusal(
            work, first.who, tried, told=_ONE_BY_ONE, began_after=now - _SPAN, room=_LONGEST
        )
        if not is_counted:
            row = await portal_limits.refusal_for_change(work, first)
            if row.since <= now - _SPAN:
                _tell_pending(acting, work, row)
                row.since, row.told = now, 0
            row.told += 1
            _tell(acting, work, row, 1, tried)
        await work.commit(unseen=is_counted)


async def tell_refusals(services: Services) -> None:
    """Write down what was counted since the last time."""
    await require(services, Right.SERVE)
    async with services.store.read() as connection:
        everybody = await portal_limits.refusals(connection)
    for who in everybody:
        await _tell_of(services, who, services.now())


async def _tell_of(services: Services, who: str, now: datetime) -> None:
    async with services.store.read() as connection:
        seen = await portal_limits.refusal(connection, who)
    if seen is None or (not seen.pending and seen.since > now - _SPAN):
        return
    acting = _acting_for(services, seen)
    async with acting.store.change() as work:
        row = await portal_limits.refusal_for_change(work, seen)
        _tell_pending(acting, work, row)
        if row.since <= now - _SPAN:
            await work.session.delete(row)
        await work.commit()


def _tell_pending(services: Services, work: UnitOfWork, row: PortalRefusal) -> None:
    if row.pending:
        _tell(services, work, row, row.pending, row.tried.removesuffix(", "))
        row.pending, row.tried = 0, ""


def _tell(
    services: Services, work: UnitOfWork, row: PortalRefusal, attempts: int, tried: str
) -> None:
    sentence = f"{counted(attempts, 'attempt')} at what is not theirs: {tried}."
    changes = {"attempts": [None, str(attempts)]}
    record(services, work, REFUSED, sentence, account_id=row.account_id, changes=changes)


def _acting_for(services: Services, row: PortalRefusal) -> Services:
    if row.account_id is not None:
        return services.for_visitor(row.account_id, row.operator)
    return replace(services, operator=row.operator, runs_as=services.login)
