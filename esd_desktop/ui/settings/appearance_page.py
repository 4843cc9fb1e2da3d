"""Light, dark, or as the system has it; on this computer only."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.settings import folders, save_setting
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import Scheme, Theme
from esd_desktop.ui.settings.page import SettingsPage

_EXPLANATION = "How the program looks on this computer. It changes at once."
SCHEMES = (
    (Scheme.SYSTEM, "Like the system"),
    (Scheme.LIGHT, "Light"),
    (Scheme.DARK, "Dark"),
)


class AppearancePage(SettingsPage):
    """One choice, which is kept at once."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Appearance", _EXPLANATION)
        self._group = QButtonGroup(self)
        self._choices: dict[Scheme, QRadioButton] = {}
        for scheme, words in SCHEMES:
            choice = QRadioButton(words)
            choice.clicked.connect(lambda _=False, scheme=scheme: self._choose(scheme))
            self._choices[scheme] = choice
            self._group.addButton(choice)
            self.body.addWidget(choice)
        desk.theme.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self._choices[self.desk.theme.scheme].setChecked(True)

    def _choose(self, scheme: Scheme) -> None:
        self.answer.hide()
        try:
            choose_scheme(self.desk.theme, scheme)
        except EsdError as fault:
            self.tell_fault(fault)


def choose_scheme(theme: Theme, scheme: Scheme) -> None:
    """Dress the program, and keep the choice for the next start. Raises EsdError where it cannot be
    kept; it holds until then all the same."""
    theme.set_scheme(scheme)
    save_setting(folders(), "theme", scheme.value)
