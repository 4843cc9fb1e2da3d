"""The signals by which views learn that the store changed, went away, or came back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Changes


class Bus(QObject):
    """``store_changed`` carries Changes. A view decides alone whether it is concerned, and re-reads
    just what it shows; no view tells another what to do. ``store_reach`` carries the EsdError by
    which the store went away, or None when it is back. Both may be emitted from any thread."""

    store_changed = Signal(object)
    store_reach = Signal(object)

    def announce(self, changes: Changes) -> None:
        """Tell every view, unless nothing changed."""
        if changes:
            self.store_changed.emit(changes)

    def tell_reach(self, fault: EsdError | None) -> None:
        """Tell that the store cannot be reached any more, or again."""
        self.store_reach.emit(fault)
