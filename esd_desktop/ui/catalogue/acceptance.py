"""Before many products are accepted at once: everything that changes by it, in one table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QMargins,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from esd_desktop.models.offering_rows import at_microsoft, differences
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.wording import counted
from esd_desktop.ui.ask import answered
from esd_desktop.ui.catalogue.offering_panel import in_words
from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, theme
from esd_desktop.ui.settings.form import give_size
from esd_desktop.ui.widgets.dialog import Dialog
from esd_desktop.ui.widgets.rows_model import Index, RowsModel

_HEADERS = ("Product", "What", "In use", "At Microsoft")
# Measuring takes its time: what comes after so many lines is cut, and told in full by its tooltip.
_MOST_IN_FULL = 300
_MOST_SHOWN, _LEAST_SHOWN = 9, 3
_SIZE = (960, 520)
_BODY = (
    "Orders from now on are placed with these names and prices. What was sold before stays as it "
    "was sold."
)


async def ask_to_accept(parent: QWidget, rows: Sequence[OfferingRow]) -> bool:
    """Show what would change, and ask."""
    products = counted(len(rows), "product")
    dialog = Dialog(f"Accept {products}?", _BODY, parent)
    dialog.body.addWidget(DifferenceTable(rows, dialog), 1)
    dialog.add_button("Leave as it is", False, default=True, escape=True)
    dialog.add_button(f"Accept {products}", True, kind=Kind.PRIMARY)
    give_size(dialog, *_SIZE)
    return bool(await answered(dialog))


class DifferenceTable(QTableView):
    """A line for each thing that accepting changes."""

    def __init__(self, rows: Sequence[OfferingRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What changes")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme().row_height(compact=True))
        self.verticalHeader().setMinimumSectionSize(theme().row_height(compact=True))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        # Two names may differ anywhere, so both are shown in full.
        self.setWordWrap(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        differences = _DifferenceModel(_HEADERS, self)
        differences.show(line for row in rows for line in _lines(row))
        self.setModel(differences)
        self.setItemDelegate(_Wrapping(self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, mode in enumerate(_MODES):
            header.setSectionResizeMode(column, mode)
        # The columns find their widths one after the other.
        self._fitting = QTimer(self, interval=0, singleShot=True)
        self._fitting.timeout.connect(self._fit)
        header.sectionResized.connect(self._fit_later)
        lines = max(_LEAST_SHOWN, min(self.model().rowCount(), _MOST_SHOWN))
        self.setMinimumHeight((lines + 1) * theme().row_height())

    def _fit_later(self) -> None:
        self._fitting.start()

    def _fit(self) -> None:
        for row in range(min(self.model().rowCount(), _MOST_IN_FULL)):
            self.resizeRowToContents(row)


_STRETCH = QHeaderView.ResizeMode.Stretch
_MODES = (_STRETCH, QHeaderView.ResizeMode.ResizeToContents, _STRETCH, _STRETCH)


class _Wrapping(QStyledItemDelegate):
    """Counts the room beside the text, which Qt forgets where it counts the lines."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        narrower = QStyleOptionViewItem(option)
        narrower.rect = narrower.rect.adjusted(SPACE_8, 0, -SPACE_8, 0)
        return super().sizeHint(narrower, index).grownBy(QMargins(0, SPACE_4, 0, 0))


class _DifferenceModel(RowsModel[tuple[str, ...]]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.rows[index.row()][index.column()]
        return None


def _lines(row: OfferingRow) -> list[tuple[str, ...]]:
    """One line of a new product, as nothing of it is in use; else one for each difference."""
    name, unit_type, price = at_microsoft(row)
    if row.status is CatalogueStatus.NEW:
        offered = f"{in_words(price)} per {unit_type}"
        return [(f"{name} ({row.sku})", "New", in_words(None), offered)]
    told = f"{row.name} ({row.sku})"
    return [
        (told, each.what, in_words(each.in_use), in_words(each.offered))
        for each in differences(row)
    ]
