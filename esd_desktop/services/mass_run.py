"""Carrying mass work out: whose turn it is, what came of it, and when to stop.

One process has a work at a time. It says so again and again while it lives; where it is gone, the
next program of the same person takes the work over and goes on with what has no result yet.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog

from esd_desktop.errors import EsdError
from esd_desktop.models.mass_rows import MassKind
from esd_desktop.models.store import mass_works
from esd_desktop.models.store.mass_works import Runnable, TakenOver
from esd_desktop.services.context import Services
from esd_desktop.services.finishing import to_the_end
from esd_desktop.services.gathered import Announce
from esd_desktop.services.jobs.giving_way import GivingWay
from esd_desktop.services.jobs.sharing import keep_sharing
from esd_desktop.services.mass_cancel import cancel_all
from esd_desktop.services.mass_holding import MassRun
from esd_desktop.services.mass_resend import resend_all
from esd_desktop.services.mass_update import update_all
from esd_desktop.services.mass_work import RIGHTS
from esd_desktop.services.rights import may, require
from esd_desktop.stopping import told_to_stop

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 1.0
_AGAIN_AFTER_S = 5.0
_ENDS_WITHIN_S = 3.0
_KEPT_FOR = timedelta(days=30)
_FORGOTTEN_AT_ONCE = 1_000
_FORGET_EVERY_S = 3_600.0
_BREATH_S = 0.1
_STEPS = {
    MassKind.UPDATE_STATUS: update_all,
    MassKind.RESEND: resend_all,
    MassKind.CANCEL: cancel_all,
}


async def run_works(services: Services, announce: Announce, more: asyncio.Event) -> None:
    """Carry out, for ever, what is to go on under the name of who works here. ``more`` is set where
    there may be more to do; whatever goes wrong is tried again."""
    running: dict[int, asyncio.Task[None]] = {}
    stop = asyncio.Event()
    giving_way = GivingWay()
    beside = [
        asyncio.create_task(keep_sharing(services)),
        asyncio.create_task(forget_old_results(services)),
    ]
    try:
        while not told_to_stop():
            for work_id in await _to_take_up(services, giving_way):
                if work_id not in running or running[work_id].done():
                    carrying = _carried_on(services, work_id, announce, stop)
                    running[work_id] = asyncio.create_task(carrying)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await more.wait()
            more.clear()
    finally:
        # What is under way is better ended than left in doubt, if that does not take long.
        stop.set()
        if running:
            await asyncio.wait(running.values(), timeout=_ENDS_WITHIN_S)
        left = [*beside, *running.values()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def run_work(
    services: Services, work_id: int, announce: Announce, stop: asyncio.Event | None = None
) -> bool:
    """Carry a work out until it ends or pauses, or ``stop`` is set: then what is under way ends,
    and who takes it up goes on. False where another process has it, or it does not run. Raises
    NotFound, NotAllowed, and what the store fails with."""
    await require(services, *RIGHTS.values())
    async with services.store.read() as connection:
        row = await mass_works.one(connection, work_id)
    await require(services, RIGHTS[row.kind])
    if not await taken(services, row.id):
        return False
    run = MassRun(services, row, announce)
    holding = [asyncio.create_task(run.keep_hold())]
    if stop is not None:
        holding.append(asyncio.create_task(_stopped_with(run, stop)))
    try:
        await _carried_out(run)
    finally:
        for task in holding:
            task.cancel()
        await asyncio.gather(*holding, return_exceptions=True)
        await to_the_end(run.end())
    return True


async def _stopped_with(run: MassRun, stop: asyncio.Event) -> None:
    await stop.wait()
    run.over.set()


async def _carried_out(run: MassRun) -> None:
    try:
        await _STEPS[run.kind](run)
    except TakenOver:
        log.info("mass_work_taken_over", work=run.id)
    except EsdError:
        raise
    except Exception:
        # It would be met again and again.
        log.exception("bug", mass_work=run.id)
        run.set_aside(EsdError("Something went wrong inside ESD Desktop; that is a fault of ours."))


async def _carried_on(
    services: Services, work_id: int, announce: Announce, stop: asyncio.Event
) -> None:
    try:
        await run_work(services, work_id, announce, stop)
    except EsdError as fault:
        log.info("mass_work_waits", work=work_id, why=fault.sentence)
        with suppress(TimeoutError):
            async with asyncio.timeout(_AGAIN_AFTER_S):
                await stop.wait()


async def forget_old_results(services: Services) -> None:
    """A million results a night would be more than all the rest of a store."""
    while not told_to_stop():
        forgotten = await forget_some_results(services)
        # Others write meanwhile.
        await asyncio.sleep(_FORGET_EVERY_S if not forgotten else _BREATH_S)


async def forget_some_results(services: Services) -> int:
    """Take away some of the results that are kept no longer; answers how many."""
    forgotten = 0
    with suppress(EsdError):
        if await may(services, *RIGHTS.values()):
            async with services.store.change() as work:
                before = services.now() - _KEPT_FOR
                forgotten = await mass_works.forget_items(work, before, _FORGOTTEN_AT_ONCE)
                await work.commit()
    return forgotten


async def _to_take_up(services: Services, giving_way: GivingWay) -> list[int]:
    try:
        async with services.store.read() as connection:
            found = await mass_works.runnable(connection, services.operator)
        free = [each.id for each in found if _may_be_free(services, each)]
        return await giving_way.ours(services, free)
    except EsdError as fault:
        log.info("mass_work_waits", why=fault.sentence)
        return []


def _may_be_free(services: Services, work: Runnable) -> bool:
    """Whether taking it up is worth a try. What decides is the store, by its own clock."""
    if work.held_by is None or work.held_until is None or work.held_until <= services.now():
        return True
    presence = services.presence
    return presence is not None and presence.is_gone(work.held_by)


async def taken(services: Services, work_id: int) -> bool:
    """Whether this process has a work now, for itself alone."""
    async with services.store.change() as work:
        record = await mass_works.for_change(work, work_id)
        holder = record.held_by
        is_gone = holder and services.presence and services.presence.is_gone(holder)
        taken = await mass_works.take(
            work,
            work_id,
            services.process,
            now=services.now(),
            gone=holder if is_gone else None,
        )
        await work.commit()
    return taken
