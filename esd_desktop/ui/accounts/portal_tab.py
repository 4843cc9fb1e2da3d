"""The Portal tab: who may sign in at the portal for an account, and what staff do about it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.portal_rows import PortalUserRow
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AccountRow
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.edit_portal_users import (
    add_portal_user,
    portal_user_list,
    remove_portal_user,
    sign_out_portal_user,
)
from esd_desktop.services.invite_portal_user import invite_portal_user
from esd_desktop.ui.accounts.portal_dialog import PortalUserDialog
from esd_desktop.ui.accounts.portal_list import PortalPeople
from esd_desktop.ui.accounts.wording import language_of
from esd_desktop.ui.ask import Question, ask, opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_moment
from esd_desktop.ui.look.roles import Kind, Text, write_as
from esd_desktop.ui.look.theme import SPACE_12, SPACE_16, SPACE_20
from esd_desktop.ui.rereading import Rereading
from esd_desktop.ui.settings.form import button_row
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.wrapped import wrapped_label

_NOBODY = (
    "The account has no e-mail address, which could sign in by itself, and nobody else is named."
)
_SELECT = "Select somebody first."
_SHUT_OUT = "Who is shut out gets no invitation; let the address in again first."
_NOT_SIGNED_IN = "Nobody is signed in by this address now."
_BY_ORGANISATION = "The organisation that vouches for the address says the name."
_TASK = "change portal user"

Verb = Callable[..., Coroutine[Any, Any, Outcome]]


class PortalTab(QWidget):
    """Reads only while it is on the screen; a double-click edits."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._account: AccountRow | None = None
        self._explanation = wrapped_label()
        write_as(self._explanation, Text.MUTED)
        self._mail = wrapped_label()
        write_as(self._mail, Text.MUTED)
        self.list = PortalPeople()
        self._empty = EmptyState("account", "", "")
        self._pages = QStackedWidget()
        self._add = BusyButton("Add…")
        self._change = BusyButton("Edit…")
        self._invite = BusyButton("Send invitation", kind=Kind.PRIMARY)
        self._sign_out = BusyButton("Sign out…")
        self._active = BusyButton("Shut out…", kind=Kind.DANGER)
        self._reading = Rereading(desk, "portal people", self, self._read)
        self._lay_out()
        self._follow()

    def show_account(self, account: AccountRow) -> None:
        """Show who may sign in for an account."""
        self._account = account
        language = language_of(account) or "English"
        self._explanation.setText(
            "These people see the account’s licences and invoices at the portal, and can ask for "
            f"cancellations. Invitations are written in {language}, as the account’s other mails; "
            "the pages speak the language of each person’s browser."
        )
        self._load()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the tab: to the list, or to the way out of having none."""
        super().focusInEvent(event)
        is_empty = self._pages.currentWidget() is self._empty
        (self._empty.button if is_empty else self.list).setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load()

    def _lay_out(self) -> None:
        buttons = (self._invite, self._change, self._add, self._sign_out, self._active)
        listed = QWidget()
        inside = QVBoxLayout(listed)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE_12)
        inside.addWidget(self.list, 1)
        inside.addWidget(self._mail)
        inside.addWidget(button_row("Person at the portal", *buttons))
        for page in (listed, self._empty):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_12, SPACE_16, SPACE_20, SPACE_12)
        column.setSpacing(SPACE_12)
        column.addWidget(self._explanation)
        column.addWidget(self._pages, 1)

    def _follow(self) -> None:
        for button in (self._add, self._change, self._invite, self._sign_out, self._active):
            self._desk.rights.guard(button, Right.ACCOUNTS)
        self._add.clicked.connect(lambda: self._open(None))
        self._change.clicked.connect(self._edit)
        self._invite.clicked.connect(lambda: self._carry_out(invite_portal_user))
        self._sign_out.clicked.connect(lambda: self._ask(_signing_out, sign_out_portal_user))
        self._active.clicked.connect(self._shut_out_or_let_in)
        self.list.doubleClicked.connect(self._edit)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._offer())
        self._desk.bus.store_changed.connect(self._store_changed)
        self._desk.tasks.changed.connect(self._task_changed)

    def _store_changed(self, changes: Changes) -> None:
        is_told = self._account is not None and self._account.id in changes.histories
        if changes.everything or changes.accounts or changes.settings or is_told:
            self._load()

    def _task_changed(self, key: str) -> None:
        if key == _TASK:
            self._invite.set_busy(self._desk.tasks.is_busy(_TASK))

    def _load(self) -> None:
        if self.isVisible() and self._account is not None:
            self._reading.ask()

    async def _read(self) -> None:
        account = self._account
        if account is None:
            return
        try:
            rows = await self._desk.read(portal_user_list, account.id)
        except EsdError as fault:
            self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._load)
            self._pages.setCurrentWidget(self._empty)
            return
        if account is self._account:
            self._show(rows)

    def _show(self, rows: list[PortalUserRow]) -> None:
        self.list.show_people(rows)
        refused = self._desk.rights.refusal(Right.ACCOUNTS)
        add = None if refused else ("Let somebody sign in…", partial(self._open, None))
        self._empty.tell("account", "Nobody may sign in at the portal", _NOBODY, add)
        self._pages.setCurrentIndex(0 if rows else 1)
        self._offer()

    def _offer(self) -> None:
        """Offer what can be done with who is selected, or say why not."""
        row = self.list.selected
        is_out = row is not None and not row.active
        is_vouched = row is not None and row.id is None and not row.is_own
        self._change.set_refusal(_refusal(row, _BY_ORGANISATION if is_vouched else None))
        self._invite.set_refusal(_refusal(row, _SHUT_OUT if is_out else None))
        has_none = row is not None and not row.sessions
        self._sign_out.set_refusal(_refusal(row, _NOT_SIGNED_IN if has_none else None))
        self._active.set_refusal(_refusal(row))
        self._active.setText("Let in again" if is_out else "Shut out…")
        self._mail.setText(_about_mail(row))
        self._mail.setVisible(bool(self._mail.text()))

    def _edit(self) -> None:
        if self.list.selected is not None and self._change.refusal is None:
            self._open(self.list.selected)

    def _open(self, row: PortalUserRow | None) -> None:
        self._desk.tasks.run("edit portal user", partial(self._edited, row), owner=self)

    async def _edited(self, row: PortalUserRow | None) -> None:
        if self._account is not None:
            await opened(PortalUserDialog(self._desk, self, self._account.id, row))

    def _shut_out_or_let_in(self) -> None:
        row = self.list.selected
        if row is not None and not row.active:
            self._carry_out(add_portal_user)
        else:
            self._ask(_shutting_out, remove_portal_user)

    def _ask(self, question: Callable[[PortalUserRow], Question], verb: Verb) -> None:
        row = self.list.selected
        if row is None:
            return

        async def asked() -> None:
            if (await ask(self, question(row))).yes:
                self._carry_out(verb, row)

        self._desk.tasks.run("ask about portal user", asked, owner=self)

    def _carry_out(self, verb: Verb, row: PortalUserRow | None = None) -> None:
        row = row or self.list.selected
        if row is None:
            return
        touched = Changes(accounts=frozenset({row.account_id}))

        async def work() -> None:
            outcome = await self._desk.do(touched, verb, row.account_id, row.address)
            self._desk.messages.outcome(outcome)

        self._desk.tasks.run(_TASK, work, owner=self, words=f"Portal: {row.address}")


def _refusal(row: PortalUserRow | None, other: str | None = None) -> str | None:
    return _SELECT if row is None else other


def _about_mail(row: PortalUserRow | None) -> str:
    if row is None or row.last_mail is None or row.mailed_at is None:
        return ""
    return f"{as_moment(row.mailed_at)}: {row.last_mail}"


def _signing_out(row: PortalUserRow) -> Question:
    return Question(
        title=f"Sign {row.address} out?",
        body="It is signed out of the portal in every browser, for this account. It may sign in "
        "again.",
        yes="Sign out",
        no="Leave signed in",
    )


def _shutting_out(row: PortalUserRow) -> Question:
    return Question(
        title=f"Shut {row.address} out?",
        body="It is signed out of the portal at once, and may not sign in for this account any "
        "more. It can be let in again.",
        yes="Shut out",
        no="Keep",
        dangerous=True,
    )
