"""Reading something again at most every so often, however fast it changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Paced:
    """Asked after a pause it reads at once; asked sooner, when the pause is over. The last change
    is never missed. It ends with its owner."""

    def __init__(self, owner: QObject, pause_ms: int, read: Callable[[], object]) -> None:
        self._read = read
        self._asked = False
        self._pause = QTimer(owner, interval=pause_ms, singleShot=True)
        self._pause.timeout.connect(self._paused)

    def ask(self) -> None:
        """Read soon."""
        self._asked = True
        if not self._pause.isActive():
            self._paused()

    def _paused(self) -> None:
        if self._asked:
            self._asked = False
            self._pause.start()
            self._read()
