"""The portal: where people find it, and the organisations whose people sign in by their own sign-in
(OpenID Connect)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import QLabel, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.portal_rows import ProviderRow
from esd_desktop.models.rights import Right
from esd_desktop.services.changes import Changes
from esd_desktop.services.edit_portal_providers import (
    portal_provider_list,
    remove_portal_provider,
)
from esd_desktop.services.shared_settings import PORTAL_URL, setting_texts
from esd_desktop.ui.ask import Question, ask, opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Kind, Text, write_as
from esd_desktop.ui.look.theme import theme
from esd_desktop.ui.settings.form import add_line, button_row, form_layout
from esd_desktop.ui.settings.provider_dialog import ProviderDialog
from esd_desktop.ui.settings.provider_list import ProviderList
from esd_desktop.ui.settings.shared_page import SharedSettingsPage
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.wrapped import wrapped_label

_EXPLANATION = (
    "Customers and resellers see their licences at the portal, which “esd portal” serves. Who may "
    "sign in for an account is in its Portal tab."
)
_ORGANISATIONS = (
    "People of these domains sign in by their organisation’s own sign-in (OpenID Connect), and get "
    "no link by mail. Client secrets are kept in this computer’s vault, so add an organisation on "
    "the computer that runs the portal."
)
_SELECT = "Select an organisation first."
_SAVE, _CHANGE = "save portal address", "change provider"
_TOUCHED = Changes(settings=True)
_LINES = 4


class PortalPage(SharedSettingsPage):
    """The address with its button, and the list with its buttons; a double-click edits."""

    fills = True

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Portal", _EXPLANATION, Right.SETTINGS)
        form = form_layout()
        self._url = add_line(form, "Address", placeholder="https://portal.example.com")
        self._save = BusyButton("Save address", kind=Kind.PRIMARY)
        self._list = ProviderList()
        self._add = BusyButton("Add…")
        self._change = BusyButton("Edit…")
        self._remove = BusyButton("Remove…", kind=Kind.DANGER)
        self.body.addLayout(form)
        self.body.addWidget(button_row("Address", self._save))
        self._lay_out_organisations()
        self._follow()
        self._load()

    def _lay_out_organisations(self) -> None:
        heading, words = QLabel("Organisations"), wrapped_label()
        write_as(heading, Text.SECTION)
        write_as(words, Text.MUTED)
        words.setText(_ORGANISATIONS)
        self._list.setMinimumHeight(_LINES * theme().row_height(compact=True))
        self.body.addWidget(heading)
        self.body.addWidget(words)
        self.body.addWidget(self._list, 1)
        self.body.addWidget(button_row("Organisation", self._change, self._add, self._remove))

    def _follow(self) -> None:
        desk = self.desk
        self._save.clicked.connect(self._save_address)
        self._add.clicked.connect(lambda: self._open(None))
        self._change.clicked.connect(self._edit)
        self._remove.clicked.connect(self._ask_to_remove)
        self._list.doubleClicked.connect(self._edit)
        self._list.selectionModel().currentChanged.connect(lambda *_: self._fit_buttons())
        for button in (self._add, self._change, self._remove):
            desk.rights.guard(button, Right.SETTINGS)
        self.offer_fields(known=False)
        desk.bus.store_changed.connect(self._store_changed)
        desk.tasks.changed.connect(self._task_changed)

    def _store_changed(self, changes: Changes) -> None:
        if changes.settings or changes.everything:
            self._load()

    def _load(self) -> None:
        self.desk.tasks.run("portal settings", self._read, owner=self, latest=True)

    async def _read(self) -> None:
        try:
            texts = await self.desk.read(setting_texts)
            rows = await self.desk.read(portal_provider_list)
        except EsdError as fault:
            self.tell_unread(fault)
            return
        if not self.unsaved:
            self.show_as_kept(texts)
        self._list.show_providers(rows)
        self.offer_fields(known=True)
        self._fit_buttons()

    def show_settings(self, texts: Mapping[str, str]) -> None:
        self._url.setText(texts[PORTAL_URL])

    def typed(self) -> dict[str, str]:
        return {PORTAL_URL: self._url.text()}

    def offer_fields(self, *, known: bool) -> None:
        self.offer(self._url, self._save, known=known)

    def _save_address(self) -> None:
        self.carry_out(_SAVE, self.saving(), words="Saving the portal's address")

    def _task_changed(self, key: str) -> None:
        if key == _SAVE:
            self._save.set_busy(self.desk.tasks.is_busy(_SAVE))

    def _fit_buttons(self) -> None:
        refusal = None if self._list.selected else _SELECT
        self._change.set_refusal(refusal)
        self._remove.set_refusal(refusal)

    def _edit(self) -> None:
        row = self._list.selected
        if row is not None and self.refusal is None:
            self._open(row)

    def _open(self, row: ProviderRow | None) -> None:
        self.desk.tasks.run("edit provider", partial(self._edited, row), owner=self)

    async def _edited(self, row: ProviderRow | None) -> None:
        dialog = ProviderDialog(self.desk, self, row)
        await opened(dialog)
        if dialog.saved is not None:
            self.tell(dialog.saved)

    def _ask_to_remove(self) -> None:
        row = self._list.selected
        if row is not None:
            self.desk.tasks.run("ask about provider", partial(self._asked, row), owner=self)

    async def _asked(self, row: ProviderRow) -> None:
        question = Question(
            title=f"Remove the sign-in of {row.domain}?",
            body="Whom it let in is signed out at once. People of the domain may then sign in only "
            "where their address is named, by a link that comes by mail.",
            yes="Remove sign-in",
            no="Keep sign-in",
            dangerous=True,
        )
        if (await ask(self, question)).yes:
            work = partial(self.desk.do, _TOUCHED, remove_portal_provider, row.domain)
            self.carry_out(_CHANGE, work)
