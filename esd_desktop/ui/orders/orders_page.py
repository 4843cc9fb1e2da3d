"""The Orders tab: every order with how far it has come, and the selected one below the list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from esd_desktop.models.listing import ListKind
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.orders.columns import ORDER_COLUMNS
from esd_desktop.ui.orders.order_view import OrderView

_FILTERS = (("all", "All"), ("open", "Open"), ("failed", "Failed"), ("complete", "Complete"))


class OrdersPage(QWidget):
    """``counted`` carries ListCounts."""

    counted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._account_id: int | None = None
        self.page = RecordPage(
            desk,
            self,
            kind=ListKind.ORDERS,
            columns=ORDER_COLUMNS,
            name="orders",
            title="Orders",
            filters=_FILTERS,
            search_hint="Search number, customer, reseller…",
        )
        self.view = OrderView(desk, self)
        self._order = QPushButton("Order licences…")
        self._lay_out()
        self.page.list.selected.connect(self.view.show_order)
        self.page.counted.connect(self.counted)
        desk.navigator.order_wanted.connect(self.page.select)

    def show_account(self, account_id: int | None) -> None:
        """Show the orders of an account, or with None those of all."""
        self._account_id = account_id
        self.page.show_account(account_id)

    def choose_filter(self, name: str) -> None:
        """Show what passes a filter: "all", "open", "failed" or "complete"."""
        self.page.choose_filter(name)

    def focus_search(self) -> None:
        """The keyboard goes to the search field."""
        self.page.focus_search()

    def refresh(self) -> None:
        """Read the list again."""
        self.page.refresh()

    def select(self, order_id: int) -> None:
        """Select an order and scroll to it."""
        self.page.select(order_id)

    def remember(self) -> None:
        """Keep filter, columns, sort and the room of both parts for the next start."""
        self.page.remember()

    def _lay_out(self) -> None:
        order = ("Order licences…", self._want_form)
        sentence = "Orders appear here once they are placed or imported."
        self.page.list.set_nothing_yet("No orders yet", sentence, order)
        self._order.setIcon(icon("plus"))
        self._order.clicked.connect(self._want_form)
        self.page.bar.addWidget(self._order)
        self.page.set_details(self.view, Qt.Orientation.Vertical)
        self.setFocusProxy(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)

    def _want_form(self) -> None:
        self._desk.navigator.order_form_wanted.emit(self._account_id)
