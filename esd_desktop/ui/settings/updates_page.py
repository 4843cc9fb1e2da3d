"""Whether this program looks for newer versions; on this computer only."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.services.look_for_update import why_not_asked
from esd_desktop.settings import folders, load_settings, save_setting
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings.page import SettingsPage
from esd_desktop.ui.widgets.wrapped import wrapped_label

_EXPLANATION = (
    "Once a day the program asks whether there is a newer version, and says so in the status bar. "
    "It sends nothing about you, and downloads nothing."
)
_WORDS = "Look for newer versions"


class UpdatesPage(SettingsPage):
    """One choice, which is kept at once."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Updates", _EXPLANATION)
        self._choice = QCheckBox(_WORDS)
        self._state = wrapped_label()
        self.body.addWidget(self._choice)
        self.body.addWidget(self._state)
        self.lock({"update_notice": self._choice})
        self.offer(self._choice, known=True)
        self._show()
        self._choice.clicked.connect(self._choose)

    def _show(self) -> None:
        try:
            settings, why_not = load_settings(folders()), why_not_asked()
        except EsdError as fault:
            self.tell_unread(fault)
            return
        self._choice.setChecked(settings.update_notice == "on")
        self._state.setText(why_not or f"It asks {settings.update_feed}.")

    def _choose(self, wanted: bool) -> None:
        self.answer.hide()
        try:
            save_setting(folders(), "update_notice", "on" if wanted else "off")
        except EsdError as fault:
            self.tell_fault(fault)
        self._show()
