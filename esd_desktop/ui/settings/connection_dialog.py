"""D1: the fields of one connection. What is typed stays until it could be saved."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
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
from esd_desktop.ui.ask import Question, ask, ask_file
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_date
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_16, SPACE_20
from esd_desktop.ui.messages import tone_of
from esd_desktop.ui.settings.form import add_file, add_line, form_layout, give_size
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.wrapped import ValueText

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
_FILES = (("certificate_file", "Certificate file"), ("key_file", "Key file"))
_CA_FILE = ("ca_file", "CA file (optional)")
_CA_HINT = "Only where Microsoft is reached through a certificate of your own"
_ALGORITHMS = (("PS256", "PS256 (usual)"), ("RS256", "RS256 (older tenants)"))
_NOT_KNOWN = "Known once the certificate has been read"
_SIZE = (640, 720)


class ConnectionDialog(QDialog):
    """Adds a connection, or changes ``row``. ``saved`` is what came of it, or None."""

    def __init__(self, desk: Desk, parent: QWidget, row: ConnectionRow | None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._row = row
        self._task = f"save connection {row.id if row else 'new'}"
        self.saved: SavedConnection | None = None
        self.setWindowTitle("Edit connection" if row else "Add a connection")
        self._lines: dict[str, QLineEdit] = {}
        self._labels: dict[str, str] = {}
        self._algorithm = QComboBox()
        self._notice = Notice(Tone.BAD, "")
        self._notice.hide()
        self._save = BusyButton("Save connection", kind=Kind.PRIMARY)
        self._cancel = QPushButton("Cancel")
        self._lay_out(self._form())
        self._fill()
        self._at_first = self.form()
        self._lines["name"].setFocus()
        desk.tasks.changed.connect(self._task_changed)
        give_size(self, *_SIZE)

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

    def reject(self) -> None:
        """Stop the saving, if it is under way; otherwise close, after asking where something that
        was typed would be lost."""
        if self._desk.tasks.is_busy(self._task):
            self._desk.tasks.cancel(self._task)
            self._say(Tone.WARNING, "Saving was stopped.", "")
        elif self.form() != self._at_first:
            self._desk.tasks.run("leave connection", self._asked_to_leave, owner=self)
        else:
            super().reject()

    async def _asked_to_leave(self) -> None:
        question = Question(
            title="Close without saving?",
            body="What you typed about this connection has not been saved.",
            yes="Close without saving",
            no="Go on editing",
            dangerous=True,
        )
        if (await ask(self, question)).yes:
            super().reject()

    def _form(self) -> QWidget:
        inner = QWidget()
        form = form_layout()
        form.setContentsMargins(0, 0, SPACE_8, 0)
        inner.setLayout(form)
        for name, label, placeholder in _LINES:
            self._lines[name] = add_line(form, label, placeholder=placeholder)
            self._labels[name] = label
        for name, label in _FILES:
            self._lines[name] = add_file(form, label, self._choose)
            self._labels[name] = label
        self._lines["passphrase"] = add_line(form, "Passphrase of the key", secret=True)
        thumbprint = _NOT_KNOWN
        if self._row is not None:
            until = as_date(self._row.certificate_expires_at)
            thumbprint = f"{self._row.thumbprint}\nValid until {until}"
        form.addRow("Certificate Thumbprint", ValueText(thumbprint, "Certificate Thumbprint"))
        for value, words in _ALGORITHMS:
            self._algorithm.addItem(words, value)
        self._algorithm.setAccessibleName("Signature")
        form.addRow("Signature", self._algorithm)
        name, label = _CA_FILE
        self._lines[name] = add_file(form, label, self._choose, placeholder=_CA_HINT)
        return inner

    def _lay_out(self, form: QWidget) -> None:
        heading = QLabel(self.windowTitle())
        write_as(heading, Text.HEADING)
        make_kind(self._cancel, Kind.PLAIN)
        self._cancel.setAutoDefault(False)
        self._save.setDefault(True)
        self._cancel.clicked.connect(self.reject)
        self._save.clicked.connect(self._begin_to_save)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(form)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        column.setSpacing(SPACE_16)
        column.addWidget(heading)
        column.addWidget(scroll, 1)
        column.addWidget(self._notice)
        column.addLayout(buttons)

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

    def _begin_to_save(self) -> None:
        self._notice.hide()
        self._desk.tasks.run(self._task, self._write, owner=self)

    async def _write(self) -> None:
        """Save and close; what cannot be saved is said here, beside what was typed."""
        try:
            self.saved = await self._kept(self.form())
        except EsdError as fault:
            self._say(tone_of(fault), fault.sentence, fault.advice)
            self._go_to_field(fault.sentence)
            return
        self._desk.bus.announce(self.saved.outcome.changes)
        self.accept()

    async def _kept(self, form: ConnectionForm) -> SavedConnection:
        if self._row is None:
            return await self._desk.read(add_connection, form)
        return await self._desk.read(change_connection, self._row.id, self._row.version, form)

    def _go_to_field(self, sentence: str) -> None:
        """The keyboard goes to the field that the sentence names."""
        said = sentence.casefold()
        for name, label in self._labels.items():
            if label.partition(" (")[0].casefold() in said:
                self._lines[name].setFocus()
                self._lines[name].selectAll()
                return

    def _say(self, tone: Tone, sentence: str, advice: str) -> None:
        self._notice.tell(tone, sentence, advice)
        self._notice.show()

    def _task_changed(self, key: str) -> None:
        if key == self._task:
            self._save.set_busy(self._desk.tasks.is_busy(key))
