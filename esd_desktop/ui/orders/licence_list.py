"""The licences of one order, with what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from esd_desktop.models.order_rows import OrderedLicence
from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.theme import theme
from esd_desktop.ui.widgets.rows_model import Index, RowsModel
from esd_desktop.ui.widgets.rows_table import RowsTable
from esd_desktop.ui.widgets.statuses import text_of

_HEADERS = ("Licence", "Product", "Status")
_ICONS = {Tone.BAD: ("error", "bad"), Tone.WARNING: ("clock", "warning")}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LicenceList(RowsTable[OrderedLicence]):
    """``opened`` carries the id of a licence that was double-clicked or entered."""

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_LicenceModel(_HEADERS), "Licences of the order", parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.doubleClicked.connect(self._open)

    def show_licences(self, licences: Sequence[OrderedLicence]) -> None:
        """Show these; what was selected stays so."""
        before = self.selected
        self.shown.show(licences)
        # Of one product there is nothing to tell apart, and reasons need the room.
        self.setColumnHidden(1, len({licence.product for licence in licences}) < 2)
        ids = [licence.id for licence in licences]
        if before is not None and before.id in ids:
            self.setCurrentIndex(self.shown.index(ids.index(before.id), 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.selected is not None:
            self.opened.emit(self.selected.id)
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.shown.rows[index.row()].id)

    def fit(self) -> None:
        super().fit()
        self.setColumnWidth(0, 7 * theme().px())
        self.setColumnWidth(1, 16 * theme().px())


class _LicenceModel(RowsModel[OrderedLicence]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        licence = self.rows[index.row()]
        words, tone = _state(licence)
        if role == Qt.ItemDataRole.DisplayRole:
            return (f"Asset {licence.id}", licence.product, words)[index.column()]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"Asset {licence.id}, {licence.product} ({licence.sku}): {words}"
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 2:
            name, colour = _ICONS.get(tone, ("check", "good"))
            return icon(name, colour=colour)
        return None


def _state(licence: OrderedLicence) -> tuple[str, Tone]:
    """What became of it, in words, and whether somebody has to look."""
    if licence.deleted:
        return "Record deleted", Tone.NEUTRAL
    if licence.status is AssetStatus.CANCELLED:
        return "Cancelled", Tone.NEUTRAL
    if licence.provisioning is ProvisioningSyncStatus.SYNCHRONIZED:
        return text_of(licence.token_status).label, Tone.GOOD
    text = text_of(licence.provisioning)
    return f"{text.label}: {licence.reason}" if licence.reason else text.label, text.tone
