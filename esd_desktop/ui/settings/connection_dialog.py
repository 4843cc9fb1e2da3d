"""D1: the fields of one connection. What is typed stays until it could be saved."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.errors import EsdError
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.models.values import Secret
from esd_desktop.services.edit_connection import (
    MICROSOFT_AUTHORITY,
    ConnectionForm,
    SavedConnection,
    add_connection,
    change_connection,
)
from esd_desktop.ui.ask import ask_file
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.theme import SPACE_16
from esd_desktop.ui.settings.form import add_file, add_line, form_layout
from esd_desktop.ui.widgets.notice import Notice

_PEM = "PEM files (*.pem *.crt *.cer *.key);;All files (*)"
_LINES = (
    ("name", "System Name", "How you call it, such as Microsoft ESD (GB)"),
    ("resource_api", "Resource API", "https://api.example.com/"),
    ("service_url", "Service URL", "https://…"),
    ("tenant", "Azure Active Directory Tenant", "contoso.onmicrosoft.com"),
    ("channel_id", "Channel ID (Bill To Account ID)", ""),
    ("client_id", "Client ID", "The application's id, a GUID"),
    ("country", "Country", "Two letters, such as GB"),
    ("language", "Language", "Such as en-GB"),
    ("authority", "Authority", MICROSOFT_AUTHORITY),
)
_FILES = (
    ("certificate_file", "Certificate file"),
    ("key_file", "Key file"),
    ("ca_file", "Extra CA file (optional)"),
)
_ALGORITHMS = (("PS256", "PS256 (usual)"), ("RS256", "RS256 (older tenants)"))
_SIZE = (620, 620)


class ConnectionDialog(QDialog):
    """Adds a connection, or changes ``row``."""

    def __init__(self, desk: Desk, parent: QWidget, row: ConnectionRow | None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._row = row
        self.setWindowTitle("Edit connection" if row else "Add a connection")
        self.resize(*_SIZE)
        self._lines: dict[str, QLineEdit] = {}
        self._algorithm = QComboBox(self)
        self._notice = Notice(Tone.BAD, "", parent=self)
        self._notice.hide()
        self._lay_out()
        self._fill()

    def form(self) -> ConnectionForm:
        """What is typed."""
        texts = {name: line.text() for name, line in self._lines.items()}
        passphrase = texts.pop("passphrase")
        return ConnectionForm(
            **texts,
            algorithm="RS256" if self._algorithm.currentData() == "RS256" else "PS256",
            # An empty field keeps the passphrase that is kept.
            passphrase=Secret(passphrase) if passphrase else None,
        )

    def _lay_out(self) -> None:
        inner = QWidget(self)
        form = form_layout()
        inner.setLayout(form)
        for name, label, placeholder in _LINES:
            self._lines[name] = add_line(form, label, inner, placeholder=placeholder)
        for name, label in _FILES:
            self._lines[name] = add_file(form, label, inner, self._choose)
        self._lines["passphrase"] = add_line(form, "Passphrase of the key", inner, secret=True)
        for value, words in _ALGORITHMS:
            self._algorithm.addItem(words, value)
        self._algorithm.setAccessibleName("Signature")
        form.addRow("Signature", self._algorithm)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inner)
        buttons = QDialogButtonBox(self)
        save = buttons.addButton("Save connection", QDialogButtonBox.ButtonRole.AcceptRole)
        save.setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        layout.setSpacing(SPACE_16)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._notice)
        layout.addWidget(buttons)

    def _fill(self) -> None:
        if self._row is None:
            self._lines["authority"].setText(MICROSOFT_AUTHORITY)
            return
        for name, line in self._lines.items():
            if name != "passphrase":
                line.setText(getattr(self._row, name) or "")
        if self._row.has_passphrase:
            self._lines["passphrase"].setPlaceholderText("Kept; type to replace it")
        self._algorithm.setCurrentIndex(self._algorithm.findData(self._row.algorithm))

    def _choose(self, line: QLineEdit) -> None:
        async def chosen() -> None:
            path = await ask_file(self, "Choose a file", _PEM)
            if path is not None:
                line.setText(str(path))

        self._desk.tasks.run("choose file", chosen, owner=self)

    def _save(self) -> None:
        self._desk.tasks.run("save connection", self._saved, owner=self)

    async def _saved(self) -> None:
        """Save and close; what cannot be saved is said here, beside what was typed."""
        try:
            saved = await self._kept(self.form())
        except EsdError as fault:
            self._notice.tell(Tone.BAD, fault.sentence, fault.advice)
            self._notice.show()
            return
        self._desk.bus.announce(saved.outcome.changes)
        self._desk.messages.outcome(saved.outcome)
        self.accept()

    async def _kept(self, form: ConnectionForm) -> SavedConnection:
        if self._row is None:
            return await self._desk.read(add_connection, form)
        return await self._desk.read(change_connection, self._row.id, self._row.version, form)
