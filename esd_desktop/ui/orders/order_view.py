"""One order below the list: what it is, its licences, and how to get the tokens it is without."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.errors import NotFound
from esd_desktop.models.order_rows import OrderDetail
from esd_desktop.models.rights import Right
from esd_desktop.services.changes import Changes
from esd_desktop.services.order_detail import order_detail
from esd_desktop.services.provision import provision
from esd_desktop.ui.actions.action import only, task_key
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count, as_moment, as_money
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_16
from esd_desktop.ui.orders import token_run
from esd_desktop.ui.orders.columns import in_words
from esd_desktop.ui.orders.licence_list import LicenceList
from esd_desktop.ui.rereading import Rereading
from esd_desktop.ui.settings.form import button_row
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.facts import Fact, FactGroup, FactList
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar

_USUAL_EMS, _LEAST_EMS = 22, 10


class OrderView(QWidget):
    """Shows an order, or a sentence where none is selected, and follows the store."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._order_id: int | None = None
        self._detail: OrderDetail | None = None
        self._reading = Rereading(desk, "order view", self, self._read)
        self._title = QLabel()
        self._facts = FactList("Order")
        self._invoices = FlowToolbar("Invoices of the order", fill=False)
        self._licences = LicenceList(self)
        self._get = BusyButton("Get tokens")
        self._retry = BusyButton("Retry this one")
        self._open = QPushButton("Open licence")
        self._stop = QPushButton("Stop")
        self._none = QLabel("Select an order to see its licences.")
        self._content = QWidget()
        self._scroll = QScrollArea()
        self._lay_out()
        self._follow()
        self._show()

    def sizeHint(self) -> QSize:
        """High enough for some licences and most of what is known of an order."""
        return QSize(super().sizeHint().width(), _USUAL_EMS * self._desk.theme.px())

    def minimumSizeHint(self) -> QSize:
        """High enough for one licence."""
        return QSize(super().minimumSizeHint().width(), _LEAST_EMS * self._desk.theme.px())

    def show_order(self, order_id: int | None) -> None:
        """Show this order, or with None none."""
        self._order_id = order_id
        if order_id is None:
            self._detail = None
            self._show()
        else:
            self._reading.ask()

    async def _read(self) -> None:
        wanted = self._order_id
        if wanted is None:
            return
        try:
            detail = await self._desk.read(order_detail, wanted)
        except NotFound:
            detail = None
        if wanted == self._order_id:
            self._detail = detail
            self._show()

    def _show(self) -> None:
        detail = self._detail
        self._scroll.setVisible(detail is not None)
        self._none.setVisible(detail is None)
        if detail is None:
            return
        self._title.setText(f"Order {detail.order.number}")
        self._facts.show_groups([FactGroup("", _facts(detail))])
        self._show_invoices(detail)
        self._licences.show_licences(detail.licences)
        self._fit_buttons()

    def _show_invoices(self, detail: OrderDetail) -> None:
        links = []
        for invoice in detail.invoices:
            link = QPushButton(invoice.number)
            make_kind(link, Kind.LINK)
            link.setToolTip("Show this invoice")
            show = partial(self._desk.navigator.invoice_number_wanted.emit, invoice.number)
            link.clicked.connect(lambda _=False, show=show: show())
            links.append(link)
        self._invoices.set_items(links)
        self._invoices.setVisible(bool(links))

    def _fit_buttons(self) -> None:
        if self._detail is None:
            return
        order = self._detail.order
        left = order.failed + order.waiting
        running = self._desk.tasks.is_busy(token_run.task_key(order.id))
        self._get.setText(
            f"Retry {as_count(left)} failed" if order.failed == left else "Get tokens"
        )
        if not left:
            self._get.setText("Get tokens")
        self._get.set_refusal(None if left else "Every licence has its token.")
        self._get.set_busy(running)
        self._stop.setVisible(running)
        licence = self._licences.selected
        self._open.setEnabled(licence is not None)
        can_retry = licence is not None and licence.without_token
        self._retry.set_refusal(
            None if can_retry else "Select a licence that is without its token."
        )
        self._retry.set_busy(licence is not None and self._desk.tasks.is_busy(task_key(licence.id)))

    def _get_tokens(self) -> None:
        if self._detail is not None:
            order = self._detail.order
            token_run.begin_run(self._desk, self, order.id, order.number)

    def _retry_one(self) -> None:
        licence = self._licences.selected
        if licence is None:
            return

        async def retried() -> None:
            outcome = await self._desk.do(only(licence.id), provision, licence.id)
            self._desk.messages.outcome(outcome)

        self._desk.tasks.run(task_key(licence.id), retried, owner=self, words="Retry provisioning")

    def _stop_run(self) -> None:
        if self._detail is not None:
            run = token_run.running_of(token_run.main_window(self), self._detail.order.id)
            if run is not None:
                run.stop()
                self._stop.setEnabled(False)

    def _open_licence(self) -> None:
        licence = self._licences.selected
        if licence is not None:
            self._desk.navigator.asset_wanted.emit(licence.id)

    def _store_changed(self, changes: Changes) -> None:
        detail = self._detail
        if detail is None:
            return
        ids = {licence.id for licence in detail.licences} if changes.assets else set()
        parties = {detail.order.customer_id, detail.order.billing_to_id}
        if (
            changes.everything
            or self._order_id in changes.orders
            or changes.assets & ids
            or changes.accounts & parties
        ):
            self._reading.ask()

    def _task_changed(self, key: str) -> None:
        if self._detail is not None and (
            key == token_run.task_key(self._detail.order.id) or key.startswith("asset:")
        ):
            self._stop.setEnabled(True)
            self._fit_buttons()

    def _follow(self) -> None:
        self._get.clicked.connect(self._get_tokens)
        self._retry.clicked.connect(self._retry_one)
        self._stop.clicked.connect(self._stop_run)
        for button in (self._get, self._retry):
            self._desk.rights.guard(button, Right.ORDER)
        self._open.clicked.connect(self._open_licence)
        self._licences.opened.connect(self._desk.navigator.asset_wanted)
        self._licences.selectionModel().currentChanged.connect(lambda *_: self._fit_buttons())
        self._desk.bus.store_changed.connect(self._store_changed)
        self._desk.tasks.changed.connect(self._task_changed)

    def _lay_out(self) -> None:
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        write_as(self._title, Text.HEADING)
        write_as(self._none, Text.MUTED)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setWordWrap(True)
        self._get.set_tip("Ask Microsoft for what is without its token. Nothing is bought twice.")
        self._retry.set_tip("Ask Microsoft for this licence again. It is never bought twice.")
        about = QVBoxLayout()
        about.setSpacing(SPACE_8)
        for part in (self._title, self._facts, self._invoices):
            about.addWidget(part)
        about.addStretch(1)
        licences = QVBoxLayout()
        licences.setSpacing(SPACE_8)
        licences.addWidget(button_row("Order", self._get, self._stop, self._retry, self._open))
        licences.addWidget(self._licences, 1)
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, SPACE_8, 0, 0)
        row.setSpacing(SPACE_16)
        row.addLayout(about, 2)
        row.addLayout(licences, 3)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self._content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._none, 1)
        outer.addWidget(self._scroll, 1)


def _facts(detail: OrderDetail) -> list[Fact]:
    order = detail.order
    products = "\n".join(
        f"{as_count(line.quantity)} × {line.product} ({line.sku}), {as_money(line.price)}"
        for line in detail.products
    )
    facts = [
        Fact("Customer", order.customer),
        Fact("Mailed to", detail.customer_email or "No e-mail address"),
        Fact("Billed to", order.billing_to),
        Fact("Connection", order.connection or "As its licences say"),
        Fact("Placed", f"{as_moment(order.placed_at)} by {order.placed_by}"),
        Fact("Products", products),
        Fact("Tokens", in_words(order)),
    ]
    if order.net is not None:
        facts.append(Fact("Net amount", as_money(order.net)))
    return facts
