"""The columns of the list of invoices."""

from __future__ import annotations

from esd_desktop.models.invoice_rows import InvoiceRow
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.ui.lists import cells
from esd_desktop.ui.lists.columns import Columns, ColumnSpec

KINDS = {InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT: "Credit invoice"}

COLUMNS: Columns[InvoiceRow] = Columns(
    specs=(
        ColumnSpec(
            "number",
            "Number",
            "The invoice’s own number",
            cells.words("CRN-2026-00000"),
            lambda row: cells.words(row.number),
            "number",
            newest_first=True,
        ),
        ColumnSpec(
            "kind",
            "Kind",
            "Whether it charges, or takes a charge back",
            cells.words("Credit invoice"),
            lambda row: cells.words(KINDS[row.kind]),
            "kind",
            quiet=True,
        ),
        ColumnSpec(
            "issued_at",
            "Issued",
            "When it was issued",
            cells.words("20 Nov 2000"),
            lambda row: cells.day(row.issued_at),
            "issued_at",
            newest_first=True,
        ),
        ColumnSpec(
            "account",
            "Billed To",
            "The account that is billed or credited",
            cells.words("Helios Reselling GmbH"),
            lambda row: cells.words(row.account),
            "account",
        ),
        ColumnSpec(
            "order",
            "Order",
            "The order that it is for",
            cells.words("SO-00000"),
            lambda row: cells.words(row.order_number),
            "order",
            quiet=True,
        ),
        ColumnSpec(
            "net",
            "Net",
            "The amount before tax",
            cells.words("1,000.00 EUR"),
            lambda row: cells.money(row.net),
            "net",
            numeric=True,
            quiet=True,
        ),
        ColumnSpec(
            "tax",
            "Tax",
            "The tax on it",
            cells.words("1,000.00 EUR"),
            lambda row: cells.money(row.tax),
            "tax",
            numeric=True,
            quiet=True,
        ),
        ColumnSpec(
            "total",
            "Total",
            "What is to be paid, or given back",
            cells.words("1,000.00 EUR"),
            lambda row: cells.money(row.total),
            "total",
            numeric=True,
        ),
        ColumnSpec(
            "credited",
            "Credited",
            "How much of it credit invoices have taken back, tax included",
            cells.words("1,000.00 EUR"),
            lambda row: cells.money(row.credited),
            "credited",
            numeric=True,
            quiet=True,
        ),
    ),
    shown=("number", "issued_at", "account", "order", "total", "credited"),
    filler="account",
    first_sort=("issued_at", True),
)
