"""A table of differences for reading: every text in full, in as many lines as it takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, theme
from esd_desktop.ui.widgets.rows_model import Index, RowsModel

# Measuring takes its time: what comes after so many lines is cut, and told in full by its tooltip.
_MOST_IN_FULL = 300
_MOST_SHOWN, _LEAST_SHOWN = 9, 3


class DifferenceTable(QTableView):
    """A line for each difference. The column ``what`` is as wide as its texts, the others share the
    room."""

    def __init__(
        self,
        headings: Sequence[str],
        lines: Iterable[tuple[str, ...]],
        what: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("What changes")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme().row_height(compact=True))
        self.verticalHeader().setMinimumSectionSize(theme().row_height(compact=True))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        # Two texts may differ anywhere, so both are shown in full.
        self.setWordWrap(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        model = _LinesModel(headings, self)
        model.show(lines)
        self.setModel(model)
        self.setItemDelegate(_Wrapping(self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(what, QHeaderView.ResizeMode.ResizeToContents)
        # The columns find their widths one after the other.
        self._fitting = QTimer(self, interval=0, singleShot=True)
        self._fitting.timeout.connect(self._fit)
        header.sectionResized.connect(self._fit_later)
        shown = max(_LEAST_SHOWN, min(self.model().rowCount(), _MOST_SHOWN))
        self.setMinimumHeight((shown + 1) * theme().row_height())

    def _fit_later(self) -> None:
        self._fitting.start()

    def _fit(self) -> None:
        for row in range(min(self.model().rowCount(), _MOST_IN_FULL)):
            self.resizeRowToContents(row)


class _Wrapping(QStyledItemDelegate):
    """Counts the room beside the text, which Qt forgets where it counts the lines."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        narrower = QStyleOptionViewItem(option)
        narrower.rect = narrower.rect.adjusted(SPACE_8, 0, -SPACE_8, 0)
        return super().sizeHint(narrower, index).grownBy(QMargins(0, SPACE_4, 0, 0))


class _LinesModel(RowsModel[tuple[str, ...]]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.rows[index.row()][index.column()]
        return None
