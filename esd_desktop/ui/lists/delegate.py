"""Paints the cells of a list: words, badges, and what is being loaded."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from esd_desktop.ui.lists.cells import Badge, Cell
from esd_desktop.ui.lists.columns import ColumnSpec
from esd_desktop.ui.lists.measuring import Measure
from esd_desktop.ui.lists.model import Index, RecordModel
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, Theme
from esd_desktop.ui.widgets.shapes import paint_shape
from esd_desktop.ui.widgets.status_badge import paint_badge

MARGIN = SPACE_8
NOTHING = "—"
_BAR = 0.55


class RecordDelegate(QStyledItemDelegate):
    """What stands in the cells; the table has painted the ground of the rows before."""

    def __init__(self, model: RecordModel[Any], look: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._model = model
        self._look = look
        self._take_up_look()
        look.changed.connect(self._take_up_look)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._model.row_at(index.row())
        spec = self._model.spec_at(index.column())
        room = _room(option.rect)
        if row is None:
            self._paint_loading(painter, room, spec)
        else:
            self._paint_cell(painter, room, row, self._model.cell(index), spec)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The room in which nothing of the cell is cut."""
        cell = self._model.cell(index)
        return QSize(self._measure.cell(cell) + 2 * MARGIN, self._look.row_height())

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """A tip where there is something to explain, or where the words are cut."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return False
        cell = self._model.cell(index)
        is_cut = self._measure.cell(cell) > _room(option.rect).width()
        told = [cell.text if is_cut else "", cell.tip]
        QToolTip.showText(event.globalPos(), "\n".join(filter(None, told)), view)
        return True

    def _take_up_look(self) -> None:
        self._measure = Measure(self._look)
        palette = self._look.palette
        self._palette = palette
        self._text = QColor(palette.text)
        self._muted = QColor(palette.text_muted)
        self._bar = QColor(palette.neutral_tint)

    def _paint_loading(self, painter: QPainter, room: QRect, spec: ColumnSpec[Any]) -> None:
        width, height = round(room.width() * _BAR), self._measure.metrics.xHeight()
        left = room.right() - width if spec.numeric else room.left()
        bar = QRectF(left, room.center().y() - height / 2, width, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._bar)
        painter.drawRoundedRect(bar, height / 2, height / 2)
        painter.restore()

    def _paint_cell(
        self, painter: QPainter, room: QRect, row: Any, cell: Cell, spec: ColumnSpec[Any]
    ) -> None:
        steps_back = spec.quiet or self._model.columns.steps_back(row)
        if cell.badges:
            self._paint_badges(painter, room, cell.badges)
        else:
            words = cell.text or NOTHING
            self._paint_words(
                painter, room, words, muted=steps_back or not cell.text, numeric=spec.numeric
            )

    def _paint_words(
        self, painter: QPainter, room: QRect, words: str, *, muted: bool, numeric: bool = False
    ) -> None:
        side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
        shown = self._measure.elided(words, room.width())
        painter.setFont(self._measure.font)
        painter.setPen(self._muted if muted else self._text)
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_badges(self, painter: QPainter, room: QRect, badges: tuple[Badge, ...]) -> None:
        """Where there is no room for all, the first one gives way: the others say what is wrong."""
        first, *others = badges
        left_over = room.width() - sum(self._measure.badge(other) + SPACE_4 for other in others)
        place = QRect(room)
        for badge in badges:
            width = self._measure.badge(badge)
            if badge is first:
                width = max(min(width, left_over), 0)
            place.setWidth(min(width, room.right() + 1 - place.left()))
            self._paint_badge(painter, place, badge)
            place.translate(width + SPACE_4, 0)

    def _paint_badge(self, painter: QPainter, place: QRect, badge: Badge) -> None:
        if badge.quiet:
            self._paint_quiet(painter, place, badge)
        elif place.width() > 0:
            font = self._measure.badge_font
            paint_badge(painter, place, badge.tone, badge.word, self._palette, font)

    def _paint_quiet(self, painter: QPainter, place: QRect, badge: Badge) -> None:
        side = self._measure.shape_side
        square = QRectF(place.left(), 0, side, side)
        square.moveCenter(QRectF(place).center())
        square.moveLeft(place.left())
        paint_shape(painter, square, badge.tone, self._palette.text_muted)
        words = place.adjusted(side + SPACE_4, 0, 0, 0)
        self._paint_words(painter, words, badge.word, muted=True)


def _room(rect: QRect) -> QRect:
    """What is left of a cell between its margins and above the line below it."""
    return rect.adjusted(MARGIN, 0, -MARGIN, -1)
