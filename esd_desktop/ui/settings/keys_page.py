"""Whether people on this store may show and copy licence keys."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from esd_desktop.services.changes import Changes
from esd_desktop.services.shared_settings import change_settings, setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings.form import page_layout, words

_EXPLANATION = (
    "Licence keys are encrypted in the store and masked wherever they appear. Showing or copying "
    "one is written into the history first."
)
_NAME = "keys.reveal"


class KeysPage(QWidget):
    """One switch, which saves at once."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._may = QCheckBox("Licence keys may be shown and copied", self)
        self._may.clicked.connect(self._save)
        layout = page_layout(self, _EXPLANATION)
        layout.addWidget(self._may)
        layout.addWidget(words("Activation links can still be sent to the customer.", self))
        layout.addStretch(1)
        desk.tasks.run("keys settings", self._read, owner=self, latest=True)

    async def _read(self) -> None:
        texts = await self._desk.read(setting_texts)
        self._may.setChecked(texts[_NAME] == "yes")

    def _save(self, may: bool) -> None:
        async def saved() -> None:
            values = {_NAME: "yes" if may else "no"}
            outcome = await self._desk.do(Changes(), change_settings, values)
            self._desk.messages.outcome(outcome)

        self._desk.tasks.run("save keys", saved, owner=self)
