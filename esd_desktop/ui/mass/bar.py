"""The line below a list of assets: how many are shown and selected, and what can be done to many of
them at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from esd_desktop.models.mass_rows import MassKind
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.lists.counts_line import CountsLine
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.mass.begin import start_mass
from esd_desktop.ui.mass.menu import fill_list_menu
from esd_desktop.ui.mass.target import MassTarget
from esd_desktop.ui.mass.wording import ACTIONS
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar


class MassBar(QWidget):
    """The buttons for the selection are there while more than one row is selected; the one for all
    of the list whenever it has a row, so that the line keeps its height."""

    def __init__(
        self, desk: Desk, target: MassTarget, counts: CountsLine, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._target = target
        self._tools = FlowToolbar("Many assets at once", fill=False)
        self.buttons = {kind: self._button(kind) for kind in MassKind}
        self.everything = BusyButton("All of List")
        self._menu = QMenu(self.everything)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.everything.setMenu(self._menu)
        self._tools.add(self.everything)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(counts, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._tools)
        target.changed.connect(self._follow)
        self._follow()

    def _button(self, kind: MassKind) -> BusyButton:
        action = ACTIONS[kind]
        button = BusyButton(f"{action.text}…", icon=icon(action.icon, before_words=True))
        self._desk.rights.guard(button, *action.needs)
        button.clicked.connect(
            lambda: start_mass(self._desk, kind, self, self._target, of_list=False)
        )
        self._tools.add(button)
        return button

    def _follow(self) -> None:
        selected, found = self._target.selected, self._target.found
        for kind, button in self.buttons.items():
            button.setVisible(self._target.has_several)
            button.setAccessibleName(f"{ACTIONS[kind].text} of {as_count(selected)} assets")
        self.everything.setVisible(found > 0)
        self.everything.setText(f"All {as_count(found)}")
        self.everything.setAccessibleName(f"All {as_count(found)} of this list")
        self.everything.set_tip(f"Do something to all {as_count(found)} that this list shows")

    def _fill_menu(self) -> None:
        fill_list_menu(self._desk, self._menu, self, self._target)
