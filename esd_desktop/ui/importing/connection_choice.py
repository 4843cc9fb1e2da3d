"""Which connection the licences belong to, where there are several and the file need not say."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from esd_desktop.ui.look.theme import SPACE_8

_NONE = "As the file says"


class ConnectionChoice(QWidget):
    """Not there at all where there is nothing to choose. ``changed`` is emitted by the person."""

    changed = Signal()

    def __init__(self, names: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._list = QComboBox(self)
        self._list.setAccessibleName("Connection")
        self._list.addItem(_NONE)
        self._list.addItems(list(names))
        self._list.activated.connect(lambda _: self.changed.emit())
        label = QLabel("&Connection", self)
        label.setBuddy(self._list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(label)
        row.addWidget(self._list)
        row.addStretch(1)
        self.setVisible(len(names) > 1)

    @property
    def name(self) -> str | None:
        """The connection that was chosen; None where the file is to say it."""
        return self._list.currentText() if self._list.currentIndex() > 0 else None
