"""A few choices side by side as one control, each with a count: All / Active / Cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLocale, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from esd_desktop.ui.look.roles import Text
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, theme
from esd_desktop.ui.widgets.group import Group

_RADIUS = 6.0
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_PREVIOUS = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_NEXT = (Qt.Key.Key_Right, Qt.Key.Key_Down)


class Segments(Group):
    """One of several, chosen by click or arrow keys; a group of radio buttons to a screen reader.

    ``chosen`` carries the value when a person chooses another one, never when ``choose`` does.
    """

    chosen = Signal(object)

    def __init__(
        self, choices: Sequence[tuple[object, str]], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._segments: dict[object, _Segment] = {}
        for place, (value, word) in enumerate(choices):
            segment = _Segment(word, first=place == 0, last=place == len(choices) - 1)
            segment.clicked.connect(lambda _=False, value=value: self._on_clicked(value))
            segment.stepped.connect(self._step)
            row.addWidget(segment)
            self._segments[value] = segment
        self._current = choices[0][0]
        self._segments[self._current].setChecked(True)

    @property
    def current(self) -> object:
        """The value that is chosen."""
        return self._current

    def choose(self, value: object) -> None:
        """Choose without telling; KeyError where it is none of the choices."""
        self._segments[value].setChecked(True)
        self._current = value

    def set_counts(self, counts: Mapping[object, int]) -> None:
        """Write a number beside the words; a choice left out has none."""
        for value, segment in self._segments.items():
            segment.set_count(counts.get(value))

    def _on_clicked(self, value: object) -> None:
        if value != self._current:
            self._current = value
            self.chosen.emit(value)

    def _step(self, by: int) -> None:
        values = list(self._segments)
        segment = self._segments[values[(values.index(self._current) + by) % len(values)]]
        segment.setFocus(Qt.FocusReason.TabFocusReason)
        segment.click()


class _Segment(QRadioButton):
    stepped = Signal(int)

    def __init__(self, word: str, *, first: bool, last: bool) -> None:
        super().__init__(word)
        self._word = word
        self._count = ""
        self._first = first
        self._last = last
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme().changed.connect(self.updateGeometry)

    def set_count(self, count: int | None) -> None:
        shown = "" if count is None else QLocale().toString(count)
        if shown == self._count:
            return
        self._count = shown
        # The base class tells a screen reader the text; it is painted below, word and number apart.
        self.setText(f"{self._word} {self._count}".strip())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._bold())
        number = SPACE_8 + metrics.horizontalAdvance(self._count) if self._count else 0
        width = metrics.horizontalAdvance(self._word) + number + 2 * SPACE_12
        return QSize(width, metrics.height() + SPACE_12 + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _PREVIOUS or event.key() in _NEXT:
            forward = (event.key() in _NEXT) != (self.isRightToLeft() and _sideways(event))
            self.stepped.emit(1 if forward else -1)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        self._paint_words(painter)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        colours = theme().palette
        ground = colours.hover if self.underMouse() else colours.raised
        ground = colours.accent_tint if self.isChecked() else ground
        outline = colours.accent if self.isChecked() else colours.control
        painter.setPen(QPen(QColor(outline), 1))
        painter.setBrush(QColor(ground))
        painter.drawPath(self._outline(0.5))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self._outline(2))

    def _paint_words(self, painter: QPainter) -> None:
        colours = theme().palette
        font = self._bold() if self.isChecked() else theme().font()
        room = self.rect().adjusted(SPACE_12, 0, -SPACE_12, 0)
        painter.setFont(font)
        painter.setPen(QColor(colours.accent if self.isChecked() else colours.text))
        painter.drawText(room, _MIDDLE | Qt.AlignmentFlag.AlignLeft, self._word)
        if not self.isChecked():
            painter.setPen(QColor(colours.text_muted))
        painter.drawText(room, _MIDDLE | Qt.AlignmentFlag.AlignRight, self._count)

    def _outline(self, inset: float) -> QPainterPath:
        """Rounded at the two ends of the control only; neighbours share their line."""
        beyond = 4 * _RADIUS
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        left = area.left() - (0 if self._first else beyond)
        right = area.right() + (0 if self._last else beyond)
        rounded = QPainterPath()
        rounded.addRoundedRect(
            QRectF(left, area.top(), right - left, area.height()), _RADIUS, _RADIUS
        )
        straight = QPainterPath()
        straight.addRect(area)
        return rounded.intersected(straight)

    def _bold(self) -> QFont:
        return theme().font(Text.STRONG)


def _sideways(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
