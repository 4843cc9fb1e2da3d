"""Everything about one asset as a sheet of labels and values (A1-A11)."""

from __future__ import annotations

from collections.abc import Iterator

from esd_desktop.cli.table import local_day, shown
from esd_desktop.models.rows import AssetDetail, InvoiceLine
from esd_desktop.models.statuses import TokenStatus

_MEANINGS = {
    TokenStatus.ACTIVATED: "issued, not used by the customer yet",
    TokenStatus.REDEEMED: "used by the customer",
    TokenStatus.RETURN_ACCEPTED: "not used, taken back by Microsoft",
}


def asset_sheet(detail: AssetDetail, token: str | None, link: str | None) -> str:
    """The sheet. ``token`` and ``link`` are as they may be shown: masked, or revealed."""
    pairs = [*_about(detail), *_at_microsoft(detail, token, link), *_around(detail)]
    width = max(len(label) for label, _ in pairs)
    return "\n".join(f"{label:<{width}}  {shown(value)}" for label, value in pairs)


def _about(detail: AssetDetail) -> Iterator[tuple[str, object]]:
    yield "Asset", detail.id
    if detail.deleted_at:
        yield "Deleted", detail.deleted_at
    yield "Customer", _with_address(detail)
    yield "Billing To", detail.billing_to
    yield "Status", detail.status
    yield "Order", detail.order_number
    yield "Purchase Date", detail.purchase_date
    yield "Product", f"{detail.product} ({detail.sku})"
    yield "Quantity", f"{detail.quantity} {detail.unit_type}"
    yield "Price", detail.price


def _at_microsoft(
    detail: AssetDetail, token: str | None, link: str | None
) -> Iterator[tuple[str, object]]:
    yield "Provisioning Sync Status", detail.provisioning_sync_status
    if detail.synchronization_details:
        yield "Synchronization details", detail.synchronization_details
    yield "Token", token
    yield "Token Status", _explained(detail.token_status)
    yield "Return Status", detail.return_status
    if detail.return_refusal:
        yield "Return refused", detail.return_refusal
    yield "Link", link
    yield "Activation Date", detail.activation_date
    yield "Returnable until", detail.returnable_until
    yield "Status asked", detail.checked_at
    yield "Connection", detail.connection
    yield "Client transaction id", detail.client_transaction_id


def _around(detail: AssetDetail) -> Iterator[tuple[str, object]]:
    if detail.unsettled:
        yield "Without an answer", f"{detail.unsettled.kind}, {detail.unsettled.state}"
    if detail.request:
        yield "Request to cancel", f"{detail.request.state}, by {detail.request.requested_by}"
    if detail.discrepancy:
        yield "Discrepancy", detail.discrepancy
    for invoice in detail.invoices:
        yield str(invoice.kind), _invoiced(invoice)


def _with_address(detail: AssetDetail) -> str:
    address = f" <{detail.customer_email}>" if detail.customer_email else ""
    return f"{detail.customer}{address}"


def _explained(status: TokenStatus | None) -> str | None:
    return f"{status} ({_MEANINGS[status]})" if status else None


def _invoiced(invoice: InvoiceLine) -> str:
    return f"{invoice.number}, {invoice.total}, {local_day(invoice.issued_at)}"
