"""How many calls of a connection are under way at once in mass work: as many as the service takes
well.

It begins low. While the answers come as fast as they did with fewer under way, more are added;
where they come slower, calls only wait in a queue over there, and fewer are sent. A 429 halves it.
"""

from __future__ import annotations

import math
from statistics import median

from esd_desktop.services.microsoft.http import IN_FLIGHT

_FIRST = 4
# A round may take so many times as long as the quickest one before it counts as queueing: our own
# work between the answers makes them late as well.
_TOLERANCE = 2.0
_LEAST = 0.5
# The quickest round is forgotten slowly, since a service may become slower for good.
_FORGOTTEN = 1.0005


class Pace:
    """``limit``: how many calls may be under way; never more than ``bound``, which whoever shares
    the connection's limit out may lower. Latencies are in seconds."""

    def __init__(self) -> None:
        self.bound = IN_FLIGHT
        self._exact = float(_FIRST)
        self._under_way = 0
        self._quickest = math.inf
        self._latencies: list[float] = []
        self._pauses = 0

    @property
    def limit(self) -> int:
        return max(1, min(int(self._exact), self.bound))

    @property
    def is_busy(self) -> bool:
        """Whether any call of mass work is under way."""
        return self._under_way > 0

    @property
    def has_room(self) -> bool:
        """Whether another call may begin."""
        return self._under_way < self.limit

    def begin(self) -> None:
        """A call begins."""
        self._under_way += 1

    def end(self) -> None:
        """A call has ended, whatever came of it."""
        self._under_way -= 1

    def answered(self, latency: float, pauses: int) -> None:
        """A call was answered, after this time; ``pauses`` is what its gateway has counted."""
        if pauses != self._pauses:
            # What was answered since waited for the pause.
            self._pauses = pauses
            self._latencies.clear()
            self._set(self._exact / 2)
            return
        self._latencies.append(latency)
        if len(self._latencies) >= self.limit:
            self._adapt()

    def failed(self) -> None:
        """A call got no answer, or a server's fault."""
        self._set(self._exact * 0.9)

    def _adapt(self) -> None:
        """Once for every round of calls."""
        latencies, self._latencies = self._latencies, []
        typical = median(latencies)
        self._quickest = min(self._quickest * _FORGOTTEN, typical)
        gradient = max(_LEAST, min(1.0, _TOLERANCE * self._quickest / typical))
        self._set(self._exact * gradient + math.sqrt(self._exact))

    def _set(self, limit: float) -> None:
        self._exact = max(1.0, min(float(IN_FLIGHT), limit))
