"""Invoices made up for the tests of how they look on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from esd_desktop.models.invoice_rows import InvoiceDetail, InvoiceItemRow, InvoiceRow, Seller
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.tax import tax_of
from esd_desktop.models.values import Money

SELLER = Seller("Northwind Ltd", "12 Harbour Street\nLondon E14 5AB", "GB 123 4567 89")


def item(
    number: int,
    *,
    description: str = "Office Home & Business 2024",
    net: str = "579.99",
    rate: str = "19",
    currency: str = "EUR",
) -> InvoiceItemRow:
    """One licence."""
    amount = Decimal(net)
    tax = tax_of(amount, Decimal(rate), currency)
    return InvoiceItemRow(number, number, "EP2-06606", description, amount, Decimal(rate), tax)


def invoice(
    items: Sequence[InvoiceItemRow],
    *,
    kind: InvoiceKind = InvoiceKind.INVOICE,
    billed: str = "Helios Reselling GmbH",
    currency: str = "EUR",
    credits_number: str | None = None,
) -> InvoiceDetail:
    """An invoice over these."""
    number = "INV-2026-00042" if kind is InvoiceKind.INVOICE else "CRN-2026-00003"
    row = InvoiceRow(
        id=1,
        number=number,
        kind=kind,
        account_id=1,
        account=billed,
        order_id=1,
        order_number="SO-00017",
        issued_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
        net=Money(sum((each.net for each in items), Decimal(0)), currency),
        tax=Money(sum((each.tax for each in items), Decimal(0)), currency),
        credited=None,
    )
    return InvoiceDetail(row, "VAT", SELLER, billed, "DE", credits_number, (), tuple(items))
