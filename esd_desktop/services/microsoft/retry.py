"""Trying again: how often, how long, and when a whole connection holds back.

A call is repeated with the same ids, with back-off and jitter, where trying again may help. A 429
shuts the gate of the connection: every call of it waits as told, and none of them counts that as an
attempt. What an earlier attempt may have done at Microsoft is remembered to the end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

import stamina
import structlog
from msgspec import Struct
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


class Patience(Struct, frozen=True):
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
    """Where the calls of one connection wait while Microsoft asks for a pause; ``pauses`` counts
    how often it did."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._opens_at = 0.0
        self.pauses = 0

    def shut(self, fault: TooManyRequests) -> None:
        """Hold every call back for as long as the 429 says."""
        named = self._patience.unnamed_pause if fault.wait_s is None else fault.wait_s
        # Told to wait no time at all, we wait a little nevertheless.
        pause = max(named, self._patience.first_wait)
        if not self.held_for:
            self.pauses += 1  # those that were under way when it began are told as well
        self.hold(pause)

    def hold(self, seconds: float) -> None:
        """Hold every call back for so long, because another program was told to."""
        self._opens_at = max(self._opens_at, time.monotonic() + seconds)

    @property
    def held_for(self) -> float:
        """Seconds until it opens; 0.0 where it is open."""
        return max(0.0, self._opens_at - time.monotonic())

    async def passed(self, deadline: float) -> None:
        """Wait until the gate is open. Raises TooManyRequests where that would take too long."""
        while (left := self._opens_at - time.monotonic()) > 0:
            if left > self._patience.longest_pause or self._opens_at > deadline:
                raise _come_back(left)
            await asyncio.sleep(left)


class Persistence:
    """Carries the calls of one connection through their attempts."""

    def __init__(self, patience: Patience) -> None:
        self.gate = Gate(patience)
        self._patience = patience

    async def carry(self, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer of the first attempt that gets one. Otherwise raises the last attempt's fault:
        in doubt where any attempt was, unless it says how the licence stands."""
        doubt = False
        deadline = time.monotonic() + self._patience.total

        async def once() -> Answer:
            nonlocal doubt
            try:
                return await self._through_the_gate(attempt, deadline)
            except MicrosoftFault as fault:
                doubt = doubt or fault.in_doubt
                fault.in_doubt = doubt and not isinstance(fault, AboutTheLicence)
                raise

        # Most calls need no more than one, and pay for no more.
        try:
            return await once()
        except Passing as fault:
            waiting: list[Passing] = [fault]
            left = deadline - time.monotonic()
            if left <= 0:
                raise

        async def first_or_again() -> Answer:
            if waiting:
                raise waiting.pop()
            return await once()

        return await self._repeating(within_s=left)(Passing, first_or_again)

    def _repeating(self, within_s: float) -> stamina.AsyncRetryingCaller:
        return stamina.AsyncRetryingCaller(
            attempts=self._patience.attempts,
            timeout=within_s,
            wait_initial=self._patience.first_wait,
            wait_max=self._patience.longest_wait,
            wait_jitter=self._patience.jitter,
        )

    async def _through_the_gate(
        self, attempt: Callable[[], Awaitable[Answer]], deadline: float
    ) -> Answer:
        while True:
            await self.gate.passed(deadline)
            try:
                return await attempt()
            except TooManyRequests as fault:
                self.gate.shut(fault)


def told_pause(retry_after: str | None, now: datetime) -> float | None:
    """The seconds of a ``Retry-After``, which is a number or an HTTP date; None for neither."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # an offset of billions of hours is no date either
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
