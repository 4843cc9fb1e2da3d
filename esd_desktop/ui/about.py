"""Help: what this program is, and the keys that work it."""

from __future__ import annotations

import platform
from collections.abc import Sequence

from PySide6 import __version__ as qt_version
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from esd_desktop import __version__
from esd_desktop.settings import folders
from esd_desktop.ui.ask import answered
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.widgets.dialog import Dialog
from esd_desktop.ui.widgets.facts import Fact, FactGroup, FactList

_SHARE_OF_SCREEN = 0.6
_LICENCES = "Licences…"

# What no menu shows.
_KEYS_OF_LISTS = FactGroup(
    "In a list of assets",
    (
        Fact("Update the licence's status", "Double-click"),
        Fact("Go to the details", "Enter"),
        Fact("What can be done with the asset", "Shift+F10, or a right-click"),
        Fact("Clear a search", "Esc"),
    ),
)


def show_about(desk: Desk, parent: QWidget) -> None:
    """The About box."""
    standing = desk.rights.standing
    from esd_desktop.services.look_for_update import known_update

    release = known_update()
    facts = (
        *([Fact("You are", f"{standing.words}.")] if standing else []),
        Fact("Version", __version__),
        *([Fact("Newer version", f"{release.version}: {release.notes}")] if release else []),
        Fact("Python", platform.python_version()),
        Fact("Qt (used under the LGPL)", qt_version),
        Fact("Log folder", str(folders().logs)),
    )
    sentence = "The back office for Microsoft ESD licences."
    _show(desk, parent, "About ESD Desktop", sentence, [FactGroup("", facts)], licences=True)


def show_keys(desk: Desk, parent: QWidget, of_menus: Sequence[FactGroup]) -> None:
    """The list of keys: those of the menus, and what works in a list besides."""
    _show(desk, parent, "Keyboard shortcuts", "", [*of_menus, _KEYS_OF_LISTS])


def _show(
    desk: Desk,
    parent: QWidget,
    title: str,
    sentence: str,
    groups: Sequence[FactGroup],
    *,
    licences: bool = False,
) -> None:
    async def shown() -> None:
        dialog = Dialog(title, sentence, parent)
        facts = FactList(title)
        facts.show_groups(groups)
        dialog.body.addWidget(_scrolled(facts))
        if licences:
            dialog.add_button(_LICENCES, _LICENCES)
        dialog.add_button("Close", None, default=True, escape=True)
        if await answered(dialog) == _LICENCES:
            from esd_desktop.ui.licences import show_licences

            await show_licences(parent)

    desk.tasks.run(f"help {title}", shown, owner=parent)


def _scrolled(facts: FactList) -> QScrollArea:
    """As high as the facts are, but never higher than a screen has room for."""
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(facts)
    room = round(facts.screen().availableSize().height() * _SHARE_OF_SCREEN)
    scroll.setFixedHeight(min(facts.sizeHint().height(), room))
    return scroll
