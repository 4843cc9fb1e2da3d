"""D1: the fields of one connection. What is typed stays until it could be saved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import QComboBox, QFrame, QScrollArea, QWidget

from esd_desktop.errors import NotFound
from esd_desktop.models.meanwhile import Sides
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.models.values import Secret
from esd_desktop.policy import BY_ADMINISTRATOR
from esd_desktop.services.browse import connection_list
from esd_desktop.services.edit_connection import (
    MICROSOFT_AUTHORITY,
    ConnectionForm,
    SavedConnection,
    add_connection,
    change_connection,
)
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.form_dialog import FormDialog
from esd_desktop.ui.formats import as_date
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.meanwhile import Choice
from esd_desktop.ui.settings.form import (
    add_file,
    add_line,
    form_layout,
    give_size,
    locked_by_policy,
    policy_notice,
)
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


class ConnectionDialog(FormDialog):
    """Adds a connection, or changes ``row``. ``by_policy`` are the fields that the administrator
    has set. ``saved`` is what came of it, or None."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        row: ConnectionRow | None,
        by_policy: Mapping[str, str],
    ) -> None:
        super().__init__(
            desk,
            parent,
            what="connection",
            title="Edit connection" if row else "Add a connection",
            save="Save connection",
            task=f"save connection {row.id if row else 'new'}",
        )
        self._row = row
        self._now = row
        self._by_policy = by_policy
        self.saved: SavedConnection | None = None
        self._algorithm = QComboBox()
        fields = QScrollArea()
        fields.setWidgetResizable(True)
        fields.setFrameShape(QFrame.Shape.NoFrame)
        fields.setWidget(self._fields())
        self._fill()
        locked_by_policy(self.lines, by_policy)
        self.begin(fields)
        give_size(self, *_SIZE)

    def form(self) -> ConnectionForm:
        """What is typed."""
        texts = {name: line.text() for name, line in self.lines.items()}
        passphrase = texts.pop("passphrase")
        return ConnectionForm(
            **texts,
            algorithm="RS256" if self._algorithm.currentData() == "RS256" else "PS256",
            # An empty field keeps the passphrase that is kept.
            passphrase=Secret(passphrase) if passphrase else None,
        )

    async def keep(self) -> bool:
        form = self.form()
        if self._row is None:
            self.saved = await self.desk.read(add_connection, form)
        else:
            row = self._row
            self.saved = await self.desk.read(change_connection, row.id, row.version, form)
        self.desk.bus.announce(self.saved.outcome.changes)
        return True

    async def sides(self) -> Sides:
        opened = self._row
        assert opened is not None
        rows = await self.desk.read(connection_list)
        self._now = now = next((row for row in rows if row.id == opened.id), None)
        if now is None:
            raise NotFound(f"Somebody else removed “{opened.name}” meanwhile.")
        typed = {name: line.text() for name, line in self.lines.items() if name != "passphrase"}
        typed["algorithm"] = str(self._algorithm.currentData())
        return Sides(_texts(opened), typed, _texts(now))

    def go_on(self, texts: Mapping[str, str], choice: Choice) -> None:
        self._row = self._now
        self._show(texts)
        if choice is Choice.THEIRS:
            self.lines["passphrase"].clear()

    def _fields(self) -> QWidget:
        inner = QWidget()
        form = form_layout()
        form.setContentsMargins(0, 0, SPACE_8, 0)
        inner.setLayout(form)
        if self._by_policy:
            form.addRow(policy_notice())
        for name, label, placeholder in _LINES:
            self.lines[name] = add_line(form, label, placeholder=placeholder)
            self.labels[name] = label
        for name, label in _FILES:
            self.lines[name] = add_file(form, label, partial(self.choose_file, _PEM))
            self.labels[name] = label
        self.lines["passphrase"] = add_line(form, "Passphrase of the key", secret=True)
        wanted = self._by_policy.get("thumbprint")
        thumbprint = f"{wanted.upper()}\n{BY_ADMINISTRATOR}" if wanted else _NOT_KNOWN
        if self._row is not None:
            until = as_date(self._row.certificate_expires_at)
            thumbprint = f"{self._row.thumbprint}\nValid until {until}"
        form.addRow("Certificate Thumbprint", ValueText(thumbprint, "Certificate Thumbprint"))
        for value, words in _ALGORITHMS:
            self._algorithm.addItem(words, value)
        self._algorithm.setAccessibleName("Signature")
        form.addRow("Signature", self._algorithm)
        name, label = _CA_FILE
        self.lines[name] = add_file(
            form, label, partial(self.choose_file, _PEM), placeholder=_CA_HINT
        )
        return inner

    def _fill(self) -> None:
        if self._row is None:
            self.lines["authority"].setText(MICROSOFT_AUTHORITY)
            for name in self.lines.keys() & self._by_policy.keys():
                self.lines[name].setText(self._by_policy[name])
            return
        self._show(_texts(self._row))
        if self._row.has_passphrase:
            self.lines["passphrase"].setPlaceholderText("Kept; type to replace it")

    def _show(self, texts: Mapping[str, str]) -> None:
        """All but the passphrase, which nobody reads back."""
        for name, line in self.lines.items():
            if name != "passphrase":
                line.setText(texts[name])
        self._algorithm.setCurrentIndex(self._algorithm.findData(texts["algorithm"]))


def _texts(row: ConnectionRow) -> dict[str, str]:
    names = [name for name, *_ in (*_LINES, *_FILES, _CA_FILE)]
    return {name: getattr(row, name) or "" for name in (*names, "algorithm")}
