"""A mass work in the hands of this process: what is next, what came of it, and when to stop."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from esd_desktop.errors import ChangedMeanwhile, EsdError, Refused
from esd_desktop.models.mass_rows import MassState, MassWorkRow
from esd_desktop.models.store import mass_works
from esd_desktop.models.store.mass_works import ItemResult, TakenOver
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.gathered import Announce, Gathered
from esd_desktop.services.microsoft.errors import (
    AboutTheLicence,
    AnswerNotUnderstood,
    Passing,
    RequestRefused,
)

Written = TypeVar("Written")

_WATCH_EVERY_S = 0.25
_SAY_EVERY_S = 15.0
_TOLD_WITHIN_S = 0.1
_RATE_OVER_S = 5.0
# So many calls in a row without an answer: it is not about the single licence any more.
_UNANSWERED = 10
_WRITING_ATTEMPTS = 5
_ABOUT_ONE = (Refused, AboutTheLicence, AnswerNotUnderstood, RequestRefused)


class MassRun:
    """A work under way in this process. ``over`` is set once nothing more is to be begun."""

    def __init__(self, services: Services, row: MassWorkRow, announce: Announce) -> None:
        self.services = services
        self.id = row.id
        self.kind = row.kind
        self.comment = row.comment
        self.over = asyncio.Event()
        self._told = Gathered(announce, _TOLD_WITHIN_S)
        self._reason: EsdError | None = None
        self._unanswered = 0
        self._last_id = 0
        self._rate = _Rate()

    async def next_ids(self, limit: int) -> list[int]:
        """The next assets, at most so many; none where there is none left."""
        async with self.services.store.read() as connection:
            ids = await mass_works.waiting(connection, self.id, self._last_id, limit)
        if ids:
            self._last_id = ids[-1]
        return ids

    async def may_begin(self, work: UnitOfWork) -> bool:
        """Whether more is to be begun, within the change that begins it: a pause that was made
        before holds."""
        state = await mass_works.state_of(work.connection, self.id, self.services.process)
        if state is not MassState.RUNNING:
            self.over.set()
        return not self.over.is_set()

    async def write(self, work: UnitOfWork, results: Sequence[ItemResult]) -> None:
        """Write results down within a change. Raises TakenOver."""
        self._rate.count(len(results))
        await mass_works.end_items(
            work,
            self.id,
            self.services.process,
            results,
            now=self.services.now(),
            per_second=self._rate.per_second,
        )

    def tell(self, changes: Changes) -> None:
        """Announce what changed, together with what else does just now."""
        self._told.add(changes | Changes(works=frozenset({self.id})))

    def set_aside(self, reason: EsdError) -> None:
        """Begin nothing more: it cannot go on, for this reason."""
        self._reason = self._reason or reason
        self.over.set()

    def answered(self) -> None:
        """Microsoft answers."""
        self._unanswered = 0

    def concerns_all(self, fault: EsdError) -> bool:
        """Whether a fault is not about the one licence, so that the work is set aside for it."""
        if isinstance(fault, Passing):
            self._unanswered += 1
            if self._unanswered >= _UNANSWERED:
                self.set_aside(fault)
            return False
        if isinstance(fault, _ABOUT_ONE):
            return False
        self.set_aside(fault)
        return True

    async def keep_hold(self) -> None:
        """Until it is over: say that this process lives, and hear that it is paused or stopped."""
        say_at = time.monotonic() + _SAY_EVERY_S
        while not self.over.is_set():
            await asyncio.sleep(_WATCH_EVERY_S)
            # Where the store is away just now, it is asked again.
            with suppress(EsdError):
                if time.monotonic() > say_at:
                    await self._say_so()
                    say_at = time.monotonic() + _SAY_EVERY_S
                async with self.services.store.read() as connection:
                    state = await mass_works.state_of(connection, self.id, self.services.process)
                if state is not MassState.RUNNING:
                    self.over.set()

    async def end(self) -> None:
        """Write down how it stands, and let it go. Where that cannot be said, the time that was
        taken for it runs out."""
        with suppress(EsdError, TakenOver):
            async with self.services.store.change() as work:
                process = self.services.process
                if self._reason is not None:
                    await mass_works.set_aside(
                        work, self.id, process, self._reason.sentence, self._reason.advice
                    )
                else:
                    await mass_works.end_if_through(work, self.id, process, self.services.now())
                await mass_works.let_go(work, self.id, process)
                await work.commit()
        self.tell(Changes())
        self._told.tell()

    async def _say_so(self) -> None:
        with suppress(TakenOver):
            async with self.services.store.change() as work:
                await mass_works.still_held(
                    work,
                    self.id,
                    self.services.process,
                    now=self.services.now(),
                    per_second=self._rate.per_second,
                )
                await work.commit()


async def again_where_changed(write: Callable[[], Awaitable[Written]]) -> Written:
    """Have ``write`` write in a transaction; where somebody else wrote the same at that moment,
    nothing of it was written, and it is done once more."""
    for _ in range(_WRITING_ATTEMPTS - 1):
        try:
            return await write()
        except ChangedMeanwhile:
            continue
    return await write()


class _Rate:
    """Results a second, over the last few."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._counted: deque[tuple[float, int]] = deque()

    def count(self, results: int) -> None:
        self._counted.append((time.monotonic(), results))

    @property
    def per_second(self) -> float:
        now = time.monotonic()
        while self._counted and self._counted[0][0] < now - _RATE_OVER_S:
            self._counted.popleft()
        over = min(_RATE_OVER_S, now - self._began)
        return sum(count for _, count in self._counted) / over if over > 0 else 0.0
