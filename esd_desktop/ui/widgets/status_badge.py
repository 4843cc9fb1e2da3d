"""A status as shape, word and colour: as a widget, and for delegates as a painting."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from esd_desktop.ui.look.colours import Palette, Tone
from esd_desktop.ui.look.roles import Text
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, theme
from esd_desktop.ui.look.writing import Writing
from esd_desktop.ui.widgets.shapes import paint_shape
from esd_desktop.ui.widgets.statuses import AssetAxis, text_of


def badge_size(word: str, writing: Writing) -> QSize:
    """The room a badge needs to be read in full, in that type."""
    width = _shape_side(writing) + writing.metrics.horizontalAdvance(word) + SPACE_4 + 2 * SPACE_8
    return QSize(width, writing.metrics.height() + SPACE_4)


def paint_badge(
    painter: QPainter, rect: QRect, tone: Tone, word: str, palette: Palette, writing: Writing
) -> None:
    """Draw a badge at the left of ``rect``, in its middle; a word without room is elided."""
    pill = QRect(rect.topLeft(), badge_size(word, writing).boundedTo(rect.size()))
    pill.moveCenter(rect.center())
    pill.moveLeft(rect.left())
    ink = palette.ink(tone)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink.tint))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    side = _shape_side(writing)
    square = QRectF(pill.left() + SPACE_8, 0, side, side)
    square.moveCenter(QRectF(pill).center())
    square.moveLeft(pill.left() + SPACE_8)
    paint_shape(painter, square, tone, ink.text)
    room = pill.adjusted(SPACE_8 + side + SPACE_4, 0, -SPACE_8 + 1, 0)
    writing.write(painter, room, word, QColor(ink.text))
    painter.restore()


def _shape_side(writing: Writing) -> int:
    return round(writing.metrics.ascent() * 0.95)


def badge_font() -> QFont:
    """The font of the words in badges."""
    font = theme().font(Text.SMALL)
    font.setWeight(QFont.Weight.DemiBold)
    return font


class StatusBadge(QLabel):
    """A status to look at; for a screen reader a text with its explanation."""

    def __init__(
        self,
        tone: Tone = Tone.NEUTRAL,
        word: str = "",
        explanation: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tell(tone, word, explanation)
        theme().changed.connect(self.updateGeometry)

    @property
    def tone(self) -> Tone:
        """What its colour and shape say."""
        return self._tone

    def tell(self, tone: Tone, word: str, explanation: str = "") -> None:
        """Show another status."""
        self._tone = tone
        self.setText(word)
        self.setToolTip(explanation)
        self.setAccessibleName(word)
        self.setAccessibleDescription(explanation)
        self.updateGeometry()
        self.update()

    def tell_status(self, status: AssetAxis | None, *, in_full: bool = True) -> None:
        """Show a status of an asset; ``in_full`` takes the label rather than the single word."""
        text = text_of(status)
        self.tell(text.tone, text.label if in_full else text.word, text.explanation)

    def sizeHint(self) -> QSize:
        return badge_size(self.text(), Writing(badge_font()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = theme().palette
        writing = Writing(badge_font())
        paint_badge(painter, self.rect(), self._tone, self.text(), palette, writing)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(palette.focus), 2))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(1, 1, -1, -1), self.height() / 2, self.height() / 2
            )
        painter.end()
