"""What several computers share on a PostgreSQL store besides its records: jobs for the workers, and
the pace at Microsoft. The tables are those of migration 0008, reached by its functions alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.asset import Asset
from esd_desktop.models.job_rows import SharedPace, WorkerState
from esd_desktop.models.mass_rows import MassState
from esd_desktop.models.mass_work import MassWork
from esd_desktop.models.statuses import TokenStatus
from esd_desktop.models.store import mass_works
from esd_desktop.models.store.by_store import is_on_server
from esd_desktop.models.store.unit_of_work import UnitOfWork

SCHEMA = "esd_jobs"


def is_shared(connection: AsyncConnection) -> bool:
    """Whether the store is on a server, where there can be workers."""
    return is_on_server(connection)


async def queue_work(work: UnitOfWork, work_id: int) -> None:
    """Let a worker take a mass work up as soon as this change is committed. In a file there is
    nobody to tell."""
    if is_shared(work.connection):
        await work.session.flush()
        await work.connection.execute(select(func.esd_queue_work(work_id)))


async def queue_forgotten_works(work: UnitOfWork) -> int:
    """Let workers take up what runs and nobody has, such as what a program left behind; answers how
    many works those are."""
    free = select(MassWork.id).where(
        MassWork.state == MassState.RUNNING,
        or_(MassWork.held_until.is_(None), MassWork.held_until < func.now()),
    )
    found = list((await work.connection.execute(free.order_by(MassWork.id))).scalars())
    for work_id in found:
        await queue_work(work, work_id)
    return len(found)


async def worker_state(connection: AsyncConnection) -> WorkerState | None:
    """How the workers are; None in a file, which has none."""
    if not is_shared(connection):
        return None
    row = (await connection.execute(text("SELECT * FROM esd_worker_state()"))).one()
    return WorkerState(row.workers, row.seen_at, row.waiting, row.doing, row.failed)


async def retry_stalled(work: UnitOfWork, silent_for: float) -> int:
    """Let the jobs of workers that have said nothing for so many seconds wait again; answers how
    many they are."""
    stalled = select(func.esd_retry_stalled_jobs(silent_for))
    found: int = (await work.connection.execute(stalled)).scalar_one()
    return found


async def share_pace(
    work: UnitOfWork, connection_id: int, process: str, calls: int, pause: float
) -> SharedPace:
    """Say how many calls this process has under way at most, and for how many seconds Microsoft
    asked it to pause; answers how all of them stand."""
    query = text("SELECT * FROM esd_share_pace(:connection, :process, :calls, :pause)")
    values = {"connection": connection_id, "process": process, "calls": calls, "pause": pause}
    row = (await work.connection.execute(query, values)).one()
    return SharedPace(row.sharers, row.found, row.paused_for)


async def leave_pace(work: UnitOfWork, connection_id: int, process: str) -> None:
    """This process calls no more."""
    await work.connection.execute(select(func.esd_leave_pace(connection_id, process)))


async def lay_down_changeable(work: UnitOfWork, record: MassWork, since: datetime) -> bool:
    """Write a work down for every licence whose status may still change, unless the same was done
    ``since`` a moment. False where it was, or where there is no such licence."""
    earlier = select(MassWork.id).where(
        MassWork.kind == record.kind,
        MassWork.scope == record.scope,
        MassWork.asked_by == record.asked_by,
        MassWork.asked_at >= since,
    )
    if (await work.connection.execute(earlier)).first() is not None:
        return False
    ids = select(Asset.id).where(
        Asset.token_status == TokenStatus.ACTIVATED, Asset.deleted_at.is_(None)
    )
    await mass_works.lay_items(work, record, [ids])
    return record.total > 0
