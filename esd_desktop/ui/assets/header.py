"""The list's header: a click sorts, columns are moved, widened, hidden, and all of it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from esd_desktop.models.rows import AssetSort
from esd_desktop.ui.assets.columns import COLUMNS, SPECS, Column
from esd_desktop.ui.assets.columns_menu import fill_header_menu
from esd_desktop.ui.assets.delegate import MARGIN
from esd_desktop.ui.assets.layout import recalled_layout
from esd_desktop.ui.assets.measuring import Measure
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.icons import paint_icon
from esd_desktop.ui.look.theme import SPACE_4

_NARROWEST = 48
_FIRST_SORT = (Column.PURCHASE_DATE, True)


class AssetHeader(QHeaderView):
    """``sorted`` tells that a person chose another sort; nothing else changes it.

    The product takes the room that the other columns leave; where it is hidden, the last one does.
    ``name`` is what the sort is kept under and, until another is used, the columns.
    """

    sorted = Signal()

    def __init__(self, desk: Desk, name: str, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._desk = desk
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
    def shown(self) -> list[Column]:
        """The columns that are shown, in order."""
        sections = [self.logicalIndex(place) for place in range(self.count())]
        return [COLUMNS[section] for section in sections if not self.isSectionHidden(section)]

    @property
    def sort(self) -> tuple[AssetSort, bool]:
        """What the list is sorted by, and whether descending."""
        column, descending = self._sort
        by = SPECS[column].sort
        assert by is not None
        return by, descending

    @property
    def sort_column(self) -> tuple[Column, bool]:
        """The column that the list is sorted by, and whether descending."""
        return self._sort

    def begin(self) -> None:
        """Take up what was kept; once the header has its model."""
        self._lay_out()
        self.sectionClicked.connect(self._clicked)
        self.sectionResized.connect(self._section_resized)
        self._desk.theme.changed.connect(self._take_up_look)

    def use(self, name: str, columns: Sequence[Column]) -> None:
        """Keep the present columns, and show those kept under another name; the sort stays."""
        if name != self._layout_name:
            self.remember()
            self._layout_name = name
            self._layout = recalled_layout(self._desk.memory, name, columns)
            self._lay_out()

    def remember(self) -> None:
        """Keep columns and sort for the next start."""
        self._layout.shown = self.shown
        self._layout.keep(self._desk.memory, self._layout_name)
        column, descending = self._sort
        self._desk.memory.keep(self._sort_name, [column, descending])

    def show_only(self, columns: Sequence[Column]) -> None:
        """Show a ready-made set."""
        self._layout.shown = list(columns)
        self._lay_out()

    def show_column(self, column: Column, shown: bool) -> None:
        """Show a column, after the others, or hide it; the last one stays."""
        now = self.shown
        if shown and column not in now:
            self.show_only([*now, column])
        elif not shown and column in now and len(now) > 1:
            self.show_only([one for one in now if one is not column])

    def sort_by(self, column: Column, descending: bool) -> None:
        """Sort as the person chose."""
        if (column, descending) != self._sort:
            self._sort = (column, descending)
            self.viewport().update()
            self.sorted.emit()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """The words, and beside them an arrow where the list is sorted by them."""
        column = COLUMNS[section]
        palette = self._desk.theme.palette
        by, descending = self._sort
        painter.save()
        painter.fillRect(rect, QColor(palette.surface))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(palette.border))
        painter.setFont(self._measure.font)
        painter.setPen(QColor(palette.text if column is by else palette.text_muted))
        words, arrow = self._places(rect, column)
        shown = self._measure.elided(SPECS[column].header, words.width())
        side = Qt.AlignmentFlag.AlignRight if SPECS[column].numeric else Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, side | Qt.AlignmentFlag.AlignVCenter, shown)
        if column is by:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            drawing = "chevron-down" if descending else "chevron-up"
            paint_icon(painter, arrow, drawing, palette.text)
        painter.restore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        section = self.logicalIndexAt(event.pos())
        menu = QMenu(self)
        fill_header_menu(menu, self, COLUMNS[section] if section >= 0 else None)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def _recalled_sort(self) -> tuple[Column, bool]:
        kept = self._desk.memory.recall(self._sort_name, list(_FIRST_SORT))
        match kept:
            case [str(word), bool(descending)] if word in COLUMNS and SPECS[Column(word)].sort:
                return Column(word), descending
        return _FIRST_SORT

    def _lay_out(self) -> None:
        """Put the sections where the layout has them."""
        self._arranging = True
        self.setMinimumSectionSize(self._scaled(_NARROWEST))
        for place, column in enumerate(self._layout.order()):
            section = COLUMNS.index(column)
            self.moveSection(self.visualIndex(section), place)
            self.setSectionHidden(section, column not in self._layout.shown)
            self.resizeSection(section, self._width(column))
        self._arranging = False
        self._fill()

    def _fill(self) -> None:
        shown = self.shown
        if not shown:
            return
        taker = Column.PRODUCT if Column.PRODUCT in shown else shown[-1]
        others = sum(self.sectionSize(COLUMNS.index(one)) for one in shown if one is not taker)
        left_over = self.viewport().width() - others
        self._arranging = True
        self.resizeSection(COLUMNS.index(taker), max(self._width(taker), left_over))
        self._arranging = False

    def _section_resized(self, section: int, before: int, size: int) -> None:
        if self._arranging or size == 0:
            return
        column = COLUMNS[section]
        self._layout.widths[column] = round(size / self._desk.theme.scale)
        if column is not Column.PRODUCT:
            self._fill()

    def _clicked(self, section: int) -> None:
        column = COLUMNS[section]
        by, descending = self._sort
        if column is by:
            self.sort_by(column, not descending)
        elif SPECS[column].sort is not None:
            self.sort_by(column, SPECS[column].newest_first)

    def _take_up_look(self) -> None:
        self._measure = Measure(self._desk.theme)
        self._lay_out()

    def _width(self, column: Column) -> int:
        """As the person made it; at first as header and usual content need it."""
        kept = self._layout.widths.get(column)
        if kept is not None:
            return self._scaled(kept)
        spec = SPECS[column]
        header = self._measure.words(spec.header) + (self._arrow() if spec.sort else 0)
        return max(header, self._measure.cell(spec.sample)) + 2 * MARGIN

    def _places(self, rect: QRect, column: Column) -> tuple[QRect, QRectF]:
        """Where the words stand, on the side of the column's content, and the arrow beside them."""
        room = rect.adjusted(MARGIN, 0, -MARGIN, -1)
        arrow = self._arrow() if column is self._sort[0] else 0
        width = min(self._measure.words(SPECS[column].header), room.width() - arrow)
        words = QRect(room.left(), room.top(), max(width, 0), room.height())
        if SPECS[column].numeric:
            words.moveRight(room.right())
        side = self._measure.shape_side
        square = QRectF(words.right() + SPACE_4, 0, side, side)
        if SPECS[column].numeric:
            square.moveRight(words.left() - SPACE_4)
        square.moveTop(QRectF(room).center().y() - side / 2)
        return words, square

    def _arrow(self) -> int:
        return self._measure.shape_side + SPACE_4

    def _scaled(self, pixels: int) -> int:
        return round(pixels * self._desk.theme.scale)
