"""The people of an account at the portal, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from esd_desktop.models.portal_rows import PortalUserRow
from esd_desktop.ui.formats import as_moment
from esd_desktop.ui.widgets.rows_model import Index, RowsModel
from esd_desktop.ui.widgets.rows_table import RowsTable

_HEADERS = ("Address", "Name", "Last signed in", "Sessions", "May sign in")


class PortalPeople(RowsTable[PortalUserRow]):
    """Who was selected stays so when the list is read again; at first it is the first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_PeopleModel(_HEADERS), "People at the portal", parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def show_people(self, people: Sequence[PortalUserRow]) -> None:
        """Show these."""
        before = self.selected
        self.shown.show(people)
        addresses = [row.address for row in people]
        known = before is not None and before.address in addresses
        place = addresses.index(before.address) if before is not None and known else 0
        self.setCurrentIndex(self.shown.index(place, 0))


class _PeopleModel(RowsModel[PortalUserRow]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self.rows[index.row()]
        return (
            row.address,
            row.name,
            as_moment(row.signed_in_at) if row.signed_in_at else "Never",
            "" if row.sessions is None else str(row.sessions or "None"),
            _may_sign_in(row),
        )[index.column()]


def _may_sign_in(row: PortalUserRow) -> str:
    if not row.active:
        return "No, shut out"
    if row.vouched_by:
        return f"Yes, by {row.vouched_by}"
    return "Yes, own address" if row.is_own else "Yes"
