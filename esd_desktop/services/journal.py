"""The journal's clockwork: at start and every minute, settle what is in doubt and send what waits.

Both go their own pace: a mail server that does not answer must not keep a licence in doubt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_doubt

log = structlog.get_logger(__name__)

PERIOD_S = 60.0


async def keep_up(services: Services, announce: Callable[[Changes], None]) -> None:
    """Run for ever. ``announce`` is told what changed; whatever goes wrong waits for next time."""
    async with asyncio.TaskGroup() as both:
        for round_of in (settle_doubt, send_due_mails):
            both.create_task(_repeat(round_of, services, announce))


async def _repeat(
    round_of: Callable[[Services], Awaitable[Changes]],
    services: Services,
    announce: Callable[[Changes], None],
) -> None:
    while True:
        try:
            changes = await round_of(services)
            if changes:
                announce(changes)
        except EsdError as fault:
            log.info("journal_waits", why=fault.sentence)
        except Exception:
            # Without the journal a doubt would stay for ever.
            log.exception("bug", round=round_of.__name__)
        await asyncio.sleep(PERIOD_S)
