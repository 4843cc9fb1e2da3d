"""The model of a short table that is all there at once: rows under headings, for reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

RowT = TypeVar("RowT")
Index = QModelIndex | QPersistentModelIndex

_ROOT = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RowsModel(QAbstractTableModel, Generic[RowT]):
    """What stands in a cell is the subclass's ``data``; ``rows`` are the rows as they are shown."""

    def __init__(self, headings: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self.rows: list[RowT] = []

    def show(self, rows: Iterable[RowT]) -> None:
        """Show these rows in place of the others."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def add(self, row: RowT) -> None:
        """Show one more, at the end."""
        place = len(self.rows)
        self.beginInsertRows(_ROOT, place, place)
        self.rows.append(row)
        self.endInsertRows()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT
        return self._headings[section] if role == Qt.ItemDataRole.DisplayRole else None
