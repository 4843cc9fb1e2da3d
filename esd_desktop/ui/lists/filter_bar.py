"""What narrows a list down, in one row: filter, search, further buttons. In two where it is
narrow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.widgets.search_field import SearchField
from esd_desktop.ui.widgets.segments import Segments

_SEARCH_EMS = 22
_WITHOUT_END = 16_777_215
_Direction = QBoxLayout.Direction


class FilterBar(QWidget):
    """``filter`` and ``search`` tell by themselves what a person chose; where there are no filters
    to choose from, ``filter`` is None and the search begins the row."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        *,
        filters: Sequence[tuple[str, str]],
        filter_name: str,
        search_hint: str,
        search_name: str,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.filter = Segments(filters, filter_name) if filters else None
        self.search = SearchField(search_hint, search_name)
        self._buttons: list[QWidget] = []
        self._finding = QWidget()
        self._found_by = QHBoxLayout(self._finding)
        self._rows = QBoxLayout(_Direction.LeftToRight, self)
        self._lay_out()
        desk.theme.changed.connect(self._fit)

    def addWidget(self, button: QWidget) -> None:
        """Add a button at the right end."""
        self._found_by.addWidget(button)
        self.setTabOrder(self._buttons[-1] if self._buttons else self.search, button)
        self._buttons.append(button)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """As narrow as two rows allow."""
        filters = self.filter.sizeHint().width() if self.filter else 0
        width = max(filters, self._finding.minimumSizeHint().width())
        return QSize(width, super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        # Counts and what is written on a button make parts wider while the bar keeps its width.
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _lay_out(self) -> None:
        self._found_by.setContentsMargins(0, 0, 0, 0)
        self._found_by.setSpacing(SPACE_8)
        self._found_by.addWidget(self.search, 1)
        self.search.setMinimumWidth(0)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(SPACE_8)
        if self.filter is None:
            self._found_by.addStretch(0)
            self._rows.addWidget(self._finding)
        else:
            self._rows.addWidget(self.filter)
            self._rows.addStretch(1)
            self._rows.addWidget(self._finding)
            self.setTabOrder(self.filter, self.search)
        self._fit()

    def _fit(self) -> None:
        usual = _SEARCH_EMS * self._desk.theme.px()
        if self.filter is None:
            self.search.setMaximumWidth(usual)
            return
        buttons = sum(button.sizeHint().width() + SPACE_8 for button in self._buttons)
        room = self.width() - self.filter.sizeHint().width() - 2 * SPACE_8 - buttons
        one_row = room >= min(usual, self._least_search())
        direction = _Direction.LeftToRight if one_row else _Direction.TopToBottom
        finding = min(room, usual) + buttons
        self._finding.setMaximumWidth(finding if one_row else _WITHOUT_END)
        self._finding.setMinimumWidth(finding if one_row else 0)
        if self._rows.direction() != direction:
            self._rows.setDirection(direction)
            self.updateGeometry()

    def _least_search(self) -> int:
        """The width in which what the field searches can be read, between its two icons."""
        words = self.search.fontMetrics().horizontalAdvance(self.search.placeholderText())
        return words + 2 * self._desk.theme.row_height()
