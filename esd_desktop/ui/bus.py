"""The one signal by which views learn that the store changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from esd_desktop.services.changes import Changes


class Bus(QObject):
    """``store_changed`` carries Changes. A view decides alone whether it is concerned, and re-reads
    just what it shows; no view tells another what to do. May be emitted from any thread."""

    store_changed = Signal(object)

    def announce(self, changes: Changes) -> None:
        """Tell every view, unless nothing changed."""
        if changes:
            self.store_changed.emit(changes)
