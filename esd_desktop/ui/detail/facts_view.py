"""Every field of the asset record (A1 to A11), in groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QWidget

from esd_desktop.models.rows import AssetDetail, InvoiceLine
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.detail.secrets_view import Secrets
from esd_desktop.ui.formats import as_count, as_date, as_figures, as_moment, as_money
from esd_desktop.ui.widgets.facts import Fact, FactButton, FactGroup, FactList
from esd_desktop.ui.widgets.statuses import text_of

_NONE = "—"
_INVOICE_LABELS = {InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT: "Credit Invoice"}


class FactsView(FactList):
    """Values change in place, so that reading is not disturbed by a refresh."""

    def __init__(self, desk: Desk, secrets: Secrets, parent: QWidget) -> None:
        super().__init__("Fields", parent)
        self._desk = desk
        self._secrets = secrets

    def show_detail(self, detail: AssetDetail) -> None:
        """Show an asset."""
        groups = [
            _licence(detail, self._secrets.token(detail), self._secrets.link(detail)),
            _order(detail, self._opener),
            _microsoft(detail),
        ]
        if detail.invoices:
            groups.append(FactGroup("Invoices", [self._invoice(line) for line in detail.invoices]))
        self.show_groups(groups)

    def _opener(self, account_id: int, name: str) -> FactButton:
        go = partial(self._desk.navigator.account_wanted.emit, account_id)
        return FactButton("chevron-right", f"Open the account {name}", go)

    def _invoice(self, line: InvoiceLine) -> Fact:
        go = partial(self._desk.navigator.invoice_number_wanted.emit, line.number)
        label, day = _INVOICE_LABELS[line.kind], as_date(line.issued_at)
        opener = FactButton("chevron-right", f"Open the {label.lower()} {line.number}", go)
        return Fact(label, f"{line.number}\n{_amount(line)} on {day}", (opener,))


def _licence(detail: AssetDetail, token: Fact, link: Fact) -> FactGroup:
    status = text_of(detail.token_status)
    return FactGroup(
        "Licence",
        [
            Fact("Status", detail.status.value),
            Fact("Provisioning Sync Status", detail.provisioning_sync_status.value),
            token,
            Fact("Token Status", f"{status.label}\n{status.explanation}"),
            Fact("Return Status", detail.return_status.value),
            link,
            Fact("Activation Date", _moment(detail.activation_date)),
        ],
    )


def _order(detail: AssetDetail, opener: Callable[[int, str], FactButton]) -> FactGroup:
    customer = opener(detail.customer_id, detail.customer)
    billing = opener(detail.billing_to_id, detail.billing_to)
    return FactGroup(
        "Order",
        [
            Fact("Customer", detail.customer, (customer,)),
            Fact("Billing To", detail.billing_to, (billing,)),
            Fact("Order", detail.order_number),
            Fact("Purchase Date", as_moment(detail.purchase_date)),
            Fact("Product Information", detail.product),
            Fact("SKU", detail.sku),
            Fact("Quantity", as_count(detail.quantity)),
            Fact("Unit Type", detail.unit_type),
            Fact("Price", as_money(detail.price)),
            Fact("Currency", detail.price.currency),
        ],
    )


def _microsoft(detail: AssetDetail) -> FactGroup:
    until = detail.returnable_until
    return FactGroup(
        "Microsoft",
        [
            Fact("Connection", detail.connection),
            Fact("Client Transaction ID", detail.client_transaction_id),
            Fact("Last Checked", _moment(detail.checked_at)),
            Fact("Returnable Until", as_moment(until) if until else "No time limit is known"),
        ],
    )


def _amount(line: InvoiceLine) -> str:
    """What it came to, and what tax is in it."""
    if not line.tax.amount:
        return as_money(line.total)
    return f"{as_money(line.total)} ({as_figures(line.tax)} {line.tax_name or 'tax'} included)"


def _moment(moment: datetime | None) -> str:
    return as_moment(moment) if moment else _NONE
