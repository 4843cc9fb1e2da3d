"""Menus of the columns: which are shown, and what the list is sorted by."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from esd_desktop.ui.assets.columns import COLUMNS, READY_MADE, SPECS, Column

if TYPE_CHECKING:
    from esd_desktop.ui.assets.header import AssetHeader


def fill_header_menu(menu: QMenu, header: AssetHeader, column: Column | None) -> None:
    """What a right-click on the header offers; ``column`` is where it was."""
    if column is not None:
        _add_sorts(menu, header, column)
        hide = menu.addAction(f"Hide “{SPECS[column].header}”")
        hide.setEnabled(len(header.shown) > 1)
        hide.triggered.connect(lambda: header.show_column(column, False))
        menu.addSeparator()
    fill_columns_menu(menu.addMenu("Columns"), header)


def fill_columns_menu(menu: QMenu, header: AssetHeader) -> None:
    """The ready-made sets, and each column to be shown or hidden."""
    shown = header.shown
    for words, columns in READY_MADE:
        menu.addAction(words).triggered.connect(partial(header.show_only, columns))
    menu.addSeparator()
    for column in COLUMNS:
        action = menu.addAction(SPECS[column].header)
        action.setCheckable(True)
        action.setChecked(column in shown)
        action.setEnabled(shown != [column])
        action.toggled.connect(partial(header.show_column, column))


def fill_sort_menu(menu: QMenu, header: AssetHeader) -> None:
    """What the list can be sorted by, and the direction."""
    by, descending = header.sort_column
    columns = QActionGroup(menu)
    for column in COLUMNS:
        spec = SPECS[column]
        if spec.sort is not None:
            action = _choice(menu, columns, spec.header, column is by)
            action.triggered.connect(partial(header.sort_by, column, spec.newest_first))
    menu.addSeparator()
    directions = QActionGroup(menu)
    for words, downwards in (("Ascending", False), ("Descending", True)):
        action = _choice(menu, directions, words, downwards is descending)
        action.triggered.connect(partial(header.sort_by, by, downwards))


def _add_sorts(menu: QMenu, header: AssetHeader, column: Column) -> None:
    if SPECS[column].sort is None:
        return
    for words, downwards in (("Sort Ascending", False), ("Sort Descending", True)):
        action = menu.addAction(words)
        action.setEnabled(header.sort_column != (column, downwards))
        action.triggered.connect(partial(header.sort_by, column, downwards))
    menu.addSeparator()


def _choice(menu: QMenu, group: QActionGroup, words: str, chosen: bool) -> QAction:
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setChecked(chosen)
    group.addAction(action)
    return action
