"""Python's cyclic garbage, collected on the window's thread only.

Left to itself, Python collects on whichever thread happens to allocate: on the services' thread it
would take apart widgets and timers, which Qt allows on their own thread alone, and crash.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

# Often, so that little has come together, and the window is not felt to stop for it.
_EVERY_MS = 200
# As Python has it, but the middle one sooner, for the same reason; the eldest about once a minute.
_THRESHOLDS = (700, 3, 75)
_FURNISHED_AFTER_MS = 5_000


class Collector(QObject):
    """Takes over at once; ``stop`` gives the work back to whoever did it before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_pythons = gc.isenabled()
        gc.disable()
        # What is there at the start stays to the end; looking through it each time is for nothing.
        gc.freeze()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(collect)
        QTimer.singleShot(_FURNISHED_AFTER_MS, self, self._begin)

    def _begin(self) -> None:
        # So does what came into the window since, and the store's mappings.
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Collect a last time."""
        self._timer.stop()
        gc.collect()
        gc.unfreeze()
        if self._was_pythons:
            gc.enable()


def collect() -> None:
    """As Python would: the eldest generation that has passed its threshold."""
    passed = zip(gc.get_count(), _THRESHOLDS, strict=True)
    generations = [place for place, (count, most) in enumerate(passed) if count > most]
    if generations:
        gc.collect(generations[-1])
