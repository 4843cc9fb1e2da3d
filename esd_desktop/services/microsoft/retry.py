"""Trying again: how often, how long, and when a whole connection holds back.

A call is repeated with the same ids, with back-off and jitter, where trying again may help. A 429
shuts the gate of the connection: every call of it waits as told, and none of them counts that as an
attempt. What an earlier attempt may have done at Microsoft is remembered to the end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

import stamina
import structlog
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from esd_desktop.errors import MicrosoftFault
from esd_desktop.models.values import utc_now
from esd_desktop.models.wording import as_day
from esd_desktop.services.microsoft.errors import (
    AboutTheLicence,
    Passing,
    TooManyRequests,
)

Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call keeps trying. All in seconds, besides ``attempts``.

    ``total``: no further attempt and no pause begins after it. ``longest_pause``: Microsoft may
    tell us to wait so long, and is obeyed; ``unnamed_pause``: for a 429 that names no time.
    """

    attempts: int = 4
    first_wait: float = 0.3
    longest_wait: float = 8.0
    jitter: float = 0.3
    total: float = 75.0
    longest_pause: float = 60.0
    unnamed_pause: float = 5.0


class Gate:
    """Where the calls of one connection wait while Microsoft asks for a pause."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._opens_at = 0.0

    def shut(self, fault: TooManyRequests) -> None:
        """Hold every call back for as long as the 429 says."""
        named = self._patience.unnamed_pause if fault.wait_s is None else fault.wait_s
        # Told to wait no time at all, we wait a little nevertheless.
        pause = max(named, self._patience.first_wait)
        self._opens_at = max(self._opens_at, time.monotonic() + pause)

    async def passed(self, deadline: float) -> None:
        """Wait until the gate is open. Raises TooManyRequests where that would take too long."""
        while (left := self._opens_at - time.monotonic()) > 0:
            if left > self._patience.longest_pause or self._opens_at > deadline:
                raise _come_back(left)
            await asyncio.sleep(left)


class Persistence:
    """Carries the calls of one connection through their attempts."""

    def __init__(self, patience: Patience) -> None:
        self._gate = Gate(patience)
        self._total = patience.total
        self._repeat = stamina.AsyncRetryingCaller(
            attempts=patience.attempts,
            timeout=patience.total,
            wait_initial=patience.first_wait,
            wait_max=patience.longest_wait,
            wait_jitter=patience.jitter,
        )

    async def carry(self, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer of the first attempt that gets one. Otherwise raises the last attempt's fault:
        in doubt where any attempt was, unless it says how the licence stands."""
        doubt = False
        deadline = time.monotonic() + self._total

        async def once() -> Answer:
            nonlocal doubt
            try:
                return await self._through_the_gate(attempt, deadline)
            except MicrosoftFault as fault:
                doubt = doubt or fault.in_doubt
                fault.in_doubt = doubt and not isinstance(fault, AboutTheLicence)
                raise

        return await self._repeat(Passing, once)

    async def _through_the_gate(
        self, attempt: Callable[[], Awaitable[Answer]], deadline: float
    ) -> Answer:
        while True:
            await self._gate.passed(deadline)
            try:
                return await attempt()
            except TooManyRequests as fault:
                self._gate.shut(fault)


def told_pause(retry_after: str | None, now: datetime) -> float | None:
    """The seconds of a ``Retry-After``, which is a number or an HTTP date; None for neither."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def _come_back(seconds: float) -> TooManyRequests:
    day = timedelta(days=1).total_seconds()
    # A clock time for a person; beyond a day, also so that a mad number cannot overflow.
    moment = (utc_now() + timedelta(seconds=min(seconds, 30 * day))).astimezone()
    when = f"{moment:%H:%M}" if seconds < day / 2 else f"{moment:%H:%M} on {as_day(moment)}"
    return TooManyRequests(
        f"{TooManyRequests.words} It takes calls again after {when}.",
        advice="Try again then. Nothing was lost.",
    )


def _note_retry(details: RetryDetails) -> None:
    log.info(
        "tried_again",
        attempt=details.retry_num,
        after_s=round(details.wait_for, 2),
        why=str(details.caused_by),
    )


# Its own hook writes a warning, although an attempt that is repeated is nothing to be warned of.
set_on_retry_hooks((_note_retry,))
