"""The people as a table: name, login and roles; those who were dismissed come last and say so."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from esd_desktop.models.operator_rows import PersonRow, listed_roles
from esd_desktop.ui.formats import as_moment
from esd_desktop.ui.widgets.rows_model import Index, RowsModel
from esd_desktop.ui.widgets.rows_table import RowsTable

_HEADERS = ("Name", "Login", "Roles")


class PeopleList(RowsTable[PersonRow]):
    """Who was selected stays so when the list is read again; at first it is the first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_PeopleModel(_HEADERS), "People", parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    @property
    def people(self) -> Sequence[PersonRow]:
        """Everybody who is shown."""
        return self.shown.rows

    def show_people(self, people: Sequence[PersonRow]) -> None:
        """Show these."""
        before = self.selected
        self.shown.show(people)
        ids = [row.id for row in people]
        place = ids.index(before.id) if before is not None and before.id in ids else 0
        self.setCurrentIndex(self.shown.index(place, 0))


class _PeopleModel(RowsModel[PersonRow]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        roles = listed_roles(row.roles)
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.name, row.login, roles if row.active else f"Dismissed ({roles})")[
                index.column()
            ]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{roles}\nAdded by {row.added_by} on {as_moment(row.added_at)}"
        return None
