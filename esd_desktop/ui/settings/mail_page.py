"""D5: the mail server, the sender, and a check that it takes mails."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from esd_desktop.services.changes import Changes
from esd_desktop.services.check_mail import check_mail
from esd_desktop.services.shared_settings import MAIL_PASSWORD, change_settings, setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings.form import add_line, button_row, form_layout, page_layout

_EXPLANATION = (
    "Activation links are sent through this mail server. All desktops on the store share these "
    "settings; the password is kept by this computer."
)
_SECURITY = (
    ("starttls", "STARTTLS (usual, port 587)"),
    ("tls", "TLS (port 465)"),
    ("none", "None (inside your network only)"),
)


class MailPage(QWidget):
    """The form and its two buttons."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        layout = page_layout(self, _EXPLANATION)
        form = form_layout()
        self._lines = {
            "mail.sender": add_line(form, "Sender", self, placeholder="licences@example.com"),
            "mail.host": add_line(form, "Mail server", self, placeholder="smtp.example.com"),
            "mail.port": add_line(form, "Port", self),
            "mail.username": add_line(form, "User name (optional)", self),
            MAIL_PASSWORD: add_line(form, "Password", self, secret=True),
        }
        self._lines[MAIL_PASSWORD].setPlaceholderText("Type to set or replace it")
        self._security = QComboBox(self)
        self._security.setAccessibleName("Encryption")
        for value, words in _SECURITY:
            self._security.addItem(words, value)
        form.insertRow(3, "Encryption", self._security)
        layout.addLayout(form)
        save, check = QPushButton("Save", self), QPushButton("Save and check", self)
        save.clicked.connect(lambda: self._save(check=False))
        check.clicked.connect(lambda: self._save(check=True))
        layout.addLayout(button_row(save, check))
        layout.addStretch(1)
        desk.tasks.run("mail settings", self._read, owner=self, latest=True)

    async def _read(self) -> None:
        texts = await self._desk.read(setting_texts)
        for name, line in self._lines.items():
            line.setText(texts.get(name, ""))
        self._security.setCurrentIndex(self._security.findData(texts["mail.security"]))

    def _save(self, *, check: bool) -> None:
        async def saved() -> None:
            texts = {name: line.text() for name, line in self._lines.items()}
            if not texts[MAIL_PASSWORD]:
                del texts[MAIL_PASSWORD]
            texts["mail.security"] = self._security.currentData()
            outcome = await self._desk.do(Changes(), change_settings, texts)
            if check:
                outcome = await self._desk.do(Changes(), check_mail)
            self._desk.messages.outcome(outcome)

        words = "Checking the mail server" if check else ""
        self._desk.tasks.run("save mail", saved, owner=self, words=words)
