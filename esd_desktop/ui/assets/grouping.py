"""A reseller's assets grouped by customer (C4): the customers with their numbers at the left of the
list, which shows those of the one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from esd_desktop.models.rows import AssetQuery, CustomerAssets
from esd_desktop.services.browse import assets_by_customer
from esd_desktop.services.changes import Changes
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.theme import SPACE_8, theme
from esd_desktop.ui.rereading import Rereading

_GROUPED = "assets grouped"
_HEADINGS = ("Customer", "All", "Active", "Cancelled")
_EVERYBODY = "All customers"
_WIDTH = "assets customers width"
_LEAST_EMS, _USUAL_EMS = 22, 30
# The list beside it begins below its line of progress.
_BELOW_LINE = 2
_Index = QModelIndex | QPersistentModelIndex


class CustomerGroups(QWidget):
    """Seen while a reseller is shown and its assets are grouped; that they are is remembered.

    ``chosen`` carries the id of the customer whose assets are to be shown, or None for all.
    """

    chosen = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._query: AssetQuery | None = None
        self.grouped = bool(desk.memory.recall(_GROUPED, False))
        self.customers = CustomerModel(self)
        self.table = QTableView()
        self._customer_id: int | None = None
        self._reading = Rereading(desk, "assets by customer", self, self._read)
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        theme().changed.connect(self._fit)

    def show_query(self, query: AssetQuery) -> None:
        """Show the customers of the query's account, with their numbers in its view."""
        self._query = query
        self.setVisible(self.grouped)
        self.refresh()

    def show_none(self) -> None:
        """What is shown has no customers."""
        self._query = None
        self._customer_id = None
        self.customers.show(())
        self.hide()

    def group(self, grouped: bool) -> None:
        """Group, or show the assets of all customers in one list again."""
        self.grouped = grouped
        self.setVisible(grouped and self._query is not None)
        if grouped:
            self.refresh()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._choose(None)

    def refresh(self) -> None:
        """Count again."""
        if self.grouped and self._query is not None:
            self._reading.ask()

    def follow(self, changes: Changes) -> None:
        """Count again after these changes."""
        if self.grouped and self._query is not None:
            self._reading.follow(changes)

    def choose_all(self) -> None:
        """Show that the assets of all customers are shown, without telling."""
        self._customer_id = None
        self._mark()

    def remember(self) -> None:
        """Keep for the next start whether assets are grouped, and how wide this is."""
        self._desk.memory.keep(_GROUPED, self.grouped)
        if self.isVisible():
            self._desk.memory.keep(_WIDTH, self.width())

    def sizeHint(self) -> QSize:
        usual = _USUAL_EMS * theme().px()
        return QSize(self._desk.memory.recall(_WIDTH, usual), super().sizeHint().height())

    async def _read(self) -> None:
        query = self._query
        if query is None:
            return
        rows = await self._desk.read(assets_by_customer, replace(query, customer_id=None))
        # The account that was counted may have been left meanwhile.
        if self._query is not None and self._query.account_id == query.account_id:
            self.customers.show(rows)
            self._mark()

    def _row_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self._choose(self.customers.ids[current.row()])

    def _choose(self, customer_id: int | None) -> None:
        if customer_id != self._customer_id:
            self._customer_id = customer_id
            self.chosen.emit(customer_id)

    def _mark(self) -> None:
        """Highlight the customer whose assets are shown; one that has none left leads to all."""
        ids = self.customers.ids
        if self._customer_id not in ids:
            self._choose(None)
        if ids and self.table.currentIndex().row() != (place := ids.index(self._customer_id)):
            self.table.setCurrentIndex(self.customers.index(place, 0))

    def _lay_out(self) -> None:
        table = self.table
        table.setModel(self.customers)
        table.setAccessibleName("Customers")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        # Thousands of customers: the widths follow those that can be seen.
        header.setResizeContentsPrecision(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, _BELOW_LINE, SPACE_8, 0)
        column.addWidget(table)
        self._fit()
        self.hide()

    def _fit(self) -> None:
        self.setMinimumWidth(_LEAST_EMS * theme().px())
        self.table.verticalHeader().setDefaultSectionSize(theme().row_height())


class CustomerModel(QAbstractTableModel):
    """The customers, below a line for all of them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: Sequence[CustomerAssets] = ()
        self.ids: tuple[int | None, ...] = ()

    def show(self, rows: Sequence[CustomerAssets]) -> None:
        """Show these; where they are the same customers, just their numbers change."""
        ids = (None, *(row.id for row in rows)) if rows else ()
        lines = [_sum(rows), *rows] if rows else []
        if ids == self.ids and ids:
            self._rows = lines
            last = self.index(len(ids) - 1, len(_HEADINGS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._rows, self.ids = lines, ids
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return _HEADINGS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return row.name if column == 0 else None
            case Qt.ItemDataRole.AccessibleTextRole:
                return _spoken(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.FontRole if self.ids[index.row()] is None:
                font = QFont()
                font.setBold(True)
                return font
        return None


def _sum(rows: Sequence[CustomerAssets]) -> CustomerAssets:
    return CustomerAssets(
        id=0,
        name=_EVERYBODY,
        all=sum(row.all for row in rows),
        active=sum(row.active for row in rows),
        cancelled=sum(row.cancelled for row in rows),
    )


def _text(row: CustomerAssets, column: int) -> str:
    if column == 0:
        return row.name
    return as_count((row.all, row.active, row.cancelled)[column - 1])


def _spoken(row: CustomerAssets, column: int) -> str:
    return row.name if column == 0 else f"{_HEADINGS[column]} {_text(row, column)}"


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
