"""The View button of a list: its columns and its sort, for whoever does not use the mouse."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from esd_desktop.ui.lists.columns_menu import add_view_menus
from esd_desktop.ui.lists.header import RecordHeader


class ViewButton(QPushButton):
    """Opens the menu."""

    def __init__(self, header: RecordHeader, parent: QWidget | None = None) -> None:
        super().__init__("View", parent)
        menu = QMenu(self)
        menu.setAccessibleName("View")
        add_view_menus(menu, header)
        self.setMenu(menu)
        self.setToolTip("Columns and sort")
        self.setAccessibleName("View, columns and sort")
