"""The journal's clockwork: at start and every minute, settle what is in doubt, send what waits and
see that the audit goes on from where it was; every five minutes, look for mails that came back;
every quarter of an hour, see whether a backup is due.

Each goes its own pace: a mail server that does not answer must not keep a licence in doubt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from esd_desktop.errors import EsdError
from esd_desktop.services.back_up import back_up_when_due
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.read_bounces import read_bounces
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_doubt
from esd_desktop.services.verify_audit import witness_audit
from esd_desktop.stopping import told_to_stop

log = structlog.get_logger(__name__)

PERIOD_S = 60.0
BOUNCES_PERIOD_S = 300.0
BACKUPS_PERIOD_S = 900.0


async def keep_up(
    services: Services, announce: Callable[[Changes], None], mails_wait: asyncio.Event
) -> None:
    """Run for ever. ``announce`` is told what changed; whatever goes wrong waits for next time.

    ``mails_wait`` is set where a mail may have been queued, so that it goes at once.
    """

    def settled(changes: Changes) -> None:
        mails_wait.set()
        announce(changes)

    async with asyncio.TaskGroup() as rounds:
        rounds.create_task(_repeat(settle_doubt, services, settled, _next_time))
        rounds.create_task(
            _repeat(send_due_mails, services, announce, lambda: _next_time_or(mails_wait))
        )
        rounds.create_task(_repeat(witness_audit, services, announce, _next_time))
        rounds.create_task(_repeat(read_bounces, services, announce, _next_look))
        rounds.create_task(_repeat(back_up_when_due, services, announce, _next_backup))


async def _repeat(
    round_of: Callable[[Services], Awaitable[Changes]],
    services: Services,
    tell: Callable[[Changes], None],
    pause: Callable[[], Awaitable[None]],
) -> None:
    while True:
        try:
            changes = await round_of(services)
            if changes:
                tell(changes)
        except EsdError as fault:
            log.info("journal_waits", why=fault.sentence)
        except Exception:
            # Without the journal a doubt would stay for ever.
            log.exception("bug", round=round_of.__name__)
        if told_to_stop():
            return
        await pause()


async def _next_time() -> None:
    await asyncio.sleep(PERIOD_S)


async def _next_look() -> None:
    await asyncio.sleep(BOUNCES_PERIOD_S)


async def _next_backup() -> None:
    await asyncio.sleep(BACKUPS_PERIOD_S)


async def _next_time_or(sooner: asyncio.Event) -> None:
    # Not wait_for: in Python 3.11 it loses a cancellation that comes together with the event.
    with suppress(TimeoutError):
        async with asyncio.timeout(PERIOD_S):
            await sooner.wait()
    sooner.clear()
