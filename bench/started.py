"""The program in a process of its own, with a watch beside it: when was what painted?

``python -m bench.started BEGUN STORE [gaps]`` prints as JSON after how many seconds from BEGUN (a
reading of ``time.monotonic()``) the window was painted, the first rows were, everything was there,
and the store was open in the window's own process, which is asked for then; what the process had
computed by each; and its memory at the first painting. With ``gaps``, also the longest gap of a
clock of 5 ms on the window's thread until everything was there, and the longest after it: as it
was, and without what other processes took of the processor. The clock takes a tenth of the
processor, so it is left out where times are measured.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from esd_desktop.ui.curtain import Curtain
    from esd_desktop.ui.desk import Desk
    from esd_desktop.ui.main_window import MainWindow
    from tests.reliability.faults.stillness import Gaps

_WITHIN_S = 120.0


class _Watch:
    """Takes note of what is painted."""

    def __init__(self, begun: float, *, gaps: bool) -> None:
        self._begun = begun
        self._wants_gaps = gaps
        self._clock = ExitStack()
        self._gaps: Gaps | None = None
        self.seen: dict[str, float] = {}

    def note(self, what: str) -> None:
        """Now it is there."""
        self.seen.setdefault(what, time.monotonic() - self._begun)
        self.seen.setdefault(f"{what}, computed", time.process_time())

    def look_on(self) -> None:
        """Watch the curtain, which is all that is painted until everything is there."""
        from bench.memory import resident
        from esd_desktop.ui import curtain

        painted = curtain.Curtain.paintEvent

        def paint(shown: Curtain, event: QPaintEvent) -> None:
            painted(shown, event)
            self.note("window")
            self.seen.setdefault("memory", resident() or 0)
            if shown.shows_rows:
                self.note("rows")
            self._start_clock()

        setattr(curtain.Curtain, "paintEvent", paint)  # noqa: B010 - past what mypy knows of it

    def all_is_there(self) -> None:
        """All that the window shows first is painted."""
        self.note("ready")
        self._tell_gaps("gap")

    def store_is_open(self) -> None:
        """In this process, too; nothing more is looked at."""
        self.note("open")
        self._tell_gaps("gap behind")

    def _tell_gaps(self, name: str) -> None:
        self._clock.close()
        if self._gaps is not None:
            self.seen[name] = self._gaps.longest
            self.seen[f"whole {name}"] = max(self._gaps.whole)
            self._gaps = None
            self._start_clock()

    def _start_clock(self) -> None:
        if self._wants_gaps and self._gaps is None:
            from tests.reliability.faults.stillness import beating

            self._gaps = self._clock.enter_context(beating())


def main(begun: float, store: str, *more: str) -> None:
    watch = _Watch(begun, gaps="gaps" in more)
    # As the program itself begins, with nothing loaded before.
    from esd_desktop import parts

    worker = parts.begin_worker()
    from esd_desktop.ui.qt import load_qt

    load_qt()
    from esd_desktop import start

    watch.look_on()
    start.run_window(sys.argv[:1], store, worker=worker, drive=partial(_until_ready, watch))
    print(json.dumps(watch.seen))


async def _until_ready(watch: _Watch, desk: Desk, window: MainWindow) -> None:
    """Wait until nothing is read any more, and what was read is painted; then have the window's own
    process read."""
    import asyncio

    from esd_desktop.services.browse import store_name

    deadline = time.monotonic() + _WITHIN_S
    while window.workspace is None or desk.tasks.count:
        assert time.monotonic() < deadline, "the window was not ready in time"
        await asyncio.sleep(0.002)
    window.repaint()
    watch.all_is_there()
    await desk.backend.call(store_name)
    watch.store_is_open()


if __name__ == "__main__":
    main(float(sys.argv[1]), *sys.argv[2:])
