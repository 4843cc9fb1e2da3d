"""The Views button: ready-made views with their counts, the columns, and the sort."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from esd_desktop.models.rows import AssetView
from esd_desktop.ui.assets.columns_menu import fill_columns_menu, fill_sort_menu
from esd_desktop.ui.assets.header import AssetHeader
from esd_desktop.ui.formats import as_count

VIEWS = {
    AssetView.EVERYTHING: "Everything",
    AssetView.FAILED: "Failed",
    AssetView.UNSYNCHRONISED: "Unsynchronised",
    AssetView.DISCREPANCIES: "Discrepancies",
}


class ViewsButton(QPushButton):
    """Says which view is chosen. ``chosen`` carries the AssetView that a person chose."""

    chosen = Signal(object)

    def __init__(self, header: AssetHeader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._header = header
        self._menu = QMenu(self)
        self._menu.setAccessibleName("Views")
        self._group = QActionGroup(self._menu)
        self._views = {view: self._view(view) for view in VIEWS}
        self._menu.addSeparator()
        self._columns = self._menu.addMenu("&Columns")
        self._sorts = self._menu.addMenu("&Sort By")
        self._columns.aboutToShow.connect(self._fill_columns)
        self._sorts.aboutToShow.connect(self._fill_sorts)
        self.setMenu(self._menu)
        self.setToolTip("Ready-made views, columns and sort")
        self.setCheckable(True)
        self.choose(AssetView.EVERYTHING)

    def choose(self, view: AssetView) -> None:
        """Show a view as chosen, without telling."""
        self._views[view].setChecked(True)
        narrows = view is not AssetView.EVERYTHING
        self.setText(f"View: {VIEWS[view]}" if narrows else "Views")
        self.setAccessibleName(f"Views, {VIEWS[view]} chosen")
        self.setChecked(narrows)

    def set_counts(self, counts: Mapping[AssetView, int]) -> None:
        """Write beside each view how many assets it has."""
        for view, action in self._views.items():
            number = f" ({as_count(counts[view])})" if view in counts else ""
            action.setText(f"{VIEWS[view]}{number}")

    def _view(self, view: AssetView) -> QAction:
        action = self._menu.addAction(VIEWS[view])
        action.setCheckable(True)
        self._group.addAction(action)
        action.triggered.connect(lambda: self.chosen.emit(view))
        return action

    def _fill_columns(self) -> None:
        self._columns.clear()
        fill_columns_menu(self._columns, self._header)

    def _fill_sorts(self) -> None:
        self._sorts.clear()
        fill_sort_menu(self._sorts, self._header)
