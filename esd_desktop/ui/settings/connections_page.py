"""D1: the connections to Microsoft: listed, added, edited, checked, removed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QWidget

from esd_desktop.models.rows import ConnectionRow
from esd_desktop.services.browse import connection_list
from esd_desktop.services.changes import Changes
from esd_desktop.services.check_connection import check_connection
from esd_desktop.services.edit_connection import remove_connection
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from esd_desktop.ui.ask import Question, ask, opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_date
from esd_desktop.ui.settings.connection_dialog import ConnectionDialog
from esd_desktop.ui.settings.form import button_row, page_layout

_EXPLANATION = (
    "A connection is one “System” at Microsoft: your tenant, client id and certificate, "
    "for one country and language. Several may exist."
)


class ConnectionsPage(QWidget):
    """The list and its buttons."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows: list[ConnectionRow] = []
        self._list = QListWidget(self)
        self._list.setAccessibleName("Connections")
        self._list.setAlternatingRowColors(False)
        self._list.setWordWrap(True)
        self._list.itemDoubleClicked.connect(lambda _: self._edit())
        self._list.currentRowChanged.connect(lambda _: self._enable())
        self._add = QPushButton("Add…", self)
        self._change = QPushButton("Edit…", self)
        self._check = QPushButton("Check", self)
        self._catalogue = QPushButton("Read catalogue", self)
        self._remove = QPushButton("Remove…", self)
        self._add.clicked.connect(lambda: self._open(None))
        self._change.clicked.connect(self._edit)
        self._check.clicked.connect(self._try)
        self._catalogue.clicked.connect(self._read_catalogue)
        self._remove.clicked.connect(self._take_away)
        layout = page_layout(self, _EXPLANATION)
        layout.addWidget(self._list, 1)
        layout.addLayout(
            button_row(self._add, self._change, self._check, self._catalogue, self._remove)
        )
        desk.bus.store_changed.connect(self._store_changed)
        self._load()

    def _store_changed(self, changes: Changes) -> None:
        if changes.connections or changes.everything:
            self._load()

    def _load(self) -> None:
        self._desk.tasks.run("connections", self._read, owner=self, latest=True)

    async def _read(self) -> None:
        self._rows = await self._desk.read(connection_list)
        chosen = self._list.currentRow()
        self._list.clear()
        for row in self._rows:
            item = QListWidgetItem(_in_words(row), self._list)
            item.setData(Qt.ItemDataRole.ToolTipRole, f"Certificate thumbprint {row.thumbprint}")
        self._list.setCurrentRow(min(max(chosen, 0), len(self._rows) - 1))
        self._enable()

    def _enable(self) -> None:
        chosen = self._chosen() is not None
        for button in (self._change, self._check, self._catalogue, self._remove):
            button.setEnabled(chosen)

    def _chosen(self) -> ConnectionRow | None:
        place = self._list.currentRow()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def _edit(self) -> None:
        row = self._chosen()
        if row is not None:
            self._open(row)

    def _open(self, row: ConnectionRow | None) -> None:
        async def edited() -> None:
            await opened(ConnectionDialog(self._desk, self, row))

        self._desk.tasks.run("edit connection", edited, owner=self)

    def _try(self) -> None:
        row = self._chosen()
        if row is None:
            return

        async def tried() -> None:
            outcome = await self._desk.do(Changes(), check_connection, row.id)
            self._desk.messages.outcome(outcome)

        words = f"Checking “{row.name}”"
        self._desk.tasks.run(f"connection:{row.id}", tried, owner=self, words=words)

    def _read_catalogue(self) -> None:
        row = self._chosen()
        if row is None:
            return

        async def refreshed() -> None:
            outcome = await self._desk.do(Changes(), refresh_catalogue, row.id)
            self._desk.messages.outcome(outcome)

        words = f"Reading the catalogue of “{row.name}”"
        self._desk.tasks.run(f"connection:{row.id}", refreshed, owner=self, words=words)

    def _take_away(self) -> None:
        row = self._chosen()
        if row is None:
            return

        async def removed() -> None:
            question = Question(
                title="Remove this connection?",
                body=f"“{row.name}” is removed from the store. Its certificate files stay.",
                yes="Remove connection",
                no="Keep connection",
                dangerous=True,
            )
            if (await ask(self, question)).yes:
                touching = Changes(connections=frozenset({row.id}))
                outcome = await self._desk.do(touching, remove_connection, row.id)
                self._desk.messages.outcome(outcome)

        self._desk.tasks.run(f"connection:{row.id}", removed, owner=self)


def _in_words(row: ConnectionRow) -> str:
    return (
        f"{row.name}\n{row.country}, {row.language} · channel {row.channel_id} · "
        f"certificate until {as_date(row.certificate_expires_at)}"
    )
