"""A short table that is all there at once, as it looks and behaves everywhere."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from esd_desktop.ui.look.theme import theme
from esd_desktop.ui.widgets.rows_model import RowsModel

RowT = TypeVar("RowT")


class RowsTable(QTableView, Generic[RowT]):
    """``name`` is what a screen reader calls it. A subclass says in ``fit`` how wide its columns
    are; the last one takes what is left."""

    def __init__(self, rows: RowsModel[RowT], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows.setParent(self)
        self.shown = rows
        self.setModel(rows)
        self.setAccessibleName(name)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.fit()
        theme().changed.connect(self.fit)

    @property
    def selected(self) -> RowT | None:
        """The row that the keyboard is on."""
        index = self.currentIndex()
        return self.shown.rows[index.row()] if index.isValid() else None

    def fit(self) -> None:
        """Follow the size of the type."""
        self.verticalHeader().setDefaultSectionSize(theme().row_height(compact=True))
