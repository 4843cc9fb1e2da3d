"""What an import bills and credits: the totals of each invoice are those of its items."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from esd_desktop.models.invoice_rows import InvoiceRow
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.values import Money
from esd_desktop.services.browse_invoices import invoice_detail
from esd_desktop.services.context import Services
from esd_desktop.services.lists import list_page
from tests.unit.services.importing.exports import asset, cancelled, redeemed, write_csv
from tests.unit.services.importing.looking import add_connection, imported


async def test_totals_are_the_sums_of_their_items(services: Services, tmp_path: Path) -> None:
    await add_connection(services)
    lines = [asset(1), asset(2), redeemed(3), cancelled(4), cancelled(5)]
    await imported(services, write_csv(tmp_path / "export.csv", lines))
    rows: list[InvoiceRow] = await list_page(services, ListKind.INVOICES, ListQuery(), 0, 100)
    assert {row.kind for row in rows} == set(InvoiceKind)
    for row in rows:
        detail = await invoice_detail(services, row.id)
        assert row.net.amount == sum(item.net for item in detail.items)
        assert row.tax.amount == sum(item.tax for item in detail.items) == 0
        assert (row.net.amount < 0) is (row.kind is InvoiceKind.CREDIT)
    by_kind = {
        kind: sum((row.net.amount for row in rows if row.kind is kind), Decimal(0))
        for kind in InvoiceKind
    }
    assert by_kind[InvoiceKind.INVOICE] == 5 * Decimal("249.00")
    assert by_kind[InvoiceKind.CREDIT] == -2 * Decimal("249.00")


async def test_a_credit_names_the_invoice_that_it_takes_back(
    services: Services, tmp_path: Path
) -> None:
    await add_connection(services)
    lines = [
        asset(1, Order="A-1"),
        cancelled(2, Order="A-1"),
        cancelled(3, Order="A-2"),
        asset(4, Order="A-3"),
    ]
    await imported(services, write_csv(tmp_path / "export.csv", lines))
    rows: list[InvoiceRow] = await list_page(services, ListKind.INVOICES, ListQuery(), 0, 100)
    details = [await invoice_detail(services, row.id) for row in rows]
    by_order = {
        detail.row.order_number: detail
        for detail in details
        if detail.row.kind is InvoiceKind.INVOICE
    }
    given_back = [detail for detail in details if detail.row.kind is InvoiceKind.CREDIT]
    assert {detail.row.order_number for detail in given_back} == {"A-1", "A-2"}
    for detail in given_back:
        charged = by_order[detail.row.order_number]
        assert detail.credits_number == charged.row.number
        assert charged.row.credited == Money(Decimal("249.00"), "EUR")
    assert by_order["A-3"].row.credited is None
