"""The tabs of the account page: their names, their words, how many records each has."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.services.lists import list_found
from esd_desktop.ui.accounts.later_tab import LaterTab
from esd_desktop.ui.accounts.records_tab import RecordsTab
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count

if TYPE_CHECKING:
    from esd_desktop.ui.accounts.account_tab import AccountTab
    from esd_desktop.ui.accounts.history import AccountHistory
    from esd_desktop.ui.accounts.portal_tab import PortalTab


class Tab(StrEnum):
    """A tab, by the name under which the person's choice is kept."""

    ACCOUNT = "account"
    ASSETS = "assets"
    ORDERS = "orders"
    INVOICES = "invoices"
    REQUESTS = "requests"
    DISCREPANCIES = "discrepancies"
    MAILS = "mails"
    WORKS = "mass work"
    PORTAL = "portal"
    HISTORY = "history"


# What a tab's number counts: of the requests only what waits for a decision.
_COUNTED = {
    Tab.ORDERS: (ListKind.ORDERS, "all"),
    Tab.INVOICES: (ListKind.INVOICES, "all"),
    Tab.REQUESTS: (ListKind.REQUESTS, "waiting"),
    Tab.DISCREPANCIES: (ListKind.DISCREPANCIES, "all"),
}


class AccountTabs(QTabWidget):
    """``chosen`` tells that the person turned to another tab."""

    chosen = Signal(Tab)

    def __init__(self) -> None:
        super().__init__()
        self._order: list[Tab] = []
        self.setDocumentMode(True)
        self.setAccessibleName("Account tabs")
        self.currentChanged.connect(lambda place: self.chosen.emit(self._order[place]))

    def add(self, tab: Tab, page: QWidget) -> None:
        """Append a tab."""
        with QSignalBlocker(self):
            self._order.append(tab)
            self.addTab(page, tab.value.capitalize())

    @property
    def shown(self) -> Tab:
        """The tab in front."""
        return self._order[self.currentIndex()]

    def turn_to(self, tab: Tab) -> None:
        """Bring a tab to the front, or the assets where that one is not there now."""
        place = self._order.index(tab)
        there = self.isTabVisible(place)
        self.setCurrentIndex(place if there else self._order.index(Tab.ASSETS))

    def offer(self, tab: Tab, offered: bool) -> None:
        """Show or hide a tab."""
        self.setTabVisible(self._order.index(tab), offered)

    def tell_count(self, tab: Tab, count: int | None) -> None:
        """Say beside the word how many records there are; nothing for None."""
        place, number = self._order.index(tab), "" if count is None else f"  {as_count(count)}"
        words = f"{tab.value.capitalize()}{number}"
        # Qt lays all out anew even where nothing is new.
        if words != self.tabText(place):
            self.setTabText(place, words)

    def tell_counts(self, counts: Mapping[Tab, int]) -> None:
        """Say how many records the tabs have; of what there is none, no number stands there."""
        for tab, count in counts.items():
            self.tell_count(tab, count or None)


def account_tab(desk: Desk) -> LaterTab[AccountTab]:
    """The tab about the account itself. It and the others are loaded, and made, when they are
    looked at."""

    def made() -> AccountTab:
        from esd_desktop.ui.accounts.account_tab import AccountTab

        return AccountTab(desk)

    return LaterTab(made)


def portal_tab(desk: Desk) -> LaterTab[PortalTab]:
    """The tab with who may use the portal for the account."""

    def made() -> PortalTab:
        from esd_desktop.ui.accounts.portal_tab import PortalTab

        return PortalTab(desk)

    return LaterTab(made)


def history_tab(desk: Desk) -> LaterTab[AccountHistory]:
    """The tab with what was done to the account."""

    def made() -> AccountHistory:
        from esd_desktop.ui.accounts.history import AccountHistory

        return AccountHistory(desk)

    return LaterTab(made)


def records_tabs(desk: Desk) -> dict[Tab, RecordsTab]:
    """The tabs with the simple lists, each of them empty until it is looked at."""

    def orders() -> QWidget:
        from esd_desktop.ui.orders.orders_page import OrdersPage

        return OrdersPage(desk)

    def invoices() -> QWidget:
        from esd_desktop.ui.invoices.invoices_page import InvoicesPage

        return InvoicesPage(desk)

    def requests() -> QWidget:
        from esd_desktop.ui.requests.requests_page import RequestsPage

        return RequestsPage(desk)

    def discrepancies() -> QWidget:
        from esd_desktop.ui.discrepancies.discrepancies_page import DiscrepanciesPage

        return DiscrepanciesPage(desk)

    def mails() -> QWidget:
        from esd_desktop.ui.mails.mails_page import MailsPage

        return MailsPage(desk)

    def works() -> QWidget:
        from esd_desktop.ui.mass.page import MassWorkPage

        return MassWorkPage(desk)

    return {
        Tab.ORDERS: RecordsTab(orders),
        Tab.INVOICES: RecordsTab(invoices),
        Tab.REQUESTS: RecordsTab(requests),
        Tab.DISCREPANCIES: RecordsTab(discrepancies),
        Tab.MAILS: RecordsTab(mails),
        Tab.WORKS: RecordsTab(works),
    }


async def read_counts(desk: Desk, account_id: int | None) -> dict[Tab, int]:
    """How many records the tabs of an account have, or with None of all accounts."""
    queries = {
        kind: ListQuery(account_id=account_id, filter=name) for kind, name in _COUNTED.values()
    }
    found = await desk.read(list_found, queries)
    return {tab: found[kind] for tab, (kind, _) in _COUNTED.items()}
