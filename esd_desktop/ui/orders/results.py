"""What came of each licence that was asked for, as it comes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from esd_desktop.services.provision_order import LicenceResult
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.theme import theme
from esd_desktop.ui.widgets.rows_model import Index, RowsModel
from esd_desktop.ui.widgets.rows_table import RowsTable

_HEADERS = ("Licence", "Result")


class ResultList(RowsTable[LicenceResult]):
    """The latest result is in sight, unless the person has scrolled elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_ResultModel(_HEADERS), "Result of each licence", parent)

    @property
    def failed(self) -> int:
        """How many did not get their token."""
        return sum(not result.issued for result in self.shown.rows)

    def begin_again(self) -> None:
        """Forget all results."""
        self.shown.show(())

    def add(self, result: LicenceResult) -> None:
        """One more result."""
        bar = self.verticalScrollBar()
        at_the_end = bar.value() == bar.maximum()
        self.shown.add(result)
        if at_the_end:
            self.scrollToBottom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
            return
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        said = [_told(self.shown.rows[place]) for place in places]
        QGuiApplication.clipboard().setText("\n".join(said))

    def fit(self) -> None:
        super().fit()
        self.setColumnWidth(0, 9 * theme().px())


class _ResultModel(RowsModel[LicenceResult]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        result = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (f"Asset {result.asset_id}", _words(result))[index.column()]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return _told(result)
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return icon("check", colour="good") if result.issued else icon("error", colour="bad")
        return None


def _words(result: LicenceResult) -> str:
    return "Issued" if result.issued else f"Not issued: {result.outcome.sentence}"


def _told(result: LicenceResult) -> str:
    advice = "" if result.issued else f" {result.outcome.advice}"
    return f"Asset {result.asset_id}: {_words(result)}{advice}".strip()
