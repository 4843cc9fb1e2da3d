"""Bad lines and warnings of an import file, with their line numbers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from esd_desktop.services.importing.report import BadLine, Remark
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.theme import theme

_HEADERS = ("Line", "Column", "Reason")
_AT_ONCE = 500
_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RemarkList(QTableView):
    """Hidden where there is nothing to say. Further lines come as it is scrolled."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Lines to look at")
        self.verticalHeader().hide()
        self._fit_rows()
        theme().changed.connect(self._fit_rows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        self.hide()

    def show_remarks(self, *remarks: Iterable[Remark]) -> None:
        """Show these; bad lines carry another icon than warnings."""
        model = _RemarkModel(chain(*remarks), self)
        self.setModel(model)
        self.setVisible(model.rowCount() > 0)
        for column in (0, 1):
            self.horizontalHeader().setSectionResizeMode(
                column, QHeaderView.ResizeMode.ResizeToContents
            )

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme().row_height(compact=True))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
            return
        model = self.model()
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        said = [model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(said))


class _RemarkModel(QAbstractTableModel):
    def __init__(self, remarks: Iterable[Remark], parent: QWidget) -> None:
        super().__init__(parent)
        self._further = iter(remarks)
        self._remarks: list[Remark] = []
        self._ended = False
        self.fetchMore()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._remarks)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(_HEADERS)

    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> bool:
        return not self._ended

    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> None:
        found = list(islice(self._further, _AT_ONCE))
        self._ended = len(found) < _AT_ONCE
        if found:
            first = len(self._remarks)
            self.beginInsertRows(_ROOT, first, first + len(found) - 1)
            self._remarks += found
            self.endInsertRows()

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section == 0 else _LEFT
        return _HEADERS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        remark = self._remarks[index.row()]
        is_bad = isinstance(remark, BadLine)
        if role == Qt.ItemDataRole.DisplayRole:
            return (remark.line, remark.column or "The line", remark.reason)[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if index.column() == 0 else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(remark)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{'Bad' if is_bad else 'Warning'}: {remark}"
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return icon("error", colour="bad") if is_bad else icon("warning", colour="warning")
        return None
