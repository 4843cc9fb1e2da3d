"""One order as a sheet: labels and values, its products, then its licences."""

from __future__ import annotations

from collections.abc import Iterator

from esd_desktop.cli.table import shown
from esd_desktop.models.order_rows import OrderDetail, OrderedLicence
from esd_desktop.models.wording import counted


def order_sheet(detail: OrderDetail) -> str:
    """The sheet."""
    pairs = list(_pairs(detail))
    width = max(len(label) for label, _ in pairs)
    lines = [f"{label:<{width}}  {shown(value)}" for label, value in pairs]
    return "\n".join([*lines, "", *map(_licence, detail.licences)])


def _pairs(detail: OrderDetail) -> Iterator[tuple[str, object]]:
    order = detail.order
    yield "Order", order.number
    yield "Customer", order.customer
    yield "E-mail", detail.customer_email
    yield "Billing To", order.billing_to
    yield "Connection", order.connection
    yield "Placed", order.placed_at
    yield "Placed by", order.placed_by
    for line in detail.products:
        yield "Product", f"{line.quantity} × {line.product} ({line.sku}) at {line.price}"
    yield "Net", order.net
    for invoice in detail.invoices:
        yield "Invoice", invoice.number
    yield (
        "Licences",
        (
            f"{counted(order.licences, 'licence')}: {order.issued:,} issued, "
            f"{order.failed:,} failed, {order.waiting:,} waiting"
        ),
    )


def _licence(licence: OrderedLicence) -> str:
    state = f"{licence.token_status}" if licence.token_status else f"{licence.provisioning}"
    reason = f": {licence.reason}" if licence.reason else ""
    gone = " (record deleted)" if licence.deleted else ""
    return f"Asset {licence.id}  {shown(licence.product)}  {state}{gone}{shown(reason)}"
