"""The journal's clockwork: at start and every minute, settle what is in doubt and send what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_doubt

log = structlog.get_logger(__name__)

PERIOD_S = 60.0


async def keep_up(services: Services, announce: Callable[[Changes], None]) -> None:
    """Run for ever. ``announce`` is told what changed; a fault of the world waits for next time."""
    while True:
        for round_of in (settle_doubt, send_due_mails):
            try:
                changes = await round_of(services)
            except EsdError as fault:
                log.info("journal_waits", why=fault.sentence)
            else:
                if changes:
                    announce(changes)
        await asyncio.sleep(PERIOD_S)
