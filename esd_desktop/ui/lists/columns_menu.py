"""Menus of the columns: which are shown, and what the list is sorted by."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from esd_desktop.ui.lists.header import RecordHeader


def fill_header_menu(menu: QMenu, header: RecordHeader, column: str | None) -> None:
    """What a right-click on the header offers; ``column`` is where it was."""
    if column is not None:
        _add_sorts(menu, header, column)
        hide = menu.addAction(f"Hide “{header.columns.spec(column).header}”")
        hide.setEnabled(len(header.shown) > 1)
        hide.triggered.connect(lambda: header.show_column(column, False))
        menu.addSeparator()
    fill_columns_menu(menu.addMenu("Columns"), header)


def fill_columns_menu(menu: QMenu, header: RecordHeader) -> None:
    """The ready-made sets, and each column to be shown or hidden."""
    shown = header.shown
    for words, columns in header.columns.ready_made:
        menu.addAction(words).triggered.connect(partial(header.show_only, columns))
    menu.addSeparator()
    for spec in header.columns.specs:
        action = menu.addAction(spec.header)
        action.setCheckable(True)
        action.setChecked(spec.name in shown)
        action.setEnabled(shown != [spec.name])
        action.toggled.connect(partial(header.show_column, spec.name))


def fill_sort_menu(menu: QMenu, header: RecordHeader) -> None:
    """What the list can be sorted by, and the direction."""
    by, descending = header.sort_column
    columns = QActionGroup(menu)
    for spec in header.columns.specs:
        if spec.sort is not None:
            action = _choice(menu, columns, spec.header, spec.name == by)
            action.triggered.connect(partial(header.sort_by, spec.name, spec.newest_first))
    menu.addSeparator()
    directions = QActionGroup(menu)
    for words, downwards in (("Ascending", False), ("Descending", True)):
        action = _choice(menu, directions, words, downwards is descending)
        action.triggered.connect(partial(header.sort_by, by, downwards))


def add_view_menus(menu: QMenu, header: RecordHeader) -> None:
    """Both as menus within another one, filled whenever they open."""
    for words, fill in (("&Columns", fill_columns_menu), ("&Sort By", fill_sort_menu)):
        within = menu.addMenu(words)
        within.aboutToShow.connect(partial(_fill_anew, within, header, fill))


def _fill_anew(
    menu: QMenu, header: RecordHeader, fill: Callable[[QMenu, RecordHeader], None]
) -> None:
    menu.clear()
    fill(menu, header)


def _add_sorts(menu: QMenu, header: RecordHeader, column: str) -> None:
    if header.columns.spec(column).sort is None:
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
