"""D4: who may approve requests to cancel, who is told of them, what the requester is told."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget
from shiboken6 import isValid

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.requests_state import FOUR_EYES, INSTRUCTIONS, NOTIFY
from esd_desktop.services.shared_settings import change_settings, setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Kind, Text, write_as
from esd_desktop.ui.settings.form import add_line, button_row, form_layout
from esd_desktop.ui.settings.page import SettingsPage
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.wrapped import wrapped_label

_EXPLANATION = (
    "A customer asks for a cancellation, and staff approve or decline it. All desktops on the "
    "store share these settings."
)
_TASK = "save requests"
_LINES = 5


class RequestsPage(SettingsPage):
    """The form and its button."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Requests to cancel", _EXPLANATION)
        self._kept: dict[str, str] = {}
        self._four_eyes = QCheckBox("Two people are needed")
        rule = wrapped_label()
        write_as(rule, Text.MUTED)
        rule.setText("Whoever asked for a cancellation may not approve it.")
        form = form_layout()
        self._notify = add_line(form, "Tell staff (optional)", placeholder="desk@example.com")
        self._instructions = QPlainTextEdit()
        self._instructions.setAccessibleName("Instructions to the requester")
        self._instructions.setTabChangesFocus(True)
        metrics = self._instructions.fontMetrics()
        self._instructions.setMinimumHeight(metrics.lineSpacing() * _LINES + 12)
        form.addRow("Instructions", self._instructions)
        self._save = BusyButton("Save", kind=Kind.PRIMARY)
        self._save.clicked.connect(self._carry_out)
        self.body.addWidget(self._four_eyes)
        self.body.addWidget(rule)
        self.body.addLayout(form)
        self.body.addWidget(button_row("Requests", self._save))
        self._enable(False)
        desk.tasks.changed.connect(self._task_changed)
        desk.tasks.run("requests settings", self._read, owner=self, latest=True)

    @property
    def unsaved(self) -> bool:
        return bool(self._kept) and self._typed() != self._kept

    async def _read(self) -> None:
        try:
            texts = await self.desk.read(setting_texts)
        except EsdError as fault:
            self.tell_unread(fault)
            return
        self._four_eyes.setChecked(texts[FOUR_EYES] == "yes")
        self._notify.setText(texts[NOTIFY])
        self._instructions.setPlainText(texts[INSTRUCTIONS])
        self._kept = self._typed()
        self._enable(True)

    def _typed(self) -> dict[str, str]:
        return {
            FOUR_EYES: "yes" if self._four_eyes.isChecked() else "no",
            NOTIFY: self._notify.text(),
            INSTRUCTIONS: self._instructions.toPlainText(),
        }

    def _carry_out(self) -> None:
        typed = self._typed()

        async def saved() -> Outcome:
            outcome = await self.desk.do(Changes(), change_settings, typed)
            if isValid(self):
                self._kept = typed
            return outcome

        self.carry_out(_TASK, saved, words="Saving the settings for requests")

    def _task_changed(self, key: str) -> None:
        if key == _TASK:
            self._save.set_busy(self.desk.tasks.is_busy(_TASK))

    def _enable(self, enabled: bool) -> None:
        for widget in (self._four_eyes, self._notify, self._instructions, self._save):
            widget.setEnabled(enabled)
