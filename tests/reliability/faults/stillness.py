"""Whether the window answers: a clock of 5 ms on its thread, and how late it came.

Somebody else may have had the processor, which says nothing of the program. Linux tells for how
long each thread was ready and not let run; that is taken off a gap, for all threads of ours, since
the others may be waiting for the one that is kept waiting. What is left is what our own work, or
our waiting on the window's thread, has cost; it is at least the time that the window's thread has
computed. Where nobody else computes, nothing is taken off.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
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
    waits = _Waits()
    last, computed, kept_waiting = time.monotonic(), time.thread_time(), waits.told()

    def beat() -> None:
        nonlocal last, computed, kept_waiting
        now, work, waiting = time.monotonic(), time.thread_time(), waits.told()
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
        waits.close()


class _Waits:
    """For how long each thread has waited for a processor, ever. What tells it is held open: a beat
    must cost next to nothing."""

    def __init__(self) -> None:
        self._is_told = _THREADS.is_dir()
        self._files: dict[str, int] = {}

    def told(self) -> dict[str, float]:
        """By thread, in seconds; nothing of those that have ended, or where it is not told."""
        waited = {}
        with os.scandir(_THREADS) if self._is_told else nullcontext(()) as threads:
            for thread in threads:
                with suppress(OSError):
                    waited[thread.name] = self._of(thread.name)
        return waited

    def close(self) -> None:
        """Hold nothing any more."""
        for file in self._files.values():
            os.close(file)

    def _of(self, thread: str) -> float:
        if thread not in self._files:
            self._files[thread] = os.open(f"{_THREADS}/{thread}/schedstat", os.O_RDONLY)
        _, nanoseconds, _ = os.pread(self._files[thread], _ROOM, 0).split()
        return int(nanoseconds) / 1e9
