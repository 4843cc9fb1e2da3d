"""One line of text that gives way: what has no room becomes an ellipsis, and a tooltip says all."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_LEAST_LETTERS = 8


class ElidedLabel(QLabel):
    """``details`` is a tooltip that says more than the text; without it the tooltip says the text
    where that is cut. A screen reader is always told all of it."""

    def __init__(
        self,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self._details = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def say(self, text: str, details: str = "") -> None:
        """Show another text."""
        self.setText(text)
        self._details = details
        self.setAccessibleDescription(details)
        self._describe()

    @property
    def shown(self) -> str:
        """The text as there is room for it."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def sizeHint(self) -> QSize:
        # A little more than the text, or rounding would cut it where there is just room.
        return super().sizeHint() + QSize(2, 0)

    def minimumSizeHint(self) -> QSize:
        least = self.fontMetrics().averageCharWidth() * _LEAST_LETTERS
        return QSize(min(least, self.sizeHint().width()), super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._describe()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            self.alignment(),
            self.palette(),
            self.isEnabled(),
            self.shown,
            QPalette.ColorRole.WindowText,
        )
        painter.end()

    def _describe(self) -> None:
        cut = self.shown != self.text()
        self.setToolTip(self._details or (self.text() if cut else ""))
