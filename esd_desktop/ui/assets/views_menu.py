"""The Views button: ready-made views with their counts, the columns, and the sort."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from esd_desktop.models.rows import AssetView
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.lists.columns_menu import add_view_menus
from esd_desktop.ui.lists.header import RecordHeader

VIEWS = {
    AssetView.EVERYTHING: "Everything",
    AssetView.FAILED: "Failed",
    AssetView.UNSYNCHRONISED: "Unsynchronised",
    AssetView.DISCREPANCIES: "Discrepancies",
    AssetView.REQUESTED: "Requests to Cancel",
}


class ViewsButton(QPushButton):
    """Says which view is chosen. ``chosen`` carries the AssetView that a person chose,
    ``grouping_chosen`` whether a reseller's assets are grouped by customer."""

    chosen = Signal(object)
    grouping_chosen = Signal(bool)

    def __init__(self, header: RecordHeader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._menu = QMenu(self)
        self._menu.setAccessibleName("Views")
        self._group = QActionGroup(self._menu)
        self._views = {view: self._view(view) for view in VIEWS}
        self._menu.addSeparator()
        self.grouping = self._menu.addAction("&Group by Customer")
        self.grouping.setCheckable(True)
        self.grouping.setVisible(False)
        self.grouping.triggered.connect(self.grouping_chosen)
        add_view_menus(self._menu, header)
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
