"""What is written of each list: the columns by the names that the window gives them, with typed
values. Keys are masked here; who may have them in full gets them from export_assets.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from msgspec import Struct

from esd_desktop.errors import InvalidInput
from esd_desktop.models.asset_rows import AssetLine
from esd_desktop.models.discrepancy_rows import DiscrepancyRow
from esd_desktop.models.invoice_rows import InvoiceRow
from esd_desktop.models.listing import ListKind
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.mass_rows import MassItemRow, MassWorkRow
from esd_desktop.models.order_rows import OrderRow
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.values import Money

RowT = TypeVar("RowT")

Value = str | int | Decimal | datetime | Money | None


class ExportColumn(Struct, Generic[RowT], frozen=True):
    """A column of a file. A ``money`` one becomes two: the amount, and its currency."""

    header: str
    value: Callable[[RowT], Value]
    money: bool = False


def _progress(row: OrderRow) -> str:
    """How far an order has come, in a word."""
    if row.failed:
        return "Failed"
    return "Waiting" if row.waiting else "Complete"


TOKEN = "token"

ASSETS: Mapping[str, ExportColumn[AssetLine]] = {
    "customer": ExportColumn("Customer", lambda row: row.customer),
    "billing_to": ExportColumn("Billing To", lambda row: row.billing_to),
    "product": ExportColumn("Product/Service", lambda row: row.product),
    "sku": ExportColumn("SKU", lambda row: row.sku),
    "order": ExportColumn("Order", lambda row: row.order_number),
    "purchase_date": ExportColumn("Purchase Date", lambda row: row.purchase_date),
    "quantity": ExportColumn("Quantity", lambda row: row.quantity),
    "unit_type": ExportColumn("Unit Type", lambda row: row.unit_type),
    TOKEN: ExportColumn("Token", lambda row: row.key),
    "status": ExportColumn("Status", lambda row: row.status),
    "token_status": ExportColumn("Token Status", lambda row: row.token_status),
    "provisioning_sync_status": ExportColumn(
        "Provisioning Sync Status", lambda row: row.provisioning_sync_status
    ),
    "return_status": ExportColumn("Return Status", lambda row: row.return_status),
    "activation_date": ExportColumn("Activation Date", lambda row: row.activation_date),
    "price": ExportColumn("Price", lambda row: row.price, money=True),
    "invoice_amount": ExportColumn("Invoice Amount", lambda row: row.invoice_amount, money=True),
    # Not in the window's list; with it a file of all columns can be imported again.
    "client_transaction_id": ExportColumn(
        "Client Transaction ID", lambda row: row.client_transaction_id
    ),
}

_ORDERS: Mapping[str, ExportColumn[OrderRow]] = {
    "number": ExportColumn("Order", lambda row: row.number),
    "customer": ExportColumn("Customer", lambda row: row.customer),
    "billing_to": ExportColumn("Billing To", lambda row: row.billing_to),
    "connection": ExportColumn("Connection", lambda row: row.connection),
    "placed_at": ExportColumn("Placed", lambda row: row.placed_at),
    "placed_by": ExportColumn("Placed By", lambda row: row.placed_by),
    "progress": ExportColumn("Progress", _progress),
    "licences": ExportColumn("Licences", lambda row: row.licences),
    "issued": ExportColumn("Issued", lambda row: row.issued),
    "failed": ExportColumn("Failed", lambda row: row.failed),
    "waiting": ExportColumn("Waiting", lambda row: row.waiting),
    "net": ExportColumn("Net", lambda row: row.net, money=True),
}

_INVOICES: Mapping[str, ExportColumn[InvoiceRow]] = {
    "number": ExportColumn("Number", lambda row: row.number),
    "kind": ExportColumn("Kind", lambda row: row.kind.value),
    "issued_at": ExportColumn("Issued", lambda row: row.issued_at),
    "account": ExportColumn("Billed To", lambda row: row.account),
    "order": ExportColumn("Order", lambda row: row.order_number),
    "net": ExportColumn("Net", lambda row: row.net, money=True),
    "tax": ExportColumn("Tax", lambda row: row.tax, money=True),
    "total": ExportColumn("Total", lambda row: row.total, money=True),
    "credited": ExportColumn("Credited", lambda row: row.credited, money=True),
}

_REQUESTS: Mapping[str, ExportColumn[RequestRow]] = {
    "requested_at": ExportColumn("Requested", lambda row: row.requested_at),
    "state": ExportColumn("State", lambda row: row.state.value),
    "customer": ExportColumn("Customer", lambda row: row.customer),
    "billing_to": ExportColumn("Billing To", lambda row: row.billing_to),
    "product": ExportColumn("Product/Service", lambda row: row.product),
    "order": ExportColumn("Order", lambda row: row.order_number),
    "requested_by": ExportColumn("Requested By", lambda row: row.requested_by),
    "comment": ExportColumn("Comment", lambda row: row.comment),
    "token_status": ExportColumn(
        "Token Status", lambda row: row.token_status.value if row.token_status else None
    ),
    "decided_at": ExportColumn("Decided", lambda row: row.decided_at),
    "decided_by": ExportColumn("Decided By", lambda row: row.decided_by),
}

_MAILS: Mapping[str, ExportColumn[MailRow]] = {
    "queued_at": ExportColumn("Queued", lambda row: row.queued_at),
    "state": ExportColumn("State", lambda row: row.state.value),
    "template": ExportColumn("Mail", lambda row: row.template),
    "to_address": ExportColumn("To", lambda row: row.to_address),
    "customer": ExportColumn("Customer", lambda row: row.customer),
    "product": ExportColumn("Product/Service", lambda row: row.product),
    "reason": ExportColumn("Reason", lambda row: row.last_error),
    "attempts": ExportColumn("Attempts", lambda row: row.attempts),
    "sent_at": ExportColumn("Sent", lambda row: row.sent_at),
    "queued_by": ExportColumn("By", lambda row: row.queued_by),
}

_OFFERINGS: Mapping[str, ExportColumn[OfferingRow]] = {
    "name": ExportColumn("Product", lambda row: row.name),
    "sku": ExportColumn("SKU", lambda row: row.sku),
    "status": ExportColumn("Status", lambda row: row.status.value),
    "unit_type": ExportColumn("Unit Type", lambda row: row.unit_type),
    "price": ExportColumn("In Use", lambda row: row.price, money=True),
    "offered": ExportColumn("At Microsoft", lambda row: row.offered_price, money=True),
}

_DISCREPANCIES: Mapping[str, ExportColumn[DiscrepancyRow]] = {
    "kind": ExportColumn("Kind", lambda row: row.kind.value),
    "detail": ExportColumn("What Disagrees", lambda row: row.detail),
    "customer": ExportColumn("Customer", lambda row: row.customer),
    "billing_to": ExportColumn("Billing To", lambda row: row.billing_to),
    "product": ExportColumn("Product/Service", lambda row: row.product),
    "order": ExportColumn("Order", lambda row: row.order_number),
    "since": ExportColumn("Since", lambda row: row.since),
    "remedy": ExportColumn("Settled By", lambda row: row.remedies[0].value),
    "status": ExportColumn("Status", lambda row: row.status.value),
    "token_status": ExportColumn(
        "Token Status", lambda row: row.token_status.value if row.token_status else None
    ),
}

_WORKS: Mapping[str, ExportColumn[MassWorkRow]] = {
    "asked_at": ExportColumn("Begun", lambda row: row.asked_at),
    "kind": ExportColumn("Work", lambda row: row.kind.value),
    "scope": ExportColumn("Assets", lambda row: row.scope),
    "state": ExportColumn("State", lambda row: row.state.value),
    "total": ExportColumn("Number", lambda row: row.total),
    "ended": ExportColumn("With a Result", lambda row: row.ended),
    "failed": ExportColumn("Failed", lambda row: row.failed),
    "asked_by": ExportColumn("By", lambda row: row.asked_by),
    "ended_at": ExportColumn("Ended", lambda row: row.ended_at),
}

_RESULTS: Mapping[str, ExportColumn[MassItemRow]] = {
    "state": ExportColumn("Result", lambda row: row.state.value),
    "customer": ExportColumn("Customer", lambda row: row.customer),
    "product": ExportColumn("Product/Service", lambda row: row.product),
    "order": ExportColumn("Order", lambda row: row.order_number),
    TOKEN: ExportColumn("Token", lambda row: row.masked_key),
    "sentence": ExportColumn("What Was Said", lambda row: row.sentence),
    "advice": ExportColumn("What To Do", lambda row: row.advice),
    "ended_at": ExportColumn("At", lambda row: row.ended_at),
    "correlation_id": ExportColumn("Correlation ID", lambda row: row.correlation_id),
}

LISTS: Mapping[ListKind, Mapping[str, ExportColumn[Any]]] = {
    ListKind.ORDERS: _ORDERS,
    ListKind.INVOICES: _INVOICES,
    ListKind.REQUESTS: _REQUESTS,
    ListKind.MAILS: _MAILS,
    ListKind.OFFERINGS: _OFFERINGS,
    ListKind.DISCREPANCIES: _DISCREPANCIES,
    ListKind.WORKS: _WORKS,
    ListKind.RESULTS: _RESULTS,
}


def chosen(
    known: Mapping[str, ExportColumn[RowT]], names: Sequence[str]
) -> list[tuple[str, ExportColumn[RowT]]]:
    """The columns of these names, in their order; all of them where none is named. Raises
    InvalidInput for a name that the list does not have."""
    wanted = list(names) or list(known)
    strangers = [name for name in wanted if name not in known]
    if strangers:
        raise InvalidInput(
            f"This list has no column {strangers[0]!r}.", advice=f"It has: {', '.join(known)}."
        )
    return [(name, known[name]) for name in wanted]
