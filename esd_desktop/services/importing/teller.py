"""Telling how far an import has come, not more often than anybody could follow."""

from __future__ import annotations

import time
from collections.abc import Callable

from esd_desktop.services.importing.report import ImportProgress, Phase

_EVERY_S = 0.1


class Teller:
    """Counts the lines as they are read."""

    def __init__(self, progress: Callable[[ImportProgress], None] | None) -> None:
        self._progress = progress
        self._phase: Phase | None = None
        self._told_at = 0.0
        self.lines = 0
        self._bad = 0

    def count(self, lines: int, bad: int) -> None:
        """So many more lines were read, and so many of them are bad."""
        self.lines += lines
        self._bad += bad

    def tell(self, phase: Phase, done: int, total: int) -> None:
        """Pass it on where the phase is new or a while has gone by."""
        now = time.monotonic()
        if self._progress is None or (phase is self._phase and now < self._told_at + _EVERY_S):
            return
        self._phase, self._told_at = phase, now
        self._progress(ImportProgress(phase, done, total, self.lines, self._bad))
