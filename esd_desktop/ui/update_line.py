"""One quiet line in the status bar where there is a newer version."""

from __future__ import annotations

import asyncio
from importlib import import_module

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from esd_desktop.errors import EsdError
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.widgets.elided import ElidedLabel

# Long after the start; then as often as is enough to notice a new day.
FIRST_MS, AGAIN_MS = 60_000, 3_600_000


class UpdateLine(ElidedLabel):
    """Hidden until there is something to say."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        write_as(self, Text.SMALL)
        self.hide()
        self._clock = QTimer(self)
        self._clock.timeout.connect(self.look)
        self._clock.start(FIRST_MS)

    def look(self) -> None:
        """Ask, where it is time to."""
        self._clock.setInterval(AGAIN_MS)
        self._desk.tasks.run("look for an update", self._look, owner=self, latest=True)

    async def _look(self) -> None:
        # Not at the start, which it would hold up; and on a thread, since it brings HTTP, pydantic
        # and cryptography along, a quarter of a second in which the window would not answer.
        await asyncio.to_thread(import_module, "esd_desktop.services.look_for_update")
        from esd_desktop.services.look_for_update import look_for_update

        try:
            release = await self._desk.read(look_for_update)
        except EsdError:  # no store is open: the next time will do
            return
        self.setVisible(release is not None)
        if release is not None:
            self.say(f"Version {release.version} is there", f"What is new: {release.notes}")
