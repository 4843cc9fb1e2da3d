"""Carrying out, in a worker, a mass work that somebody asked for.

The worker may do more than many people, so it asks first whether whoever asked still may. The audit
names who asked; the login beside it is the worker's.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from esd_desktop.errors import NotFound
from esd_desktop.models.mass_rows import MassState, MassWorkRow
from esd_desktop.models.rights import WORDS
from esd_desktop.models.store import mass_works, operators
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.mass_run import run_work
from esd_desktop.services.mass_work import RIGHTS

log = structlog.get_logger(__name__)


async def carry_out_asked(services: Services, work_id: int, stop: asyncio.Event) -> Changes:
    """Carry it out until it ends, pauses or ``stop`` is set; answers what changed. Nothing happens
    where another has it, or it runs no more, as after a restore. Raises what run_work does."""
    changes = Changes()

    def told(more: Changes) -> None:
        nonlocal changes
        changes |= more

    row = await _running(services, work_id)
    if row is None:
        return changes
    if not await _still_may(services, row):
        await _set_aside(services, row)
        return changes
    in_their_name = replace(services, operator=row.run_by)
    await run_work(in_their_name, work_id, told, stop)
    return changes


async def is_running(services: Services, work_id: int) -> bool:
    """Whether a work is to go on."""
    return await _running(services, work_id) is not None


async def _running(services: Services, work_id: int) -> MassWorkRow | None:
    async with services.store.read() as connection:
        try:
            row = await mass_works.one(connection, work_id)
        except NotFound:
            return None
    return row if row.state is MassState.RUNNING else None


async def _still_may(services: Services, row: MassWorkRow) -> bool:
    async with services.store.read() as connection:
        return RIGHTS[row.kind] in await operators.rights_of_login(connection, row.run_by)


async def _set_aside(services: Services, row: MassWorkRow) -> None:
    async with services.store.change() as work:
        made = await mass_works.for_change(work, row.id)
        if made.state is MassState.RUNNING and made.run_by == row.run_by:
            made.state = MassState.PAUSED
            made.reason = f"{row.run_by} may not {WORDS[RIGHTS[row.kind]]} any more."
            made.advice = "Somebody who may can let it go on, under his or her own name."
            await work.commit()
    log.info("mass_work_not_allowed", work=row.id)
