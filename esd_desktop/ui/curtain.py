"""The window's place, painted at once, while the rest of the program is still being loaded."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QMainWindow

from esd_desktop.ui.memory import Memory
from esd_desktop.ui.widgets.empty_state import EmptyState

_SMALLEST = QSize(760, 520)
_FIRST_SIZE = QSize(1440, 860)


class Curtain(QMainWindow):
    """Stands where the window stood last time. Who does not want to wait closes it."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.setWindowTitle("ESD Desktop")
        self.setCentralWidget(EmptyState("store", "Opening…", ""))
        take_place(self, memory)


def take_place(window: QMainWindow, memory: Memory) -> None:
    """Where and as large as it was at the last start, or as large as the screen allows."""
    room = window.screen().availableSize()
    window.setMinimumSize(_SMALLEST.boundedTo(room))
    window.resize(_FIRST_SIZE.boundedTo(room))
    window.restoreGeometry(memory.recall_bytes("geometry"))
