"""Telling what changed not more often than a window can follow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from esd_desktop.services.changes import Changes

Announce = Callable[[Changes], None]


class Gathered:
    """Gathers what changes for so long after the first of it, and then tells it in one go."""

    def __init__(self, announce: Announce, within_s: float) -> None:
        self._announce = announce
        self._within_s = within_s
        self._changes = Changes()

    def add(self, changes: Changes) -> None:
        """Tell this, too. To be called on the loop."""
        if changes and not self._changes:
            asyncio.get_running_loop().call_later(self._within_s, self.tell)
        self._changes |= changes

    def tell(self) -> None:
        """Tell what there is, at once."""
        changes, self._changes = self._changes, Changes()
        if changes:
            self._announce(changes)
