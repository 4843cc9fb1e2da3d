"""The account that is open, with its tabs; or all assets of all accounts (C1)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError, NotFound
from esd_desktop.models.rows import AccountRow, AssetCounts
from esd_desktop.models.statuses import AccountKind
from esd_desktop.services.browse import account, asset_detail
from esd_desktop.services.changes import Changes
from esd_desktop.ui.accounts.account_tab import AccountTab
from esd_desktop.ui.accounts.header import AccountHeader
from esd_desktop.ui.accounts.history import AccountHistory
from esd_desktop.ui.accounts.tree import AccountTree, read_customers
from esd_desktop.ui.assets.page import AssetsPage
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, SPACE_20
from esd_desktop.ui.rereading import Rereading
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.group import Group

_TAB = "account tab"
_ACCOUNT, _ASSETS, _HISTORY = "account", "assets", "history"


class AccountPage(Group):
    """Follows the navigator to an account, and to an asset. The tab that the person chose stays
    from one account to the next, and to the next start."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Account page", parent)
        self._desk = desk
        self.account_id: int | None = None
        self._shown_id: int | None = None
        self._begun = False
        self._tab = desk.memory.recall(_TAB, _ASSETS)
        self.header = AccountHeader()
        self.account = AccountTab(desk)
        self.assets = AssetsPage(desk)
        self.history = AccountHistory(desk)
        self.tabs = QTabWidget()
        self._content = QWidget()
        self._empty = EmptyState("account", "", "")
        self._pages = QStackedWidget()
        self._reading = Rereading(desk, "account", self, self._read)
        self._lay_out()
        self._follow()

    def show_assets(self) -> None:
        """Turn to the Assets tab."""
        self._show_tab(_ASSETS)

    def remember(self) -> None:
        """Keep the tab and what is in the tabs for the next start."""
        self._desk.memory.keep(_TAB, self._tab)
        self.account.remember()
        self.assets.remember()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the page: to what the tab shows."""
        super().focusInEvent(event)
        if self._pages.currentWidget() is self._empty:
            self._empty.button.setFocus(event.reason())
        else:
            shown = self.tabs.currentWidget()
            (self.assets if shown is self._assets else shown).setFocus(event.reason())

    def _lay_out(self) -> None:
        # The other tabs scroll up to the edge.
        self._assets = QWidget()
        inside = QVBoxLayout(self._assets)
        inside.setContentsMargins(SPACE_12, 0, SPACE_20, SPACE_12)
        inside.addWidget(self.assets)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Account tabs")
        self.tabs.addTab(self.account, "Account")
        self.tabs.addTab(self._assets, "Assets")
        self.tabs.addTab(self.history, "History")
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        # So that the words of the first tab stand flush with all the others.
        beside_edge = QHBoxLayout()
        beside_edge.addSpacing(SPACE_8)
        beside_edge.addWidget(self.tabs)
        column.addLayout(beside_edge, 1)
        # Nothing is shown until it is known what.
        for page in (QWidget(), self._content, self._empty):
            self._pages.addWidget(page)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._pages)
        self.header.add_shortcut("asset", "Assets", self._go_to_assets)

    def _follow(self) -> None:
        self.tabs.currentChanged.connect(self._tab_chosen)
        self.assets.counted.connect(self._show_counts)
        self._desk.navigator.account_wanted.connect(self._open)
        self._desk.navigator.asset_wanted.connect(self._asset_wanted)
        self._desk.bus.store_changed.connect(self._store_changed)

    def _open(self, account_id: int | None) -> None:
        self.account_id = account_id
        if account_id is None:
            self._show_all()
        else:
            self._reading.ask()

    def _store_changed(self, changes: Changes) -> None:
        concerned = changes.everything or changes.accounts or changes.assets
        if concerned and self.account_id is not None:
            self._reading.ask()

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
        self.account.show_account(row, customers)
        self._turn_to(row.id)

    def _show_all(self) -> None:
        self.header.show_all()
        self._turn_to(None)

    def _turn_to(self, account_id: int | None) -> None:
        self._pages.setCurrentWidget(self._content)
        if account_id == self._shown_id and self._begun:
            return
        self._shown_id, self._begun = account_id, True
        with QSignalBlocker(self.tabs):
            self.tabs.setTabVisible(0, account_id is not None)
            self._show_tab(self._tab)
        self.assets.show_account(account_id)
        self.history.show_account(account_id)
        if not self.assets.list.isVisible() and not self.account.section.isVisible():
            # There is no list in sight that would tell it.
            self._desk.navigator.asset_selected.emit(None)

    def _show_fault(self, fault: EsdError) -> None:
        self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._reading.ask)
        self._pages.setCurrentWidget(self._empty)

    def _show_tab(self, name: str) -> None:
        """Go to a tab, or to the assets where that one is not there now."""
        wanted = self._tabs_by_name().get(name, self._assets)
        there = self.tabs.isTabVisible(self.tabs.indexOf(wanted))
        self.tabs.setCurrentWidget(wanted if there else self._assets)

    def _tabs_by_name(self) -> dict[str, QWidget]:
        return {_ACCOUNT: self.account, _ASSETS: self._assets, _HISTORY: self.history}

    def _tab_chosen(self) -> None:
        shown = self.tabs.currentWidget()
        self._tab = next(name for name, tab in self._tabs_by_name().items() if tab is shown)

    def _show_counts(self, counts: AssetCounts) -> None:
        self.tabs.setTabText(self.tabs.indexOf(self._assets), f"Assets  {as_count(counts.all)}")

    def _go_to_assets(self) -> None:
        self.show_assets()
        self.assets.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _asset_wanted(self, asset_id: int) -> None:
        work = partial(self._lead_to, asset_id)
        self._desk.tasks.run("asset wanted", work, owner=self, latest=True)

    async def _lead_to(self, asset_id: int) -> None:
        detail = await self._desk.read(asset_detail, asset_id)
        if self.account_id not in (None, detail.customer_id, detail.billing_to_id):
            self._desk.navigator.account_wanted.emit(None)
        self._show_tab(_ASSETS)
        self.assets.select(asset_id)
