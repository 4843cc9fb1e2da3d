"""The entries of mass work in a menu: for the selected rows, and for all of the list."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from esd_desktop.models.mass_rows import MassKind
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.mass.begin import start_mass
from esd_desktop.ui.mass.target import MassTarget
from esd_desktop.ui.mass.wording import ACTIONS


def selection_text(kind: MassKind, count: int) -> str:
    """What the entry for so many selected rows is called."""
    return f"{ACTIONS[kind].text} of {as_count(count)} Assets…"


def list_text(count: int) -> str:
    """What the menu about all of a list is called."""
    return f"All {as_count(count)} of This List"


def selection_entries(
    desk: Desk, parent: QWidget, target: MassTarget, owner: QObject
) -> list[QAction]:
    """The entries for the rows that are selected, which belong to ``owner``."""
    made = []
    for kind in MassKind:
        entry = QAction(selection_text(kind, target.selected), owner)
        _fill(desk, entry, kind, parent, target, of_list=False)
        made.append(entry)
    return made


def fill_list_menu(desk: Desk, menu: QMenu, parent: QWidget, target: MassTarget) -> None:
    """Fill a menu that is about all of the list."""
    menu.clear()
    menu.setToolTipsVisible(True)
    for kind in MassKind:
        entry = menu.addAction(f"{ACTIONS[kind].text}…")
        _fill(desk, entry, kind, parent, target, of_list=True)


def list_menu(desk: Desk, menu: QMenu, parent: QWidget, target: MassTarget) -> QMenu:
    """A menu within a menu, about all of the list."""
    below = QMenu(list_text(target.found), menu)
    fill_list_menu(desk, below, parent, target)
    return below


def _fill(
    desk: Desk,
    entry: QAction,
    kind: MassKind,
    parent: QWidget,
    target: MassTarget,
    *,
    of_list: bool,
) -> None:
    action = ACTIONS[kind]
    entry.setIcon(icon(action.icon))
    entry.setObjectName(action.name)
    refusal = desk.rights.refusal(*action.needs)
    entry.setEnabled(refusal is None)
    hint = "You see what it comes to, and are asked, before it begins."
    entry.setToolTip(refusal or hint)
    entry.setStatusTip(refusal or hint)
    entry.triggered.connect(lambda: start_mass(desk, kind, parent, target, of_list=of_list))
