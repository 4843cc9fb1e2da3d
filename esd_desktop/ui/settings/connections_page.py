"""D1: the connections to Microsoft: listed, added, edited, checked, removed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Concatenate

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.policy import in_force
from esd_desktop.services.browse import connection_list
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.check_connection import check_connection
from esd_desktop.services.context import Services
from esd_desktop.services.edit_connection import remove_connection
from esd_desktop.services.refresh_catalogue import CatalogueRead, refresh_catalogue
from esd_desktop.ui.ask import Question, ask, opened
from esd_desktop.ui.catalogue.wording import links as catalogue_links
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.look.theme import SPACE_16
from esd_desktop.ui.messages import Action
from esd_desktop.ui.settings.connection_dialog import ConnectionDialog
from esd_desktop.ui.settings.connection_list import ConnectionList
from esd_desktop.ui.settings.form import button_row
from esd_desktop.ui.settings.page import SettingsPage
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.notice import Button

_EXPLANATION = (
    "A connection is one “System” at Microsoft: your tenant, client id and certificate, "
    "for one country and language. Several may exist."
)
_NONE_YET = (
    "You need your tenant, client id, channel id, and the certificate with its key that Microsoft "
    "knows you by."
)

Verb = Callable[Concatenate[Services, int, ...], Coroutine[Any, Any, Outcome]]


class ConnectionsPage(SettingsPage):
    """The list and its buttons."""

    fills = True

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Connections", _EXPLANATION, Right.CONNECTIONS)
        self._empty = EmptyState("connection", "", "")
        self._list = ConnectionList()
        self._list.itemDoubleClicked.connect(self._edit)
        self._list.currentRowChanged.connect(lambda _: self._show_busy())
        self._add = BusyButton("Add…")
        self._change = BusyButton("Edit…")
        self._check = BusyButton("Check", kind=Kind.PRIMARY)
        self._catalogue = BusyButton("Read catalogue")
        self._remove = BusyButton("Remove…", kind=Kind.DANGER)
        self._add.clicked.connect(lambda: self._open(None))
        self._change.clicked.connect(self._edit)
        self._check.clicked.connect(self._try)
        self._catalogue.clicked.connect(self._read_catalogue)
        self._remove.clicked.connect(self._ask_to_remove)
        self.offer(self._add, self._change, self._remove, known=True)
        desk.rights.guard(self._catalogue, Right.CATALOGUE)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._listed())
        self.body.addWidget(self._pages, 1)
        desk.bus.store_changed.connect(self._store_changed)
        desk.tasks.changed.connect(self._task_changed)
        self._load()

    def _listed(self) -> QWidget:
        panel = QWidget()
        buttons = (self._check, self._catalogue, self._change, self._add, self._remove)
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_16)
        column.addWidget(self._list, 1)
        column.addWidget(button_row("Connection", *buttons))
        return panel

    def _store_changed(self, changes: Changes) -> None:
        if changes.connections or changes.everything:
            self._load()

    def _task_changed(self, key: str) -> None:
        if key.startswith("connection:"):
            self._show_busy()

    def _load(self) -> None:
        self.desk.tasks.run("connections", self._read, owner=self, latest=True)

    async def _read(self) -> None:
        try:
            rows = await self.desk.read(connection_list)
        except EsdError as fault:
            self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._load)
            self._pages.setCurrentIndex(0)
            return
        self._list.show_rows(rows)
        add = None if self.refusal else ("Add a connection…", partial(self._open, None))
        self._empty.tell("connection", "No connection yet", _NONE_YET, add)
        self._pages.setCurrentIndex(1 if rows else 0)
        self._show_busy()

    def _show_busy(self) -> None:
        row = self._list.chosen
        for button, kind in ((self._check, "check"), (self._catalogue, "catalogue")):
            button.set_busy(row is not None and self.desk.tasks.is_busy(_key(kind, row)))

    def _edit(self) -> None:
        row = self._list.chosen
        if row is not None and self.refusal is None:
            self._open(row)

    def _open(self, row: ConnectionRow | None) -> None:
        self.desk.tasks.run("edit connection", partial(self._edited, row), owner=self)

    async def _edited(self, row: ConnectionRow | None) -> None:
        dialog = ConnectionDialog(self.desk, self, row, self._by_policy(row))
        await opened(dialog)
        await self._read()
        if dialog.saved is not None:
            self._list.choose(dialog.saved.id)
            self.tell(dialog.saved.outcome, [("Check it now", self._try)])

    def _by_policy(self, row: ConnectionRow | None) -> dict[str, str]:
        """What the administrator has set of a connection; of a new one, unless the one that the
        policy names is there already."""
        if row is not None:
            return in_force().connection_called(row.name)
        preset = in_force().connection_called(None)
        return {} if self._list.has(preset.get("name")) else preset

    def _try(self) -> None:
        self._call("check", check_connection, "Checking")

    def _read_catalogue(self) -> None:
        self._call("catalogue", refresh_catalogue, "Reading the catalogue of")

    def tell(
        self, outcome: Outcome, buttons: Sequence[Button] = (), links: tuple[Action, ...] = ()
    ) -> None:
        if isinstance(outcome, CatalogueRead):
            links = catalogue_links(self.desk, next(iter(outcome.changes.connections)))
        super().tell(outcome, buttons, links)

    def _call(self, kind: str, verb: Verb, doing: str) -> None:
        row = self._list.chosen
        if row is not None:
            work = partial(self.desk.do, Changes(), verb, row.id)
            self.carry_out(_key(kind, row), work, words=f"{doing} “{row.name}”")

    def _ask_to_remove(self) -> None:
        row = self._list.chosen
        if row is not None:
            key = "ask to remove connection"
            self.desk.tasks.run(key, partial(self._asked, row), owner=self)

    async def _asked(self, row: ConnectionRow) -> None:
        question = Question(
            title="Remove this connection?",
            body=f"“{row.name}” is removed from the store. Its certificate files stay.",
            yes="Remove connection",
            no="Keep connection",
            dangerous=True,
        )
        if (await ask(self, question)).yes:
            touching = Changes(connections=frozenset({row.id}))
            work = partial(self.desk.do, touching, remove_connection, row.id)
            self.carry_out(_key("remove", row), work)


def _key(kind: str, row: ConnectionRow) -> str:
    return f"connection:{row.id}:{kind}"
