"""A reading that can be asked for at any time, and never runs twice at once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject

from esd_desktop.services.changes import Changes
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.paced import Paced

_PAUSE_MS = 250


class Rereading:
    """Asked again while it runs, it reads once more after: nothing is missed, nothing piles up."""

    def __init__(
        self, desk: Desk, key: str, owner: QObject, read: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        self._desk = desk
        self._key = key
        self._owner = owner
        self._read = read
        self._asked = False
        self._running = False
        self._paced = Paced(owner, _PAUSE_MS, self.ask)

    def follow(self, changes: Changes) -> None:
        """Read soon after these changes; while a mass work announces its own ten times a second, no
        more often than a person can follow."""
        if changes.works:
            self._paced.ask()
        else:
            self.ask()

    def ask(self) -> None:
        """Read soon."""
        self._asked = True
        if not self._running:
            self._running = True
            # A task that has just ended may hold the key for a moment longer.
            self._desk.tasks.run(self._key, self._run, owner=self._owner, latest=True)

    async def _run(self) -> None:
        try:
            while self._asked:
                self._asked = False
                await self._read()
        finally:
            self._running = False
