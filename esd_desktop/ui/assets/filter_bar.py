"""What narrows the list down, in one row: status, search, views. In two where it is narrow."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from esd_desktop.ui.assets.header import AssetHeader
from esd_desktop.ui.assets.views_menu import ViewsButton
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.widgets.search_field import SearchField
from esd_desktop.ui.widgets.segments import Segments

_STATUSES = (("all", "All"), ("active", "Active"), ("cancelled", "Cancelled"))
_SEARCH_EMS = 22
_Direction = QBoxLayout.Direction


class FilterBar(QWidget):
    """``status``, ``search`` and ``views`` tell by themselves what a person chose."""

    def __init__(self, desk: Desk, header: AssetHeader, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.status = Segments(_STATUSES, "Asset status filter")
        self.search = SearchField("Search product, order, key ending…", "Search assets")
        self.views = ViewsButton(header)
        self._finding = QWidget()
        self._rows = QBoxLayout(_Direction.LeftToRight, self)
        self._lay_out()
        desk.theme.changed.connect(self._fit)

    def minimumSizeHint(self) -> QSize:
        """As narrow as two rows allow."""
        width = max(self.status.sizeHint().width(), self._finding.minimumSizeHint().width())
        return QSize(width, super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        # Counts and the chosen view make their parts wider while the bar keeps its width.
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _lay_out(self) -> None:
        finding = QHBoxLayout(self._finding)
        finding.setContentsMargins(0, 0, 0, 0)
        finding.setSpacing(SPACE_8)
        finding.addWidget(self.search, 1)
        finding.addWidget(self.views)
        self.search.setMinimumWidth(0)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(SPACE_8)
        self._rows.addWidget(self.status)
        self._rows.addStretch(1)
        self._rows.addWidget(self._finding)
        self.setTabOrder(self.status, self.search)
        self.setTabOrder(self.search, self.views)
        self._fit()

    def _fit(self) -> None:
        search = _SEARCH_EMS * self._desk.theme.px()
        views = self.views.sizeHint().width()
        needed = self.status.sizeHint().width() + search + views + 3 * SPACE_8
        one_row = self.width() >= needed
        direction = _Direction.LeftToRight if one_row else _Direction.TopToBottom
        self._finding.setMaximumWidth(search + views + SPACE_8 if one_row else 16_777_215)
        self._finding.setMinimumWidth(self._finding.maximumWidth() if one_row else 0)
        if self._rows.direction() != direction:
            self._rows.setDirection(direction)
            self.updateGeometry()
