"""Whether the window answers: a clock of 5 ms on its thread, and how late it came.

Somebody else may have had the processor, which says nothing of the program. Linux tells for how
long each thread was ready and not let run; that is taken off a gap, for all threads of ours, since
the others may be waiting for the one that is kept waiting. What is left is what our own work, or
our waiting on the window's thread, has cost; it is at least the time that the window's thread has
computed. Where nobody else computes, nothing is taken off.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QTimer

LONGEST_S = 0.1
_EVERY_MS = 5
_THREADS = Path("/proc/self/task")
_ROOM = 128


@dataclass
class Gaps:
    """The gaps between two beats, in seconds: as they were, and without what others took."""

    whole: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    @property
    def longest(self) -> float:
        """The longest gap of our own making."""
        return max(self.own, default=0.0)


@contextmanager
def beating() -> Iterator[Gaps]:
    """Measure on this thread, which must be the window's, while the block runs."""
    gaps = Gaps()
    last, computed, kept_waiting = time.monotonic(), time.thread_time(), _kept_waiting()

    def beat() -> None:
        nonlocal last, computed, kept_waiting
        now, work, waiting = time.monotonic(), time.thread_time(), _kept_waiting()
        gap = now - last
        by_others = sum(
            waited - kept_waiting.get(thread, 0.0) for thread, waited in waiting.items()
        )
        gaps.whole.append(gap)
        gaps.own.append(max(gap - by_others, work - computed))
        last, computed, kept_waiting = now, work, waiting

    # Below 20 ms any timer of Qt's is precise. To say so would have PySide make all enumerations of
    # Qt's namespace, which a start that is watched puts off.
    clock = QTimer()
    clock.timeout.connect(beat)
    clock.start(_EVERY_MS)
    try:
        yield gaps
    finally:
        beat()
        clock.stop()


def _kept_waiting() -> dict[str, float]:
    """For how long each thread has waited for a processor, ever; nothing of those that have ended,
    or where it is not told."""
    waited = {}
    for thread in _THREADS.iterdir() if _THREADS.is_dir() else ():
        # Past Python's buffers and decoding: a beat must cost next to nothing.
        with suppress(OSError), (thread / "schedstat").open("rb", buffering=0) as file:
            _, nanoseconds, _ = file.read(_ROOM).split()
            waited[thread.name] = int(nanoseconds) / 1e9
    return waited
