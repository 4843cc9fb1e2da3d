"""Invoices as they are listed, found and shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from esd_desktop.errors import NotFound
from esd_desktop.models.invoice_rows import InvoiceRow
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.store.invoices import LISTING
from esd_desktop.services.browse_invoices import find_invoice, invoice_detail, invoice_sheet
from esd_desktop.services.context import Services
from esd_desktop.services.edit_tax_rate import set_tax_rate
from esd_desktop.services.lists import list_counts, list_page
from tests.support.billing import Billed, bill, billed_account, take_back

KIND = ListKind.INVOICES


async def _rows(services: Services, query: ListQuery = ListQuery()) -> list[InvoiceRow]:  # noqa: B008
    return await list_page(services, KIND, query, 0, 50)


@pytest.fixture
async def billed(services: Services) -> Billed:
    """Two invoices; a licence of the first one is credited."""
    account, connection = await billed_account(services)
    await set_tax_rate(services, "DE", Decimal(19))
    first = await bill(services, account, connection, [Decimal("579.99"), Decimal(10)])
    await bill(services, account, connection, [Decimal(21_900)], "JPY")
    await take_back(services, first.assets[0])
    return first


async def test_the_list_says_what_each_comes_to(services: Services, billed: Billed) -> None:
    rows = {row.number: row for row in await _rows(services)}
    assert list(rows) == ["CRN-2026-00001", "INV-2026-00002", "INV-2026-00001"]
    assert str(rows["INV-2026-00002"].total) == "26061 JPY"
    charged = rows["INV-2026-00001"]
    assert (str(charged.net), str(charged.tax), str(charged.total)) == (
        "589.99 EUR",
        "112.10 EUR",
        "702.09 EUR",
    )
    assert str(charged.credited) == "690.19 EUR"
    assert rows["CRN-2026-00001"].credited is None
    assert str(rows["CRN-2026-00001"].total) == "-690.19 EUR"
    assert charged.account_id == billed.account


async def test_filters_search_and_account(services: Services, billed: Billed) -> None:
    for query, numbers in (
        (ListQuery(filter="invoices"), ["INV-2026-00002", "INV-2026-00001"]),
        (ListQuery(filter="credits"), ["CRN-2026-00001"]),
        (ListQuery(search="inv 00002"), ["INV-2026-00002"]),
        (ListQuery(search="so-00001"), ["CRN-2026-00001", "INV-2026-00001"]),
        (ListQuery(search="ΝΑΥΤΙΛΙΑΚΉ crn"), ["CRN-2026-00001"]),
        (ListQuery(search="%"), []),
        (ListQuery(account_id=billed.account + 1), []),
    ):
        assert [row.number for row in await _rows(services, query)] == numbers
    counts = await list_counts(services, KIND, ListQuery(account_id=billed.account))
    assert counts.by_filter == {"all": 3, "invoices": 2, "credits": 1}


@pytest.mark.parametrize("sort", LISTING.sorts)
async def test_it_can_be_sorted_by_each_column(
    services: Services, billed: Billed, sort: str
) -> None:
    query = ListQuery(sort=sort)
    down = await _rows(services, query)
    up = await _rows(services, replace(query, descending=False))
    assert {row.id for row in down} == {row.id for row in up}
    if sort == "total":
        assert [row.number for row in up] == ["CRN-2026-00001", "INV-2026-00001", "INV-2026-00002"]
    assert billed.invoice in {row.id for row in up}


async def test_a_customers_list_has_what_his_reseller_was_billed(services: Services) -> None:
    from tests.support.sowing import sow

    sown = await sow(services)
    of_customer = await _rows(services, ListQuery(account_id=sown.customer))
    of_reseller = await _rows(services, ListQuery(account_id=sown.reseller))
    assert of_customer
    assert {row.account_id for row in of_customer} == {sown.reseller}
    assert {row.id for row in of_customer} < {row.id for row in of_reseller}


async def test_one_is_found_by_its_number(services: Services, billed: Billed) -> None:
    assert await find_invoice(services, " inv-2026-00001 ") == billed.invoice
    with pytest.raises(NotFound):
        await find_invoice(services, "INV-2026-00009")


async def test_one_in_full(services: Services, billed: Billed) -> None:
    detail = await invoice_detail(services, billed.invoice)
    assert [item.sku for item in detail.items] == ["EP2-06606"] * 2
    assert detail.credit_numbers == ("CRN-2026-00001",)
    credit = await invoice_detail(services, await find_invoice(services, "CRN-2026-00001"))
    assert credit.credits_number == "INV-2026-00001"
    with pytest.raises(NotFound):
        await invoice_detail(services, 99)


async def test_one_on_paper(services: Services, billed: Billed) -> None:
    assert (await invoice_sheet(services, billed.invoice)).title == "Invoice INV-2026-00001"
