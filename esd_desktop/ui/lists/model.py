"""A list as Qt's model: as many rows as the store has, of which only pages near what is looked at
are here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Generic

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from esd_desktop.ui.lists.cells import Cell
from esd_desktop.ui.lists.columns import Columns, ColumnSpec
from esd_desktop.ui.lists.source import RowT

PAGE = 128
KEPT_PAGES = 24

Index = QModelIndex | QPersistentModelIndex
Pages = Mapping[int, Sequence[RowT]]

_ROOT = QModelIndex()
_LOADING = Cell("", "Loading")
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class RecordModel(QAbstractTableModel, Generic[RowT]):
    """Rows by position, in pages of 128. A row that is not here is told as loading.

    Rows are added and taken at the end only, and what stands in them changes; so neither the scroll
    bar nor the columns move when the list is read again.
    """

    def __init__(self, columns: Columns[RowT], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = columns
        self._total = 0
        self._pages: OrderedDict[int, list[Line[RowT]]] = OrderedDict()
        self._busy: set[int] = set()
        self._sort: tuple[str | None, bool] = (None, False)

    def answer(self, total: int, pages: Pages[RowT]) -> None:
        """Show a list that was read anew: its length, and those pages of it that are known. Views
        are told of the rows that are others than before, or are not known any more."""
        # What stood here must not be asked for by a view while the number of rows changes.
        before, self._pages = self._pages, OrderedDict()
        if total > self._total:
            self.beginInsertRows(_ROOT, self._total, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < self._total:
            self.beginRemoveRows(_ROOT, total, self._total - 1)
            self._total = total
            self.endRemoveRows()
        for page, rows in pages.items():
            self._keep(page, rows)
        for page in before.keys() | self._pages.keys():
            self._tell_differing(page, before.get(page, []))

    def put(self, page: int, rows: Sequence[RowT]) -> None:
        """Show a page that has been loaded."""
        self._keep(page, rows)
        self._tell_changed(page * PAGE, min((page + 1) * PAGE, self._total) - 1)

    def renew(self, rows: Iterable[RowT]) -> None:
        """Show these rows as they are now, where they stand."""
        for row in rows:
            position = self.position_of(row.id)
            if position is not None:
                self._pages[position // PAGE][position % PAGE] = Line(row, self.columns)
                self._tell_changed(position, position)

    def set_busy(self, row_id: int, busy: bool) -> None:
        """Say whether something is being done with a record."""
        (self._busy.add if busy else self._busy.discard)(row_id)
        position = self.position_of(row_id)
        if position is not None:
            self._tell_changed(position, position)

    def tell_sort(self, by: str, descending: bool) -> None:
        """Let the headers say what the list is sorted by; those alone change that say another."""
        before, self._sort = self._sort, (by, descending)
        if before == self._sort:
            return
        for section, spec in enumerate(self.columns.specs):
            if spec.sort is not None and spec.sort in (before[0], by):
                self.headerDataChanged.emit(Qt.Orientation.Horizontal, section, section)

    def busy_positions(self) -> list[int]:
        """Where the records stand with which something is being done."""
        positions = (self.position_of(row_id) for row_id in self._busy)
        return [position for position in positions if position is not None]

    def row_at(self, position: int) -> RowT | None:
        """The row at a position; None where it is not loaded."""
        line = self.line_at(position)
        return None if line is None else line.row

    def line_at(self, position: int) -> Line[RowT] | None:
        """The row at a position with its cells; None where it is not loaded."""
        page = self._pages.get(position // PAGE)
        place = position % PAGE
        return page[place] if page is not None and place < len(page) else None

    def position_of(self, row_id: int) -> int | None:
        """Where a record stands, if its page is loaded."""
        for page, lines in self._pages.items():
            for place, line in enumerate(lines):
                if line.row.id == row_id:
                    return page * PAGE + place
        return None

    def missing_pages(self, first: int, last: int) -> list[int]:
        """The pages that are wanted to show these positions, and are not here."""
        pages = pages_of(first, min(last, self._total - 1))
        for page in pages:
            if page in self._pages:
                self._pages.move_to_end(page)
        return [page for page in pages if page not in self._pages]

    def cell(self, index: Index) -> Cell:
        """What stands in a cell."""
        line = self.line_at(index.row())
        return _LOADING if line is None else line.cell(index.column())

    def spec_at(self, section: int) -> ColumnSpec[RowT]:
        """How the column at a place of the model looks and behaves."""
        return self.columns.specs[section]

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns.specs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.cell(index).tip or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self.spec_at(index.column()))
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns.specs):
            return None
        spec = self.spec_at(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return spec.header
        if role == Qt.ItemDataRole.ToolTipRole:
            return spec.hint
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(spec)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken_header(spec)
        return None

    def _spoken_header(self, spec: ColumnSpec[Any]) -> str:
        by, descending = self._sort
        if spec.sort is None or spec.sort != by:
            return spec.header
        return f"{spec.header}, sorted {'descending' if descending else 'ascending'}"

    def _spoken(self, index: Index) -> str:
        row = self.row_at(index.row())
        busy = row is not None and row.id in self._busy
        return f"{self.cell(index).spoken}, working" if busy else self.cell(index).spoken

    def _keep(self, page: int, rows: Sequence[RowT]) -> None:
        self._pages[page] = [Line(row, self.columns) for row in rows]
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)

    def _tell_differing(self, page: int, before: Sequence[Line[RowT]]) -> None:
        """Tell from the first to the last row that is not as it was; those at the end that are
        gone, or new, were told as such."""
        lines = self._pages.get(page, [])
        differing = [
            place
            for place, (old, new) in enumerate(zip_longest(before, lines))
            if old is None or new is None or old.row != new.row
        ]
        if differing:
            first, last = page * PAGE + differing[0], page * PAGE + differing[-1]
            self._tell_changed(first, min(last, self._total - 1))

    def _tell_changed(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(
                self.index(first, 0), self.index(last, len(self.columns.specs) - 1)
            )


class Line(Generic[RowT]):
    """A row with its cells, which are made when they are first looked at: every painting asks for
    all of them again."""

    __slots__ = ("_cells", "_columns", "row")

    def __init__(self, row: RowT, columns: Columns[RowT]) -> None:
        self.row = row
        self._columns = columns
        self._cells: dict[int, Cell] = {}

    def cell(self, section: int) -> Cell:
        """What stands in the cell of a column."""
        made = self._cells.get(section)
        if made is None:
            made = self._cells[section] = self._columns.specs[section].cell(self.row)
        return made


def pages_of(first: int, last: int) -> range:
    """The pages on which the positions from ``first`` to ``last`` stand."""
    return range(max(first, 0) // PAGE, last // PAGE + 1)


def _alignment(spec: ColumnSpec[Any]) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if spec.numeric else Qt.AlignmentFlag.AlignLeft
    return side | _MIDDLE
