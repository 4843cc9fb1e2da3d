"""The table of a list: what mouse and keys do in it. What they mean is decided by the list."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView, QWidget

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.busy_lines import BusyLines
from esd_desktop.ui.lists.delegate import RecordDelegate
from esd_desktop.ui.lists.header import RecordHeader
from esd_desktop.ui.lists.model import RecordModel
from esd_desktop.ui.lists.row_painter import RowPainter

COPY_CELL = QKeySequence("Ctrl+Shift+C")
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RecordTable(QTableView):
    """Signals of what a person wants of a row: ``open_wanted`` (double-click, or a burst of them)
    with its position, ``enter_pressed`` (Enter), ``delete_wanted`` (Del), ``menu_wanted`` with the
    place on the screen, ``copy_wanted`` and ``copy_cell_wanted``; ``looked_at`` tells which
    positions are on the screen, whenever that changes."""

    open_wanted = Signal(int)
    enter_pressed = Signal()
    delete_wanted = Signal()
    menu_wanted = Signal(QPoint)
    copy_wanted = Signal()
    copy_cell_wanted = Signal()
    looked_at = Signal(int, int)

    def __init__(
        self, desk: Desk, model: RecordModel[Any], header: RecordHeader, name: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._model = model
        self._clicked_at = 0
        self._burst_at = -1
        self._busy_lines = BusyLines(self, model, desk.theme)
        self.setAccessibleName(name)
        self.setHorizontalHeader(header)
        self.setModel(model)
        self.setItemDelegate(RecordDelegate(model, desk.theme, self))
        self._rows = RowPainter(self, model, desk.theme)
        self._behave()
        self._fit_rows()
        header.sectionResized.connect(self._section_resized)
        self.doubleClicked.connect(self._double_clicked)
        self.verticalScrollBar().valueChanged.connect(self._look)
        model.rowsInserted.connect(self._look)
        model.rowsRemoved.connect(self._look)
        desk.theme.changed.connect(self._fit_rows)

    def position_shown(self, position: int) -> bool:
        """Whether a row is on the screen."""
        first, last = self._on_screen()
        return first <= position <= last

    def bring_into_view(self, position: int) -> None:
        """Scroll to a row, unless all of it is on the screen."""
        top, height = self.rowViewportPosition(position), self.rowHeight(position)
        room = self.viewport().height()
        if top < 0 or top + height > room:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + top - max(room - height, 0) // 2)

    def keyboardSearch(self, search: str) -> None:
        """Qt would look through every row for one that begins with the letter; the search field
        finds in the store."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.enter_pressed.emit()
        elif event.key() == Qt.Key.Key_Delete and not event.modifiers():
            self.delete_wanted.emit()
        elif _asks_for_menu(event):
            self._menu_at_current()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif QKeySequence(event.keyCombination()) == COPY_CELL:
            self.copy_cell_wanted.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._menu_at_current()
        elif (index := self.indexAt(event.pos())).isValid():
            if not self.selectionModel().isSelected(index):
                self.setCurrentIndex(index)
            self.menu_wanted.emit(event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._follow_clicks(event)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._follow_clicks(event)
        super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Not by Qt, which would ask Python for each cell."""
        with QPainter(self.viewport()) as painter:
            self._rows.paint(painter, event.region())
            self._busy_lines.paint(painter)
            self._paint_focus(painter)

    def _behave(self) -> None:
        view = QAbstractItemView
        self.setSelectionBehavior(view.SelectionBehavior.SelectRows)
        self.setSelectionMode(view.SelectionMode.ExtendedSelection)
        self.setEditTriggers(view.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(view.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(view.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        # All of it is painted, so Qt moves what is scrolled and has only the rest painted.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(self.verticalHeader().ResizeMode.Fixed)

    def _fit_rows(self) -> None:
        height = self._desk.theme.row_height()
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self._look()

    def _section_resized(self, section: int, before: int, size: int) -> None:
        """The keyboard leaves a column that is hidden; Qt would take it to the last one."""
        current = self.currentIndex()
        if size == 0 and current.column() == section:
            column = self.horizontalHeader().logicalIndexAt(0)
            no_update = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(current.siblingAtColumn(column), no_update)

    def _follow_clicks(self, event: QMouseEvent) -> None:
        """A pause ends a burst of clicks."""
        passed = event.timestamp() - self._clicked_at
        if not 0 < passed < QApplication.doubleClickInterval():
            self._burst_at = -1
        self._clicked_at = event.timestamp()

    def _double_clicked(self, index: QModelIndex) -> None:
        # Who goes on clicking means it once, even where its answer comes in between.
        if index.row() != self._burst_at:
            self._burst_at = index.row()
            self.open_wanted.emit(index.row())

    def _menu_at_current(self) -> None:
        current = self.currentIndex()
        if current.isValid():
            self.scrollTo(current)
            rect = self.visualRect(current) & self.viewport().rect()
            self.menu_wanted.emit(self.viewport().mapToGlobal(rect.bottomLeft()))

    def _on_screen(self) -> tuple[int, int]:
        # Counted, not asked of the view: to one without any height, the last row is on the screen.
        first = max(self.rowAt(0), 0)
        room = self.viewport().height() // self.verticalHeader().defaultSectionSize() + 1
        return first, min(first + room, self._model.rowCount() - 1)

    def _look(self) -> None:
        if self._model.rowCount():
            self.looked_at.emit(*self._on_screen())

    def _hover(self, position: int) -> None:
        before, self._rows.hovered = self._rows.hovered, position
        if before != position:
            self._update_row(before)
            self._update_row(position)

    def _paint_focus(self, painter: QPainter) -> None:
        """An outline of the cell where the keyboard is, which is the one that is copied. In a
        selected row it is stronger below."""
        current = self.currentIndex()
        if self.hasFocus() and current.isValid():
            cell = self.visualRect(current)
            painter.setPen(QColor(self._desk.theme.palette.focus))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(cell.adjusted(0, 0, -1, -2))
            if self.selectionModel().isSelected(current):
                painter.drawLine(cell.bottomLeft(), cell.bottomRight())

    def _update_row(self, position: int) -> None:
        if position >= 0:
            top, height = self.rowViewportPosition(position), self.rowHeight(position)
            self.viewport().update(0, top, self.viewport().width(), height)


def _asks_for_menu(event: QKeyEvent) -> bool:
    shift_f10 = event.key() == Qt.Key.Key_F10 and event.modifiers() == (
        Qt.KeyboardModifier.ShiftModifier
    )
    return event.key() == Qt.Key.Key_Menu or shift_f10
