"""What the portal works with while it runs: the services, its configuration, and what goes on
beside the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime

import structlog

from esd_desktop.errors import EsdError
from esd_desktop.models.portal_rows import Visitor
from esd_desktop.portal.config import PortalConfig
from esd_desktop.services.context import Services
from esd_desktop.services.portal.limits import forget_turns
from esd_desktop.services.portal.refusals import tell_refusals
from esd_desktop.services.portal.sessions import forget_ended, keep_seen
from esd_desktop.services.portal.sign_in import send_due_links

log = structlog.get_logger(__name__)

_EVERY_S = 30.0
_ENDS_WITHIN_S = 10.0


class Desk:
    """Shared by all requests. ``seller`` is whose portal it is, as the pages call it."""

    def __init__(self, services: Services, config: PortalConfig, seller: str) -> None:
        self.services = services
        self.config = config
        self.seller = seller
        self._errands: set[asyncio.Task[None]] = set()
        self._seen: dict[int, datetime] = {}

    def send(self, errand: Coroutine[None, None, None]) -> None:
        """Have something done after the answer: it must not tell by its time what was found."""
        task = asyncio.create_task(_done(errand))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def settled(self) -> None:
        """Wait for what was sent off until now."""
        await asyncio.gather(*self._errands)

    def saw(self, visitor: Visitor) -> None:
        """Somebody is still there. It is written down with the next round."""
        self._seen[visitor.session_id] = self.services.now()

    async def keep_up(self) -> None:
        """Do what is due every now and then, for ever."""
        while True:
            await self.round()
            await asyncio.sleep(_EVERY_S)

    async def round(self) -> None:
        """Send mails that waited, write down who was there and what was refused, and drop what is
        over."""
        await _done(self._keep_seen())
        await _done(send_due_links(self.services, self.config.url))
        for chore in (tell_refusals, forget_ended, forget_turns):
            await _done(chore(self.services))

    async def _keep_seen(self) -> None:
        seen = dict(self._seen)
        if seen:
            await keep_seen(self.services, seen)
        for session_id, at in seen.items():
            if self._seen.get(session_id) == at:
                del self._seen[session_id]

    async def close(self) -> None:
        """Let errands end, and write down what is left."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDS_WITHIN_S):
                await self.settled()
        await _done(self._keep_seen())
        await _done(tell_refusals(self.services))


async def _done(errand: Coroutine[None, None, None]) -> None:
    """Nobody waits for it, so whatever goes wrong is told to the log."""
    try:
        await errand
    except EsdError as fault:
        log.info("errand_failed", why=fault.sentence)
    except Exception:
        log.exception("bug")
