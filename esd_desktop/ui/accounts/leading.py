"""Leading the account page to a record that somebody wants to see, wherever it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.browse_invoices import find_invoice
from esd_desktop.services.lists import list_position
from esd_desktop.ui.accounts.tabs import Tab
from esd_desktop.ui.desk import Desk

if TYPE_CHECKING:
    from esd_desktop.ui.accounts.account_page import AccountPage

_KINDS = {
    Tab.ORDERS: ListKind.ORDERS,
    Tab.INVOICES: ListKind.INVOICES,
    Tab.REQUESTS: ListKind.REQUESTS,
}


class Leading(QObject):
    """Follows the navigator. A record that is not of the account that is open is shown among those
    of all accounts."""

    def __init__(self, desk: Desk, page: AccountPage) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        navigator = desk.navigator
        navigator.asset_wanted.connect(self._asset_wanted)
        navigator.order_wanted.connect(partial(self._record_wanted, Tab.ORDERS))
        navigator.invoice_wanted.connect(partial(self._record_wanted, Tab.INVOICES))
        navigator.invoice_number_wanted.connect(self._invoice_number_wanted)
        navigator.request_wanted.connect(partial(self._record_wanted, Tab.REQUESTS))
        navigator.discrepancies_wanted.connect(partial(page.show_records, Tab.DISCREPANCIES))

    def _asset_wanted(self, asset_id: int) -> None:
        self._lead(partial(self._to_asset, asset_id))

    def _record_wanted(self, tab: Tab, record_id: int) -> None:
        self._lead(partial(self._to_record, tab, record_id))

    def _invoice_number_wanted(self, number: str) -> None:
        self._lead(partial(self._to_invoice, number))

    def _lead(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._desk.tasks.run("record wanted", work, owner=self._page, latest=True)

    async def _to_asset(self, asset_id: int) -> None:
        detail = await self._desk.read(asset_detail, asset_id)
        if self._page.account_id not in (None, detail.customer_id, detail.billing_to_id):
            self._desk.navigator.account_wanted.emit(None)
        self._page.show_assets()
        self._page.assets.select(asset_id)

    async def _to_record(self, tab: Tab, record_id: int) -> None:
        of_account = ListQuery(account_id=self._page.account_id)
        kind = _KINDS[tab]
        if await self._desk.read(list_position, kind, of_account, record_id) is None:
            self._desk.navigator.account_wanted.emit(None)
        self._page.show_records(tab).select(record_id)

    async def _to_invoice(self, number: str) -> None:
        await self._to_record(Tab.INVOICES, await self._desk.read(find_invoice, number))
