"""The organisations with a sign-in of their own, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from esd_desktop.models.portal_rows import ProviderRow
from esd_desktop.ui.widgets.rows_model import Index, RowsModel
from esd_desktop.ui.widgets.rows_table import RowsTable

_HEADERS = ("Domain", "Account", "Issuer")


class ProviderList(RowsTable[ProviderRow]):
    """Which was selected stays so when the list is read again; at first it is the first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_ProviderModel(_HEADERS), "Organisations", parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def show_providers(self, providers: Sequence[ProviderRow]) -> None:
        """Show these."""
        before = self.selected
        self.shown.show(providers)
        ids = [row.id for row in providers]
        place = ids.index(before.id) if before is not None and before.id in ids else 0
        self.setCurrentIndex(self.shown.index(place, 0))


class _ProviderModel(RowsModel[ProviderRow]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.domain, row.account, row.issuer)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.issuer}\nClient {row.client_id}"
        return None
