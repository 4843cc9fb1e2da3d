"""What who works here may do, as the window knows it: what is missing is greyed, with the reason.

It is read when a store is opened and whenever its settings or people change. The services ask the
store anew each time; this only spares a person what would be refused.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from esd_desktop.models.operator_rows import Standing
from esd_desktop.models.rights import Right
from esd_desktop.services.backend import Backend
from esd_desktop.services.changes import Changes
from esd_desktop.services.rights import not_allowed, own_standing, refusal
from esd_desktop.ui.bus import Bus
from esd_desktop.ui.tasks import Tasks
from esd_desktop.ui.widgets.busy_button import BusyButton


class OwnRights(QObject):
    """``standing`` is None until it is known; nothing is greyed by then. ``changed`` tells that it
    is another."""

    changed = Signal()

    def __init__(self, backend: Backend, bus: Bus, tasks: Tasks) -> None:
        super().__init__()
        self.standing: Standing | None = None
        self._backend = backend
        self._tasks = tasks
        bus.store_changed.connect(self._store_changed)

    async def read(self) -> Standing:
        """Read it anew. Raises EsdError where the store cannot be read."""
        standing = await self._backend.read(own_standing)
        if standing != self.standing:
            self.standing = standing
            self.changed.emit()
        return standing

    def refusal(self, *needs: Right) -> str | None:
        """Why something that takes one of these rights is greyed; None where it is not."""
        return None if self.standing is None else refusal(self.standing, *needs)

    def require(self, *needs: Right) -> None:
        """Raises NotAllowed where it is greyed, for what can be reached by more ways than one."""
        if self.standing is not None and self.standing.rights.isdisjoint(needs):
            raise not_allowed(self.standing, *needs)

    def guard(self, button: BusyButton, *needs: Right) -> None:
        """Grey a button for as long as the right to what it does, or the one of several that it
        takes, is missing."""
        _Guard(self, button, needs)

    def _store_changed(self, changes: Changes) -> None:
        if self.standing is not None and (changes.settings or changes.everything):
            self._tasks.run("own rights", self._read_again, owner=self, latest=True)

    async def _read_again(self) -> None:
        await self.read()


class _Guard(QObject):
    """Belongs to its button, and ends with it."""

    def __init__(self, rights: OwnRights, button: BusyButton, needs: tuple[Right, ...]) -> None:
        super().__init__(button)
        self._rights = rights
        self._button = button
        self._needs = needs
        rights.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self._button.forbid(self._rights.refusal(*self._needs))
