"""The account that is open, with its tabs; or all assets of all accounts (C1)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError, NotFound
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AccountRow, AssetCounts
from esd_desktop.models.statuses import AccountKind
from esd_desktop.services.account_tree import AccountTree, read_customers
from esd_desktop.services.browse import account
from esd_desktop.services.changes import Changes
from esd_desktop.ui.accounts.header import AccountHeader
from esd_desktop.ui.accounts.leading import Leading
from esd_desktop.ui.accounts.tabs import (
    AccountTabs,
    Tab,
    account_tab,
    history_tab,
    portal_tab,
    read_counts,
    records_tabs,
)
from esd_desktop.ui.assets.page import AssetsPage
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, SPACE_20
from esd_desktop.ui.requests.banner import AccountRequests
from esd_desktop.ui.rereading import Rereading
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.group import Group

_TAB = "account tab"
_PICTURES = {
    Tab.ORDERS: "order",
    Tab.INVOICES: "invoice",
    Tab.REQUESTS: "cancel",
    Tab.MAILS: "mail",
}


class AccountPage(Group):
    """Follows the navigator to an account, and to an asset. The tab that the person chose stays
    from one account to the next, and to the next start. But for the assets, what is in the tabs is
    made when it is looked at."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Account page", parent)
        self._desk = desk
        self.account_id: int | None = None
        self._shown_id: int | None = None
        self._begun = False
        self._tab = _recalled(desk.memory.recall(_TAB, Tab.ASSETS.value))
        self.header = AccountHeader()
        self.account = account_tab(desk)
        self._assets = QWidget()
        self.assets = AssetsPage(desk, self._assets)
        self.portal = portal_tab(desk)
        self.history = history_tab(desk)
        self.records = records_tabs(desk)
        self.requests = AccountRequests()
        self.tabs = AccountTabs()
        self._content = QWidget()
        self._empty = EmptyState("account", "", "")
        self._pages = QStackedWidget()
        self._reading = Rereading(desk, "account", self, self._read)
        self._counting = Rereading(desk, "account tabs", self, self._count)

    def furnishing(self) -> Iterator[None]:
        """Put everything in piece by piece."""
        self._lay_out()
        yield
        yield from self.assets.furnishing()
        self._follow()

    def show_assets(self) -> None:
        """Turn to the Assets tab."""
        self.tabs.turn_to(Tab.ASSETS)

    def show_records(self, tab: Tab) -> Any:
        """Turn to the tab of a list of records; answers the list's page."""
        self.tabs.turn_to(tab)
        return self.records[tab].page

    def export(self) -> None:
        """Write the list in front into a file; the assets where there is none."""
        tab = self.records.get(self.tabs.shown)
        if tab is None:
            self.assets.export()
        else:
            tab.export()

    def remember(self) -> None:
        """Keep the tab and what is in the tabs for the next start."""
        self._desk.memory.keep(_TAB, self._tab.value)
        if self.account.made is not None:
            self.account.made.remember()
        self.assets.remember()
        for tab in self.records.values():
            tab.remember()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the page: to what the tab shows."""
        super().focusInEvent(event)
        if self._pages.currentWidget() is self._empty:
            self._empty.button.setFocus(event.reason())
        else:
            shown = self.tabs.currentWidget()
            (self.assets if shown is self._assets else shown).setFocus(event.reason())

    def _lay_out(self) -> None:
        """From the outside in: what gets a parent is dressed anew with all that is in it."""
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._pages)
        # Nothing is shown until it is known what.
        for page in (QWidget(), self._content, self._empty):
            self._pages.addWidget(page)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        # In line with the header's words.
        self.requests.setContentsMargins(SPACE_20, 0, SPACE_20, SPACE_8)
        column.addWidget(self.requests)
        # So that the words of the first tab stand flush with all the others.
        beside_edge = QHBoxLayout()
        beside_edge.addSpacing(SPACE_8)
        beside_edge.addWidget(self.tabs)
        column.addLayout(beside_edge, 1)
        self._fill_tabs()
        self._fill_shortcuts()

    def _fill_tabs(self) -> None:
        self.tabs.add(Tab.ACCOUNT, self.account)
        self.tabs.add(Tab.ASSETS, self._assets)
        for name, tab in self.records.items():
            self.tabs.add(name, tab)
        self.tabs.add(Tab.PORTAL, self.portal)
        self.tabs.add(Tab.HISTORY, self.history)
        # The other tabs scroll up to the edge.
        inside = QVBoxLayout(self._assets)
        inside.setContentsMargins(SPACE_12, 0, SPACE_20, SPACE_12)
        inside.addWidget(self.assets)

    def _fill_shortcuts(self) -> None:
        self.header.add_shortcut("asset", "Assets", self._go_to_assets)
        for tab, picture in _PICTURES.items():
            words = tab.value.capitalize()
            self.header.add_shortcut(picture, words, partial(self.show_records, tab))

    def _follow(self) -> None:
        self.tabs.chosen.connect(self._tab_chosen)
        self.header.order_wanted.connect(self._order)
        self._desk.rights.guard(self.header.order, Right.ORDER)
        self.requests.list_wanted.connect(self._show_waiting)
        self.assets.counted.connect(self._show_counts)
        self._desk.navigator.account_wanted.connect(self._open)
        Leading(self._desk, self)
        self._desk.bus.store_changed.connect(self._store_changed)

    def _open(self, account_id: int | None) -> None:
        self.account_id = account_id
        if account_id is None:
            self._show_all()
        else:
            self._reading.ask()

    def _store_changed(self, changes: Changes) -> None:
        self._counting.follow(changes)
        concerned = changes.everything or changes.accounts or changes.assets
        if concerned and self.account_id is not None:
            self._reading.follow(changes)

    async def _read(self) -> None:
        account_id = self.account_id
        if account_id is None:
            return
        try:
            row = await self._desk.read(account, account_id)
            below = await self._customers(row)
        except NotFound:
            self._desk.navigator.account_wanted.emit(None)
        except EsdError as fault:
            if account_id == self._shown_id:
                # What is there stays, and the fault becomes a message.
                raise
            self._show_fault(fault)
        else:
            if account_id == self.account_id:
                self._show(row, below)

    async def _customers(self, row: AccountRow) -> AccountTree | None:
        if row.kind is not AccountKind.RESELLER:
            return None
        return await self._desk.read(read_customers, row.id)

    def _show(self, row: AccountRow, customers: AccountTree | None) -> None:
        self.header.show_account(row)
        self.account.show_with(lambda tab: tab.show_account(row, customers))
        self.portal.show_with(lambda tab: tab.show_account(row))
        self._turn_to(row.id)

    def _show_all(self) -> None:
        self.header.show_all()
        self._turn_to(None)

    def _turn_to(self, account_id: int | None) -> None:
        if account_id == self._shown_id and self._begun:
            self._pages.setCurrentWidget(self._content)
            return
        self._shown_id, self._begun = account_id, True
        with QSignalBlocker(self.tabs):
            for tab in (Tab.ACCOUNT, Tab.PORTAL):
                self.tabs.offer(tab, account_id is not None)
            # A work may be done to the assets of many accounts.
            self.tabs.offer(Tab.WORKS, account_id is None)
            self.tabs.turn_to(self._tab)
        # Only now, or what is in the first tab would be made to be turned from.
        self._pages.setCurrentWidget(self._content)
        self.assets.show_account(account_id)
        self.history.show_with(lambda tab: tab.show_account(account_id))
        self.requests.tell_waiting(0)  # until they are counted
        for records in self.records.values():
            records.show_account(account_id)
        self._counting.ask()
        section = self.account.made and self.account.made.section
        if not self.assets.list.isVisible() and not (section and section.isVisible()):
            # There is no list in sight that would tell it.
            self._desk.navigator.asset_selected.emit(None)

    def _show_fault(self, fault: EsdError) -> None:
        self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._reading.ask)
        self._pages.setCurrentWidget(self._empty)

    def _tab_chosen(self, tab: Tab) -> None:
        self._tab = tab

    async def _count(self) -> None:
        account_id = self.account_id
        counts = await read_counts(self._desk, account_id)
        if account_id == self.account_id:
            self.tabs.tell_counts(counts)
            self.requests.tell_waiting(counts[Tab.REQUESTS])

    def _show_counts(self, counts: AssetCounts) -> None:
        self.tabs.tell_count(Tab.ASSETS, counts.all)

    def _show_waiting(self) -> None:
        self.show_records(Tab.REQUESTS).choose_filter("waiting")

    def _order(self) -> None:
        self._desk.navigator.order_form_wanted.emit(self.account_id)

    def _go_to_assets(self) -> None:
        self.show_assets()
        self.assets.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _recalled(word: str) -> Tab:
    """The tab that was in front when the program was left."""
    return Tab(word) if word in list(Tab) else Tab.ASSETS
