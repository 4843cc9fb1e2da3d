"""Counting how often something is done, and attempts at what is not the visitor's. The counting is
one statement each, so that two processes of the portal never count the same one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.portal import PortalLimit, PortalRefusal
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.store.upserting import upsert


async def count(work: UnitOfWork, name: str, now: datetime, began_after: datetime) -> PortalLimit:
    """Count once more; answers how often since when. A span that began before is over."""
    insert = upsert(work.connection, PortalLimit).values(name=name, since=now, used=1)
    is_over = PortalLimit.since <= began_after
    counting = insert.on_conflict_do_update(
        index_elements=[PortalLimit.name],
        set_={
            "since": case((is_over, now), else_=PortalLimit.since),
            "used": case((is_over, 1), else_=PortalLimit.used + 1),
        },
    ).returning(PortalLimit)
    return (await work.session.execute(counting)).scalar_one()


async def forget(work: UnitOfWork, began_before: datetime) -> None:
    """Drop the counts of spans that are over for every limit."""
    await work.connection.execute(delete(PortalLimit).where(PortalLimit.since <= began_before))


async def refusal_for_change(work: UnitOfWork, refusal: PortalRefusal) -> PortalRefusal:
    """The attempts of this visitor so far, locked, or ``refusal`` where this is the first."""
    insert = upsert(work.connection, PortalRefusal).values(
        who=refusal.who,
        operator=refusal.operator,
        account_id=refusal.account_id,
        since=refusal.since,
        told=0,
        pending=0,
        tried="",
    )
    await work.session.execute(insert.on_conflict_do_nothing())
    query = select(PortalRefusal).where(PortalRefusal.who == refusal.who).with_for_update()
    return (await work.session.execute(query)).scalar_one()


async def count_refusal(
    work: UnitOfWork, who: str, tried: str, *, told: int, began_after: datetime, room: int
) -> bool:
    """Count one more attempt of a visitor of whom ``told`` have been told one by one in this span,
    with what it reached for as long as there is room. False for any other visitor."""
    longer = PortalRefusal.tried.concat(tried + ", ")
    has_room = func.length(PortalRefusal.tried) < room
    counting = (
        update(PortalRefusal)
        .where(
            PortalRefusal.who == who,
            PortalRefusal.told >= told,
            PortalRefusal.since > began_after,
        )
        .values(
            pending=PortalRefusal.pending + 1,
            tried=case((has_room, longer), else_=PortalRefusal.tried),
        )
    )
    return (await work.connection.execute(counting)).rowcount > 0


async def refusals(connection: AsyncConnection) -> list[str]:
    """Every visitor who tried something that was not allowed lately."""
    return list((await connection.execute(select(PortalRefusal.who))).scalars())


async def refusal(connection: AsyncConnection, who: str) -> PortalRefusal | None:
    """The attempts of a visitor as they are now, to be looked at only."""
    row = (
        await connection.execute(select(PortalRefusal.__table__).where(PortalRefusal.who == who))
    ).first()
    return None if row is None else PortalRefusal(**row._mapping)
