"""Times taken in turns, so that what else a machine does falls on both sides alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """Some figures of one thing; seconds, or ratios."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def most(self) -> float:
        return max(self.values)

    def at(self, share: float) -> float:
        """The value that this share of them does not exceed: ``at(0.99)`` is the p99."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things that took turns; the n-th times of both belong together."""

    ours: Times
    others: Times

    @property
    def ratio(self) -> Times:
        """Ours to the other's, turn by turn: a slow moment of the machine slows both of a turn."""
        pairs = zip(self.ours.values, self.others.values, strict=True)
        return Times(tuple(ours / others for ours, others in pairs))


def timed(do: Callable[[], object]) -> float:
    """How many seconds it takes."""
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


async def timed_async(do: Callable[[], Awaitable[object]]) -> float:
    """How many seconds it takes."""
    begun = time.perf_counter()
    await do()
    return time.perf_counter() - begun


def in_turns(
    ours: Callable[[], object], others: Callable[[], object], *, rounds: int, warm_up: int = 1
) -> Pair:
    """Do both ``rounds`` times, taking turns at who comes first."""
    for _ in range(warm_up):
        ours()
        others()
    mine, theirs = [], []
    for turn in range(rounds):
        if turn % 2:
            theirs.append(timed(others))
            mine.append(timed(ours))
        else:
            mine.append(timed(ours))
            theirs.append(timed(others))
    return Pair(Times(tuple(mine)), Times(tuple(theirs)))


async def in_turns_async(
    ours: Callable[[], Awaitable[object]],
    others: Callable[[], Awaitable[object] | object],
    *,
    rounds: int,
    warm_up: int = 1,
) -> Pair:
    """The same for a coroutine of ours; the other side may be one, or plain and blocking."""

    async def theirs_once() -> None:
        done = others()
        if isinstance(done, Awaitable):
            await done

    for _ in range(warm_up):
        await ours()
        await theirs_once()
    mine, theirs = [], []
    for turn in range(rounds):
        if turn % 2:
            theirs.append(await timed_async(theirs_once))
            mine.append(await timed_async(ours))
        else:
            mine.append(await timed_async(ours))
            theirs.append(await timed_async(theirs_once))
    return Pair(Times(tuple(mine)), Times(tuple(theirs)))


def spread(values: Sequence[float]) -> Times:
    """Some figures as Times."""
    return Times(tuple(values))
