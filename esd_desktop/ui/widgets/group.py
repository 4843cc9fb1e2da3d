"""Widgets that belong together: a named group for a screen reader, invisible to the eye."""

from __future__ import annotations

from PySide6.QtWidgets import QGroupBox, QWidget


class Group(QGroupBox):
    """A QWidget has no role to say "group"; a group box without frame and title has."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFlat(True)
        self.setProperty("bare", True)
