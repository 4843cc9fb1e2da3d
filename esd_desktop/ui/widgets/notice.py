"""A banner inside a pane or a dialog: what is the case, what to do, and buttons to do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_12, theme
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar
from esd_desktop.ui.widgets.shapes import paint_shape
from esd_desktop.ui.widgets.wrapped import wrapped_label

Button = tuple[str, Callable[[], object]]

_RADIUS = 8


class Notice(QFrame):
    """Tinted with its tone; its words are focusable text, so that a screen reader finds them."""

    def __init__(
        self,
        tone: Tone,
        sentence: str,
        advice: str = "",
        buttons: Sequence[Button] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone = tone
        self._mark = ToneMark(tone)
        self._sentence = wrapped_label(strong=True)
        self._advice = wrapped_label()
        self._buttons = FlowToolbar("", fill=False)
        self._lay_out()
        self.tell(tone, sentence, advice, buttons)

    @property
    def tone(self) -> Tone:
        """What its colour and shape say."""
        return self._tone

    def tell(
        self, tone: Tone, sentence: str, advice: str = "", buttons: Sequence[Button] = ()
    ) -> None:
        """Say something else, and show it."""
        self._tone = tone
        self._mark.set_tone(tone)
        self._sentence.setText(sentence)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self._set_buttons(buttons)
        self.setAccessibleName(sentence)
        self.setAccessibleDescription(advice)
        self.updateGeometry()
        self.update()

    def buttons(self) -> list[BusyButton]:
        """The buttons, in order."""
        return [item for item in self._buttons.items() if isinstance(item, BusyButton)]

    def paintEvent(self, event: QPaintEvent) -> None:
        ink = theme().palette.ink(self._tone)
        edge = QColor(ink.text)
        edge.setAlphaF(0.35)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(QColor(ink.tint))
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)
        painter.end()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(SPACE_4)
        words.addWidget(self._sentence)
        words.addWidget(self._advice)
        words.addWidget(self._buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        row.setSpacing(SPACE_8)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def _set_buttons(self, buttons: Sequence[Button]) -> None:
        made = []
        for text, run in buttons:
            button = BusyButton(text)
            button.clicked.connect(lambda _=False, run=run: run())
            made.append(button)
        self._buttons.set_items(made)
        self._buttons.setVisible(bool(made))


class ToneMark(QLabel):
    """The shape of a tone, as high as a line of text."""

    def __init__(self, tone: Tone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        theme().changed.connect(self.updateGeometry)

    def set_tone(self, tone: Tone) -> None:
        """Show another tone."""
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        edges = self.contentsMargins()
        return QSize(theme().px() + 1, self.fontMetrics().height() + edges.top() + edges.bottom())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = theme().palette.ink(self._tone).text
        paint_shape(painter, QRectF(self.contentsRect()), self._tone, colour)
        painter.end()
