"""Leading the account page to a record that somebody wants to see, wherever it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.lists import list_position
from esd_desktop.ui.accounts.tabs import Tab
from esd_desktop.ui.desk import Desk

if TYPE_CHECKING:
    from esd_desktop.ui.accounts.account_page import AccountPage

_TASK = "record wanted"
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
        # Methods of its own, which end with the page: with a partial the page of a store that was
        # left would go on leading.
        navigator.asset_wanted.connect(self._asset_wanted)
        navigator.order_wanted.connect(self._order_wanted)
        navigator.invoice_wanted.connect(self._invoice_wanted)
        navigator.invoice_number_wanted.connect(self._invoice_number_wanted)
        navigator.request_wanted.connect(self._request_wanted)
        navigator.work_wanted.connect(self._work_wanted)
        navigator.discrepancies_wanted.connect(self._discrepancies_wanted)

    def _asset_wanted(self, asset_id: int) -> None:
        self._lead(partial(self._to_asset, asset_id))

    def _order_wanted(self, order_id: int) -> None:
        self._lead(partial(self._to_record, Tab.ORDERS, order_id))

    def _invoice_wanted(self, invoice_id: int) -> None:
        self._lead(partial(self._to_record, Tab.INVOICES, invoice_id))

    def _request_wanted(self, request_id: int) -> None:
        self._lead(partial(self._to_record, Tab.REQUESTS, request_id))

    def _discrepancies_wanted(self) -> None:
        self._page.show_records(Tab.DISCREPANCIES)

    def _invoice_number_wanted(self, number: str) -> None:
        self._lead(partial(self._to_invoice, number))

    def _work_wanted(self, work_id: int | None) -> None:
        """Mass works are of no account."""
        self._desk.tasks.cancel(_TASK)
        if self._page.account_id is not None:
            self._desk.navigator.account_wanted.emit(None)
        works = self._page.show_records(Tab.WORKS)
        if work_id is not None:
            works.select(work_id)

    def _lead(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._desk.tasks.run(_TASK, work, owner=self._page, latest=True)

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
        from esd_desktop.services.browse_invoices import find_invoice

        await self._to_record(Tab.INVOICES, await self._desk.read(find_invoice, number))
