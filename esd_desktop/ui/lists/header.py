"""The list's header: a click sorts, columns are moved, widened, hidden, and all of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.columns import Columns, ColumnSpec
from esd_desktop.ui.lists.columns_menu import fill_header_menu
from esd_desktop.ui.lists.layout import recalled_layout
from esd_desktop.ui.lists.measuring import MARGIN, Measure
from esd_desktop.ui.look.icons import paint_icon
from esd_desktop.ui.look.theme import SPACE_4

_NARROWEST = 48


class RecordHeader(QHeaderView):
    """``sorted`` tells that a person chose another sort; nothing else changes it.

    One column takes the room that the others leave; where it is hidden, the last one does.
    ``name`` is what the sort is kept under and, until another is used, the columns.
    """

    sorted = Signal()

    def __init__(self, desk: Desk, name: str, columns: Columns[Any], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._desk = desk
        self.columns = columns
        self._sort_name = f"{name} sort"
        self._layout_name = name
        self._layout = recalled_layout(desk.memory, name, columns)
        self._sort = self._recalled_sort()
        self._arranging = False
        self._measure = Measure(desk.theme)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)

    @property
    def shown(self) -> list[str]:
        """The names of the columns that are shown, in order."""
        sections = [self.logicalIndex(place) for place in range(self.count())]
        names = self.columns.names
        return [names[section] for section in sections if not self.isSectionHidden(section)]

    @property
    def sort(self) -> tuple[str, bool]:
        """What the store sorts the list by, and whether descending."""
        column, descending = self._sort
        by = self.columns.spec(column).sort
        assert by is not None
        return by, descending

    @property
    def sort_column(self) -> tuple[str, bool]:
        """The column that the list is sorted by, and whether descending."""
        return self._sort

    def begin(self) -> None:
        """Take up what was kept; once the header has its model."""
        self._lay_out()
        self.sectionClicked.connect(self._clicked)
        self.sectionResized.connect(self._section_resized)
        self._desk.theme.changed.connect(self._take_up_look)

    def use(self, name: str, columns: Sequence[str]) -> None:
        """Keep the present columns, and show those kept under another name, at first ``columns``;
        the sort stays."""
        if name != self._layout_name:
            self.remember()
            self._layout_name = name
            at_first = replace(self.columns, shown=tuple(columns))
            self._layout = recalled_layout(self._desk.memory, name, at_first)
            self._lay_out()

    def remember(self) -> None:
        """Keep columns and sort for the next start."""
        self._layout.shown = self.shown
        self._layout.keep(self._desk.memory, self._layout_name)
        column, descending = self._sort
        self._desk.memory.keep(self._sort_name, [column, descending])

    def show_only(self, columns: Sequence[str]) -> None:
        """Show a ready-made set."""
        self._layout.shown = list(columns)
        self._lay_out()

    def show_column(self, column: str, shown: bool) -> None:
        """Show a column, after the others, or hide it; the last one stays."""
        now = self.shown
        if shown and column not in now:
            self.show_only([*now, column])
        elif not shown and column in now and len(now) > 1:
            self.show_only([one for one in now if one != column])

    def sort_by(self, column: str, descending: bool) -> None:
        """Sort as the person chose."""
        if (column, descending) != self._sort:
            self._sort = (column, descending)
            self.viewport().update()
            self.sorted.emit()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """The words, and beside them an arrow where the list is sorted by them."""
        spec = self.columns.specs[section]
        palette = self._desk.theme.palette
        by, descending = self._sort
        painter.save()
        painter.fillRect(rect, QColor(palette.surface))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(palette.border))
        words, arrow = self._places(rect, spec)
        ink = QColor(palette.text if spec.name == by else palette.text_muted)
        self._measure.words.write(painter, words, spec.header, ink, right=spec.numeric)
        if spec.name == by:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            drawing = "chevron-down" if descending else "chevron-up"
            paint_icon(painter, arrow, drawing, palette.text)
        painter.restore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        section = self.logicalIndexAt(event.pos())
        menu = QMenu(self)
        fill_header_menu(menu, self, self.columns.names[section] if section >= 0 else None)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def _recalled_sort(self) -> tuple[str, bool]:
        first = self.columns.first_sort
        kept = self._desk.memory.recall(self._sort_name, list(first))
        match kept:
            case [str(word), bool(descending)] if word in self.columns.names:
                spec = self.columns.spec(word)
                return (spec.name, descending) if spec.sort else first
        return first

    def _lay_out(self) -> None:
        """Put the sections where the layout has them."""
        self._arranging = True
        self.setMinimumSectionSize(self._scaled(_NARROWEST))
        for place, column in enumerate(self._layout.order(self.columns)):
            section = self.columns.place(column)
            self.moveSection(self.visualIndex(section), place)
            self.setSectionHidden(section, column not in self._layout.shown)
            self.resizeSection(section, self._width(column))
        self._arranging = False
        self._fill()

    def _fill(self) -> None:
        shown = self.shown
        if not shown:
            return
        filler = self.columns.filler
        taker = filler if filler in shown else shown[-1]
        others = sum(self.sectionSize(self.columns.place(one)) for one in shown if one != taker)
        left_over = self.viewport().width() - others
        self._arranging = True
        self.resizeSection(self.columns.place(taker), max(self._width(taker), left_over))
        self._arranging = False

    def _section_resized(self, section: int, before: int, size: int) -> None:
        if self._arranging or size == 0:
            return
        column = self.columns.names[section]
        self._layout.widths[column] = round(size / self._desk.theme.scale)
        if column != self.columns.filler:
            self._fill()

    def _clicked(self, section: int) -> None:
        column = self.columns.names[section]
        by, descending = self._sort
        if column == by:
            self.sort_by(column, not descending)
        elif (spec := self.columns.spec(column)).sort is not None:
            self.sort_by(column, spec.newest_first)

    def _take_up_look(self) -> None:
        self._measure = Measure(self._desk.theme)
        self._lay_out()

    def _width(self, column: str) -> int:
        """As the person made it; at first as header and usual content need it."""
        kept = self._layout.widths.get(column)
        if kept is not None:
            return self._scaled(kept)
        spec = self.columns.spec(column)
        header = self._measure.words.width(spec.header) + (self._arrow() if spec.sort else 0)
        return max(header, self._measure.cell(spec.sample)) + 2 * MARGIN

    def _places(self, rect: QRect, spec: ColumnSpec[Any]) -> tuple[QRect, QRectF]:
        """Where the words stand, on the side of the column's content, and the arrow beside them."""
        room = rect.adjusted(MARGIN, 0, -MARGIN, -1)
        arrow = self._arrow() if spec.name == self._sort[0] else 0
        width = min(self._measure.words.width(spec.header), room.width() - arrow)
        words = QRect(room.left(), room.top(), max(width, 0), room.height())
        if spec.numeric:
            words.moveRight(room.right())
        side = self._measure.shape_side
        square = QRectF(words.right() + SPACE_4, 0, side, side)
        if spec.numeric:
            square.moveRight(words.left() - SPACE_4)
        square.moveTop(QRectF(room).center().y() - side / 2)
        return words, square

    def _arrow(self) -> int:
        return self._measure.shape_side + SPACE_4

    def _scaled(self, pixels: int) -> int:
        return round(pixels * self._desk.theme.scale)
