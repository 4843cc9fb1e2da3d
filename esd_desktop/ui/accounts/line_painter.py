"""Paints the lines of an account list: names at the left, numbers of assets at the right."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QTreeView

from esd_desktop.ui.accounts.model import AccountModel, Index
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.icons import paint_icon
from esd_desktop.ui.look.roles import Text
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, theme
from esd_desktop.ui.look.writing import Writing

_RADIUS = 6.0


class LinePainter(QObject):
    """For one view; ``hovered`` is the line that the mouse is on."""

    def __init__(self, view: QTreeView, accounts: AccountModel) -> None:
        super().__init__(view)
        self.hovered = QPersistentModelIndex()
        self._view = view
        self._accounts = accounts
        self._take_up_look()
        theme().changed.connect(self._take_up_look)

    def paint(self, painter: QPainter, line: QRect, index: Index) -> None:
        """Paint an account into a line of the whole view's width."""
        marked = self._view.selectionModel().isSelected(index)
        self._paint_ground(painter, line, index, marked=marked)
        step = self._view.indentation()
        inside = line.adjusted(step if index.parent().isValid() else 0, 0, -SPACE_8, 0)
        if self._accounts.rowCount(index):
            self._paint_chevron(painter, inside, open_=self._view.isExpanded(index))
        before = step if self._view.rootIsDecorated() else SPACE_8
        self._paint_words(painter, inside.adjusted(before, 0, 0, 0), index, marked=marked)

    def _take_up_look(self) -> None:
        look = theme()
        palette = look.palette
        self._plain, self._strong = Writing(look.font()), Writing(look.font(Text.STRONG))
        self._text, self._muted = QColor(palette.text), QColor(palette.text_muted)
        self._marked, self._under_mouse = QColor(palette.selection), QColor(palette.hover)
        self._focus = QPen(QColor(palette.focus), 1.5)
        self._of_chevrons = palette.text_muted
        self._chevron = look.px() - 1

    def _paint_ground(self, painter: QPainter, line: QRect, index: Index, *, marked: bool) -> None:
        hovered = not marked and index == self.hovered
        focused = index == self._view.currentIndex() and self._view.hasFocus()
        if not (marked or hovered or focused):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if marked or hovered:
            painter.setBrush(self._marked if marked else self._under_mouse)
        painter.setPen(self._focus if focused else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(line).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        painter.restore()

    def _paint_chevron(self, painter: QPainter, inside: QRect, *, open_: bool) -> None:
        square = QRectF(0, 0, self._chevron, self._chevron)
        square.moveCenter(QRectF(inside).center())
        square.moveLeft(inside.left() + SPACE_4)
        name = "chevron-down" if open_ else "chevron-right"
        paint_icon(painter, square, name, self._of_chevrons)

    def _paint_words(self, painter: QPainter, room: QRect, index: Index, *, marked: bool) -> None:
        shown = self._accounts.shown(index)
        if shown is None:
            return
        count = "" if shown.number is None else as_count(shown.number)
        writing = self._strong if marked else self._plain
        ink = self._text if marked else self._muted
        writing.write(painter, room, count, ink, right=True)
        room.setRight(room.right() + 1 - writing.width(count) - SPACE_8)
        writing = self._strong if shown.is_reseller else self._plain
        ink = self._text if shown.is_hit else self._muted
        writing.write(painter, room, shown.name, ink)
