"""Paints the rows of a list: their grounds, the words and badges in them, and what is being loaded.

The rows are painted at once. Where a delegate does it, each cell goes from Qt to Python with an
index and its options, which takes longer than painting it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QRegion
from PySide6.QtWidgets import QTableView

from esd_desktop.ui.lists.cells import Badge
from esd_desktop.ui.lists.columns import ColumnSpec
from esd_desktop.ui.lists.measuring import MARGIN, Measure
from esd_desktop.ui.lists.model import RecordModel
from esd_desktop.ui.look.theme import SPACE_4, Theme
from esd_desktop.ui.widgets.shapes import paint_shape
from esd_desktop.ui.widgets.status_badge import paint_badge

NOTHING = "—"
_BAR = 0.55


class _Column(NamedTuple):
    """A column on the screen, and where its cells have room."""

    section: int
    spec: ColumnSpec[Any]
    left: int
    width: int


class RowPainter(QObject):
    """For one table; ``hovered`` is the position that the mouse is on, -1 for none."""

    def __init__(self, table: QTableView, model: RecordModel[Any], look: Theme) -> None:
        super().__init__(table)
        self.hovered = -1
        self._table = table
        self._model = model
        self._look = look
        self._take_up_look()
        look.changed.connect(self._take_up_look)

    def paint(self, painter: QPainter, region: QRegion) -> None:
        """Paint what is in a region of the table's viewport, all of it."""
        area = region.boundingRect()
        painter.fillRect(area, self._plain)
        columns = list(self._columns(area))
        for position in self._positions(area):
            top, height = self._table.rowViewportPosition(position), self._table.rowHeight(position)
            if region.intersects(QRect(area.left(), top, area.width(), height)):
                self._paint_ground(painter, position, top, height)
                # The line below is no room for words.
                self._paint_cells(painter, position, columns, top, height - 1)

    def _take_up_look(self) -> None:
        palette = self._look.palette
        self._measure = Measure(self._look)
        self._words = self._measure.words
        self._palette = palette
        self._plain, self._under_mouse = QColor(palette.surface), QColor(palette.hover)
        self._selected, self._line = QColor(palette.selection), QColor(palette.border)
        self._text, self._muted = QColor(palette.text), QColor(palette.text_muted)
        self._bar = QColor(palette.neutral_tint)

    def _positions(self, area: QRect) -> range:
        first, last = self._table.rowAt(area.top()), self._table.rowAt(area.bottom())
        return range(max(first, 0), (last if last >= 0 else self._model.rowCount() - 1) + 1)

    def _columns(self, area: QRect) -> Iterable[_Column]:
        header = self._table.horizontalHeader()
        for section, spec in enumerate(self._model.columns.specs):
            left, width = header.sectionViewportPosition(section), header.sectionSize(section)
            if width and left <= area.right() and left + width > area.left():
                yield _Column(section, spec, left + MARGIN, width - 2 * MARGIN)

    def _paint_ground(self, painter: QPainter, position: int, top: int, height: int) -> None:
        """A row's ground, where it is another than that of the list, and the line below it."""
        header = self._table.horizontalHeader()
        width = min(header.length(), self._table.viewport().width())
        index = self._model.index(position, header.logicalIndexAt(0))
        if self._table.selectionModel().isSelected(index):
            painter.fillRect(0, top, width, height - 1, self._selected)
        elif position == self.hovered:
            painter.fillRect(0, top, width, height - 1, self._under_mouse)
        painter.fillRect(0, top + height - 1, width, 1, self._line)

    def _paint_cells(
        self, painter: QPainter, position: int, columns: list[_Column], top: int, height: int
    ) -> None:
        line = self._model.line_at(position)
        if line is None:
            self._paint_loading(painter, columns, top, height)
            return
        steps_back = self._model.columns.steps_back(line.row)
        for column in columns:
            cell = line.cell(column.section)
            room = QRect(column.left, top, column.width, height)
            if cell.badges:
                self._paint_badges(painter, room, cell.badges)
            else:
                muted = steps_back or column.spec.quiet or not cell.text
                ink = self._muted if muted else self._text
                words = cell.text or NOTHING
                self._words.write(painter, room, words, ink, right=column.spec.numeric)

    def _paint_loading(
        self, painter: QPainter, columns: list[_Column], top: int, height: int
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._bar)
        thick = self._words.metrics.xHeight()
        for column in columns:
            room = QRect(column.left, top, column.width, height)
            width = round(room.width() * _BAR)
            left = room.right() - width if column.spec.numeric else room.left()
            bar = QRectF(left, room.center().y() - thick / 2, width, thick)
            painter.drawRoundedRect(bar, thick / 2, thick / 2)
        painter.restore()

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
            writing = self._measure.badges
            paint_badge(painter, place, badge.tone, badge.word, self._palette, writing)

    def _paint_quiet(self, painter: QPainter, place: QRect, badge: Badge) -> None:
        side = self._measure.shape_side
        square = QRectF(place.left(), 0, side, side)
        square.moveCenter(QRectF(place).center())
        square.moveLeft(place.left())
        paint_shape(painter, square, badge.tone, self._palette.text_muted)
        room = place.adjusted(side + SPACE_4, 0, 0, 0)
        self._words.write(painter, room, badge.word, self._muted)
