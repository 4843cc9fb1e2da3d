"""Help: what this program is, and the keys that work it."""

from __future__ import annotations

import platform

from PySide6 import __version__ as qt_version
from PySide6.QtWidgets import QWidget

from esd_desktop import __version__
from esd_desktop.ui.ask import answered
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.widgets.dialog import Dialog
from esd_desktop.ui.widgets.facts import Fact, FactGroup, FactList

_KEYS = (
    ("Find an asset", "Ctrl+F"),
    ("Find an account", "Ctrl+Shift+F"),
    ("All, active, cancelled assets", "Ctrl+1, 2, 3"),
    ("All accounts", "Ctrl+0"),
    ("Read the list again", "F5, Ctrl+R"),
    ("Update the selected licence's status", "Ctrl+U, double-click"),
    ("Go to the details", "Enter"),
    ("Delete the record, after asking", "Del"),
    ("What can be done with the asset", "Shift+F10, right-click"),
    ("Next pane, previous pane", "F6, Shift+F6"),
    ("Details pane, activity", "Ctrl+D, Ctrl+Shift+A"),
    ("Clear a search", "Esc"),
)


def show_about(desk: Desk, parent: QWidget) -> None:
    """The About box."""
    facts = (
        ("Version", __version__),
        ("Python", platform.python_version()),
        ("Qt (used under the LGPL)", qt_version),
    )
    _show(desk, parent, "About ESD Desktop", "Staff manage Microsoft ESD licences with it.", facts)


def show_keys(desk: Desk, parent: QWidget) -> None:
    """The list of keys."""
    _show(desk, parent, "Keys", "", _KEYS)


def _show(
    desk: Desk, parent: QWidget, title: str, body: str, facts: tuple[tuple[str, str], ...]
) -> None:
    async def shown() -> None:
        dialog = Dialog(title, body, parent)
        list_of_facts = FactList(title)
        list_of_facts.show_groups([FactGroup("", [Fact(*fact) for fact in facts])])
        dialog.body.addWidget(list_of_facts)
        dialog.add_button("Close", None, default=True, escape=True)
        await answered(dialog)

    desk.tasks.run(f"help {title}", shown, owner=parent)
