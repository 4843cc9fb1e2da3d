"""D4: who may approve requests to cancel, who is told of them, what the requester is told."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from esd_desktop.models.rights import Right
from esd_desktop.services.requests_state import FOUR_EYES, INSTRUCTIONS, NOTIFY
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Kind, Text, write_as
from esd_desktop.ui.settings.form import add_line, button_row, form_layout
from esd_desktop.ui.settings.shared_page import SharedSettingsPage
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.wrapped import wrapped_label

_EXPLANATION = (
    "A customer asks for a cancellation, and staff approve or decline it. All desktops on the "
    "store share these settings."
)
_TASK = "save requests"
_LINES = 5


class RequestsPage(SharedSettingsPage):
    """The form and its button."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Requests to cancel", _EXPLANATION, Right.SETTINGS)
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
        self.offer_fields(known=False)
        desk.tasks.changed.connect(self._task_changed)
        desk.tasks.run("requests settings", self.read_settings, owner=self, latest=True)

    def show_settings(self, texts: Mapping[str, str]) -> None:
        self._four_eyes.setChecked(texts[FOUR_EYES] == "yes")
        self._notify.setText(texts[NOTIFY])
        self._instructions.setPlainText(texts[INSTRUCTIONS])

    def typed(self) -> dict[str, str]:
        return {
            FOUR_EYES: "yes" if self._four_eyes.isChecked() else "no",
            NOTIFY: self._notify.text(),
            INSTRUCTIONS: self._instructions.toPlainText(),
        }

    def _carry_out(self) -> None:
        self.carry_out(_TASK, self.saving(), words="Saving the settings for requests")

    def _task_changed(self, key: str) -> None:
        if key == _TASK:
            self._save.set_busy(self.desk.tasks.is_busy(_TASK))

    def offer_fields(self, *, known: bool) -> None:
        fields = (self._four_eyes, self._notify, self._instructions)
        self.offer(*fields, self._save, known=known)
