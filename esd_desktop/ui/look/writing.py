"""Words painted in lines of one, such as those in the rows of a list.

A painter lays a text out each time it draws one. The same few words stand in most rows, so here
they are laid out once.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QStaticText,
)

_KEPT = 4096


class Writing:
    """In one font; made anew whenever the look changes."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self._height = QFontMetricsF(font).height()
        self._mirrored = QGuiApplication.isRightToLeft()
        self.width = lru_cache(_KEPT)(self._width)
        self._laid_out = lru_cache(_KEPT)(self._lay_out)

    def write(
        self, painter: QPainter, room: QRect, words: str, colour: QColor, *, right: bool = False
    ) -> None:
        """Write words into the middle of a room, at its left or right, with dots for what has no
        room. Where there is none for dots, nothing is written."""
        text, width = self._laid_out(words, room.width())
        left = room.left() + (room.width() - width if right != self._mirrored else 0)
        painter.setFont(self.font)
        painter.setPen(colour)
        painter.drawStaticText(QPointF(left, room.top() + (room.height() - self._height) / 2), text)

    def elided(self, words: str, width: int) -> str:
        """As much of words as there is room for."""
        return self.metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)

    def _width(self, words: str) -> int:
        """The width in which no letter is cut; the advance of a text is a fraction more."""
        return self.metrics.horizontalAdvance(words) + 1

    def _lay_out(self, words: str, width: int) -> tuple[QStaticText, float]:
        """A text, and its width."""
        text = QStaticText(self.elided(words, width) if width >= self.width("…") else "")
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.prepare(font=self.font)
        return text, text.size().width()
