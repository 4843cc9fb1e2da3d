"""D5: the mail server, the sender, a check that it takes mails, and the mailbox that undeliverable
ones come back to."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from esd_desktop.models.rights import Right
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.check_mail import check_mail
from esd_desktop.services.context import Services
from esd_desktop.services.read_bounces import look_for_bounces
from esd_desktop.services.shared_settings import (
    BOUNCE_PASSWORD,
    MAIL_PASSWORD,
)
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Kind, Text, write_as
from esd_desktop.ui.settings.form import add_line, button_row, form_layout
from esd_desktop.ui.settings.shared_page import SharedSettingsPage
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.wrapped import wrapped_label

Verb = Callable[[Services], Coroutine[Any, Any, Outcome]]

_EXPLANATION = (
    "Activation links are sent through this mail server. All desktops on the store share these "
    "settings; the password is kept by this computer."
)
_SECURITY = (
    ("starttls", "STARTTLS (usual, port 587)"),
    ("tls", "TLS (port 465)"),
    ("none", "None (inside your network only)"),
)
_RETURNED = (
    "Mails that cannot be delivered come back to the sender. Where its mailbox can be read (IMAP "
    "with TLS), they are found every five minutes and shown with the mail; nothing is deleted "
    "there. Leave the server empty to do without."
)
_TASK = "save mail"


class MailPage(SharedSettingsPage):
    """The form and its two buttons."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Mail", _EXPLANATION, Right.SETTINGS)
        form = form_layout()
        self._sender = add_line(form, "Sender", placeholder="licences@example.com")
        self._host = add_line(form, "Mail server", placeholder="smtp.example.com")
        self._security = QComboBox()
        self._security.setAccessibleName("Encryption")
        for value, words in _SECURITY:
            self._security.addItem(words, value)
        form.addRow("Encryption", self._security)
        self._port = add_line(form, "Port")
        self._username = add_line(form, "User name (optional)")
        self._password = add_line(form, "Password (optional)", secret=True)
        self._password.setPlaceholderText("Type to set or replace it")
        returned = form_layout()
        self._bounce_host = add_line(returned, "Mailbox server", placeholder="imap.example.com")
        self._bounce_port = add_line(returned, "Mailbox port")
        self._bounce_username = add_line(returned, "Mailbox user name")
        self._bounce_password = add_line(returned, "Mailbox password", secret=True)
        self._bounce_password.setPlaceholderText("Type to set or replace it")
        self._save = BusyButton("Save", kind=Kind.PRIMARY)
        self._check = BusyButton("Save and check")
        self._look = BusyButton("Save and look into the mailbox")
        self._save.clicked.connect(lambda: self._carry_out())
        self._check.clicked.connect(lambda: self._carry_out(check_mail))
        self._look.clicked.connect(lambda: self._carry_out(look_for_bounces))
        heading, explained = QLabel("Undeliverable mails"), wrapped_label()
        write_as(heading, Text.SECTION)
        write_as(explained, Text.MUTED)
        explained.setText(_RETURNED)
        self.body.addLayout(form)
        self.body.addWidget(heading)
        self.body.addWidget(explained)
        self.body.addLayout(returned)
        self.body.addWidget(button_row("Mail", self._save, self._check, self._look))
        self.lock(
            {
                "mail.sender": self._sender,
                "mail.host": self._host,
                "mail.security": self._security,
                "mail.port": self._port,
                "mail.username": self._username,
            }
        )
        self.offer_fields(known=False)
        desk.tasks.changed.connect(self._task_changed)
        desk.tasks.run("mail settings", self.read_settings, owner=self, latest=True)

    def show_settings(self, texts: Mapping[str, str]) -> None:
        self._sender.setText(texts["mail.sender"])
        self._host.setText(texts["mail.host"])
        self._port.setText(texts["mail.port"])
        self._username.setText(texts["mail.username"])
        self._security.setCurrentIndex(self._security.findData(texts["mail.security"]))
        self._bounce_host.setText(texts["mail.bounce_host"])
        self._bounce_port.setText(texts["mail.bounce_port"])
        self._bounce_username.setText(texts["mail.bounce_username"])

    def typed(self) -> dict[str, str]:
        """The settings by name; the password only where one was typed."""
        typed = {
            "mail.sender": self._sender.text(),
            "mail.host": self._host.text(),
            "mail.security": str(self._security.currentData()),
            "mail.port": self._port.text(),
            "mail.username": self._username.text(),
            "mail.bounce_host": self._bounce_host.text(),
            "mail.bounce_port": self._bounce_port.text(),
            "mail.bounce_username": self._bounce_username.text(),
        }
        passwords = {name: field.text() for name, field in self._passwords().items()}
        return typed | {name: text for name, text in passwords.items() if text}

    def _passwords(self) -> dict[str, QLineEdit]:
        return {MAIL_PASSWORD: self._password, BOUNCE_PASSWORD: self._bounce_password}

    def _carry_out(self, check: Verb | None = None) -> None:
        save = self.saving()

        async def saved() -> Outcome:
            outcome = await save()
            return await self.desk.do(Changes(), check) if check else outcome

        words = "Checking the mail settings" if check else "Saving the mail settings"
        self.carry_out(_TASK, saved, words=words)

    def is_kept(self, texts: Mapping[str, str]) -> None:
        for name, field in self._passwords().items():
            if field.text() == texts.get(name):
                field.clear()
        super().is_kept(
            {name: text for name, text in texts.items() if name not in self._passwords()}
        )

    def _task_changed(self, key: str) -> None:
        if key == _TASK:
            for button in (self._save, self._check, self._look):
                button.set_busy(self.desk.tasks.is_busy(_TASK))

    def offer_fields(self, *, known: bool) -> None:
        fields = (self._sender, self._host, self._security, self._port, self._username)
        returned = (self._bounce_host, self._bounce_port, self._bounce_username)
        buttons = (self._save, self._check, self._look)
        passwords = self._passwords().values()
        self.offer(*fields, *returned, *passwords, *buttons, known=known)
