"""The line below a list: how many of its records are shown, and how many are selected."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.roles import Text, write_as


class CountsLine(QLabel):
    """Empty where there is no record at all, or nobody knows."""

    def __init__(self) -> None:
        super().__init__()
        self._found = 0
        self._total = 0
        self._selected = 0
        write_as(self, Text.SMALL)

    def tell_counts(self, found: int, total: int) -> None:
        """Say how many are found, of how many."""
        self._found, self._total = found, total
        self._write()

    def tell_selected(self, selected: int) -> None:
        """Say how many are selected."""
        self._selected = selected
        self._write()

    def tell_nothing(self) -> None:
        """Say nothing until it is counted again."""
        self.tell_counts(0, 0)

    def _write(self) -> None:
        shown = f"{as_count(self._found)} of {as_count(self._total)} shown"
        selected = f" · {as_count(self._selected)} selected" if self._selected else ""
        self.setText(f"{shown}{selected}" if self._total else "")
