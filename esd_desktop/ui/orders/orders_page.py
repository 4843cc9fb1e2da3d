"""The Orders tab: every order with how far it has come, and the selected one below the list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from esd_desktop.models.listing import ListKind
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.orders.columns import ORDER_COLUMNS
from esd_desktop.ui.orders.order_view import OrderView

_FILTERS = (("all", "All"), ("open", "Open"), ("failed", "Failed"), ("complete", "Complete"))


class OrdersPage(RecordPage):
    """``order`` is what is below the list."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            parent,
            kind=ListKind.ORDERS,
            columns=ORDER_COLUMNS,
            name="orders",
            title="Orders",
            filters=_FILTERS,
            search_hint="Search number, customer, reseller…",
        )
        self.order = OrderView(desk, self)
        self.set_details(self.order, Qt.Orientation.Vertical)
        sentence = "Orders appear here once they are placed or imported."
        order = ("Order licences…", self._want_form)
        self.list.set_nothing_yet("No orders yet", sentence, order)
        self.list.selected.connect(self.order.show_order)

    def _want_form(self) -> None:
        self._desk.navigator.order_form_wanted.emit(self.query.account_id)
