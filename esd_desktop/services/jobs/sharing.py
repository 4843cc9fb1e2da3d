"""The calls that Microsoft takes at once, shared out over all processes that call over the same
connection, on whichever computer.

Each finds the limit for itself (services/microsoft/pace.py). Twice a second it says in the store
how far it goes, and whether Microsoft asked it to pause; it hears what the others found. So a pause
that one is told holds all, and whoever comes gets its part at once instead of adding to the rest.
"""

from __future__ import annotations

import asyncio
import math

import structlog

from esd_desktop.errors import EsdError
from esd_desktop.models.job_rows import SharedPace
from esd_desktop.models.store import job_queue
from esd_desktop.services.context import Services
from esd_desktop.services.finishing import to_the_end
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.microsoft.http import IN_FLIGHT
from esd_desktop.stopping import told_to_stop

log = structlog.get_logger(__name__)

BEAT_S = 0.5
# How many calls each may add from one beat to the next, to find that the limit has become higher.
_MORE = 4


async def keep_sharing(services: Services) -> None:
    """Share for as long as this process lives, on a store that is shared; on any other there is
    nobody to share with."""
    if services.store.file is not None:
        return
    shared: set[int] = set()
    try:
        while not told_to_stop():
            await _beat(services, shared)
            await asyncio.sleep(BEAT_S)
    finally:
        await to_the_end(_leave(services, shared))


async def _beat(services: Services, shared: set[int]) -> None:
    busy = {each.profile.id: each for each in services.gateways.opened() if each.pace.is_busy}
    try:
        for connection_id, gateway in busy.items():
            await share(services, gateway)
            shared.add(connection_id)
        await _leave(services, shared - busy.keys())
        shared &= busy.keys()
    except EsdError as fault:
        # Until the store is there again, each keeps to what it was given last.
        log.info("pace_not_shared", why=fault.sentence)
    except Exception:
        # Without the beat this process would keep to an old part for ever.
        log.exception("bug")


async def share(services: Services, gateway: EsdGateway) -> None:
    """One beat: say how far this process goes over a connection, and keep to its part."""
    async with services.store.change() as work:
        stand = await job_queue.share_pace(
            work,
            gateway.profile.id,
            services.process,
            gateway.pace.limit,
            gateway.gate.held_for,
        )
        await work.commit()
    gateway.pace.bound = part_of(stand)
    if stand.paused_for > 0:
        gateway.gate.hold(stand.paused_for)


def part_of(stand: SharedPace) -> int:
    """How many calls each of so many processes may have under way."""
    if stand.sharers <= 1:
        return IN_FLIGHT
    most = IN_FLIGHT // stand.sharers
    found = math.ceil(stand.found / stand.sharers) + _MORE
    return max(1, min(most, found))


async def _leave(services: Services, connection_ids: set[int]) -> None:
    """Give back this process's part; where that cannot be said, it runs out."""
    if not connection_ids:
        return
    async with services.store.change() as work:
        for connection_id in connection_ids:
            await job_queue.leave_pace(work, connection_id, services.process)
        await work.commit()
