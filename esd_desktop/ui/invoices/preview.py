"""The pages of a sheet on the screen, one below the other, as large as the person wants them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from esd_desktop.services.invoicing.marks import Sheet, Text
from esd_desktop.ui.invoices.paper import PAGE, paint_blank, paint_page
from esd_desktop.ui.look.theme import SPACE_12

_STEP = 1.25
_LEAST, _MOST = 0.5, 4.0


class Preview(QScrollArea):
    """At first the pages are as wide as there is room. Ctrl and the wheel make them larger."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = 1.0
        self._pages = _Pages()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setWidget(self._pages)
        self.viewport().installEventFilter(self)

    @property
    def zoom(self) -> float:
        """How large the pages are; 1 is as wide as there is room."""
        return self._zoom

    def show_sheet(self, sheet: Sheet) -> None:
        """Show this document from its beginning."""
        self._pages.sheet = sheet
        self.setAccessibleName(sheet.title)
        self.setAccessibleDescription(_read_out(sheet))
        self._fit()
        self._pages.update()
        self.verticalScrollBar().setValue(0)

    def zoom_in(self) -> None:
        """Larger."""
        self._set_zoom(self._zoom * _STEP)

    def zoom_out(self) -> None:
        """Smaller."""
        self._set_zoom(self._zoom / _STEP)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            if event.angleDelta().y():
                (self.zoom_in if event.angleDelta().y() > 0 else self.zoom_out)()
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _set_zoom(self, zoom: float) -> None:
        self._zoom = min(max(zoom, _LEAST), _MOST)
        self._fit()

    def _fit(self) -> None:
        room = self.viewport().width() - 2 * SPACE_12
        self._pages.set_page_width(max(round(room * self._zoom), 1))


class _Pages(QWidget):
    """Draws only the pages that can be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet: Sheet | None = None
        self._page = QSize()

    def set_page_width(self, width: int) -> None:
        self._page = QSize(width, round(width * PAGE.height() / PAGE.width()))
        count = len(self.sheet.pages) if self.sheet else 0
        height = count * (self._page.height() + SPACE_12) + SPACE_12
        self.resize(self._page.width() + 2 * SPACE_12, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.sheet is None:
            return
        painter = QPainter(self)
        for number, marks in enumerate(self.sheet.pages):
            place = self._place(number)
            if place.intersects(event.rect()):
                paint_blank(painter, QRectF(place))
                paint_page(painter, marks, QRectF(place))

    def _place(self, number: int) -> QRect:
        top = SPACE_12 + number * (self._page.height() + SPACE_12)
        return QRect(SPACE_12, top, self._page.width(), self._page.height())


def _read_out(sheet: Sheet) -> str:
    """What stands on the first page, for a screen reader."""
    return "\n".join(mark.text for mark in sheet.pages[0] if isinstance(mark, Text))
