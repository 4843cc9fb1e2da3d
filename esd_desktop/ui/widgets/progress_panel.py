"""How far a long work is, and a button that stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.widgets.elided import ElidedLabel
from esd_desktop.ui.widgets.progress_line import ProgressLine

# What is done, how much of it, of how much.
Progress = Callable[[str, int, int], None]


class ProgressPanel(QWidget):
    """Hidden while nothing runs. ``stopped`` tells that the button was pressed."""

    stopped = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = ProgressLine(name, self)
        self._words = ElidedLabel(parent=self)
        write_as(self._words, Text.MUTED)
        self._stop = QPushButton("Stop", self)
        self._stop.setAccessibleName(f"Stop: {name}")
        self._stop.setAutoDefault(False)
        self._stop.clicked.connect(self.stopped)
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addWidget(self._words)
        row.addStretch(1)
        row.addWidget(self._stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addWidget(self._line)
        column.addLayout(row)
        self.hide()

    def begin(self) -> Progress:
        """Show it; answers what is told how far the work is, from the worker's thread and also when
        this is gone."""
        self._line.run()
        self._words.say("Beginning…")
        self.show()
        return from_worker(self._show)

    def end(self) -> None:
        """Nothing runs any more."""
        self._line.stop()
        self.hide()

    def _show(self, words: str, done: int, total: int) -> None:
        if isValid(self) and self._line.running:
            self._line.run(done / total if total else None)
            self._words.say(how_far(words, done, total))


def from_worker(show: Progress) -> Progress:
    """To be called from the worker's thread; what it is told is shown on this one."""
    loop = asyncio.get_running_loop()

    def tell(words: str, done: int, total: int) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(partial(show, words, done, total))

    return tell


def how_far(words: str, done: int, total: int) -> str:
    """What is done, and how much of it."""
    return f"{words}… {100 * done // max(1, total)} %"
