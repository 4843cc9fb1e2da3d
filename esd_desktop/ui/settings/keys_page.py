"""Whether people on this store may show and copy licence keys, and the key that these are encrypted
with."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget
from shiboken6 import isValid

from esd_desktop.errors import EsdError
from esd_desktop.models.rights import Right
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.rotate_data_key import data_key_status, rotate_data_key
from esd_desktop.services.shared_settings import KEYS_REVEAL, change_settings, setting_texts
from esd_desktop.ui.ask import Question, ask
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.settings.form import button_row
from esd_desktop.ui.settings.page import SettingsPage
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.progress_panel import ProgressPanel
from esd_desktop.ui.widgets.wrapped import wrapped_label

_EXPLANATION = (
    "Licence keys are encrypted in the store and masked wherever they appear. Showing or copying "
    "one is written into the history first."
)
_NOTE = "All desktops on the store share this. Activation links can be sent in either case."
_ENCRYPTION = (
    "The key that they are encrypted with can be changed at any time, for instance when somebody "
    "leaves who could read it. Everybody goes on working meanwhile, and nothing has to be done on "
    "other desktops."
)
_QUESTION = Question(
    title="Change the encryption key?",
    body="Every licence key is encrypted anew; with a hundred thousand of them that takes a minute "
    "or so. It can be stopped and goes on later. Backups that were made before keep the earlier "
    "key, and can still be restored.",
    yes="Change the key",
    no="Keep the key",
)
_ROTATE = "rotate data key"


class KeysPage(SettingsPage):
    """A switch, which saves at once, and a button."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Licence keys", _EXPLANATION, Right.SETTINGS)
        self._may = QCheckBox("Allow showing and copying")
        self.offer(self._may, known=False)
        self._may.clicked.connect(self._save)
        self._status = wrapped_label()
        self._change = BusyButton("Change the Key…")
        self._change.clicked.connect(self._ask_to_change)
        self._progress = ProgressPanel("Encrypting anew", self)
        self._progress.stopped.connect(lambda: desk.tasks.cancel(_ROTATE))
        self._lay_out()
        desk.rights.guard(self._change, Right.ROTATE)
        desk.tasks.changed.connect(self._task_changed)
        desk.bus.store_changed.connect(self._store_changed)
        self._load()

    def _lay_out(self) -> None:
        note, encryption = wrapped_label(), wrapped_label()
        for label, text in ((note, _NOTE), (encryption, _ENCRYPTION)):
            write_as(label, Text.MUTED)
            label.setText(text)
        title = QLabel("Encryption")
        write_as(title, Text.SECTION)
        self.body.addWidget(self._may, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (note, title, encryption, self._status):
            self.body.addWidget(widget)
        self.body.addWidget(button_row("Encryption", self._change))
        self.body.addWidget(self._progress)

    def _load(self) -> None:
        self.desk.tasks.run("keys settings", self._read, owner=self, latest=True)

    def _store_changed(self, changes: Changes) -> None:
        if changes.settings or changes.everything:
            self._load()

    async def _read(self) -> None:
        try:
            texts = await self.desk.read(setting_texts)
        except EsdError as fault:
            self.tell_unread(fault)
            return
        self._may.setChecked(texts[KEYS_REVEAL] == "yes")
        self.offer(self._may, known=True)
        await self._read_status()

    async def _read_status(self) -> None:
        if self.desk.rights.refusal(Right.ROTATE):
            self._status.hide()
            return
        try:
            status = await self.desk.read(data_key_status)
        except EsdError as fault:
            self._status.setText(fault.sentence)
            return
        self._status.setText(status.sentence)
        self._change.setText("Finish the Change" if status.older else "Change the Key…")
        self._change.set_refusal(None if status.made_at else status.sentence)

    def _save(self, may: bool) -> None:
        async def saved() -> Outcome:
            values = {KEYS_REVEAL: "yes" if may else "no"}
            try:
                return await self.desk.do(Changes(settings=True), change_settings, values)
            finally:
                # Shown as it is kept, also where it could not be.
                if isValid(self):
                    self._load()

        self.carry_out("save keys", saved)

    def _ask_to_change(self) -> None:
        async def asked() -> None:
            if (await ask(self, _QUESTION)).yes:
                self._carry_out_change()

        self.desk.tasks.run("ask to change the key", asked, owner=self)

    def _carry_out_change(self) -> None:
        tell = partial(self._progress.begin(), "Encrypting anew")

        async def changed() -> Outcome:
            return await self.desk.do(Changes(settings=True), rotate_data_key, progress=tell)

        self.carry_out(_ROTATE, changed, words="Encrypting licence keys anew")

    def _task_changed(self, key: str) -> None:
        if key != _ROTATE or not isValid(self):
            return
        busy = self.desk.tasks.is_busy(_ROTATE)
        self._change.set_busy(busy)
        if not busy:
            self._progress.end()
