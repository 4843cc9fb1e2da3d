"""Whether people on this store may show and copy licence keys."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget
from shiboken6 import isValid

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.shared_settings import change_settings, setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.settings.page import SettingsPage
from esd_desktop.ui.widgets.wrapped import wrapped_label

_EXPLANATION = (
    "Licence keys are encrypted in the store and masked wherever they appear. Showing or copying "
    "one is written into the history first."
)
_NOTE = "All desktops on the store share this. Activation links can be sent in either case."
_NAME = "keys.reveal"


class KeysPage(SettingsPage):
    """One switch, which saves at once."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Licence keys", _EXPLANATION)
        self._may = QCheckBox("Licence keys may be shown and copied")
        self._may.setEnabled(False)
        self._may.clicked.connect(self._save)
        note = wrapped_label()
        write_as(note, Text.MUTED)
        note.setText(_NOTE)
        self.body.addWidget(self._may)
        self.body.addWidget(note)
        self._load()

    def _load(self) -> None:
        self.desk.tasks.run("keys settings", self._read, owner=self, latest=True)

    async def _read(self) -> None:
        try:
            texts = await self.desk.read(setting_texts)
        except EsdError as fault:
            self.tell_unread(fault)
            return
        self._may.setChecked(texts[_NAME] == "yes")
        self._may.setEnabled(True)

    def _save(self, may: bool) -> None:
        async def saved() -> Outcome:
            values = {_NAME: "yes" if may else "no"}
            try:
                return await self.desk.do(Changes(settings=True), change_settings, values)
            finally:
                # Shown as it is kept, also where it could not be.
                if isValid(self):
                    self._load()

        self.carry_out("save keys", saved)
