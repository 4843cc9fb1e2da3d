"""Invoices and credits: what they say, that they add up, their numbers, and that they are final."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from esd_desktop.models.currencies import rounded
from esd_desktop.models.invoice_rows import Seller
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.tax import line_amounts, totals
from esd_desktop.services.browse_invoices import invoice_detail
from esd_desktop.services.context import Services
from esd_desktop.services.edit_tax_rate import remove_tax_rate, set_tax_rate
from esd_desktop.services.lists import list_page
from esd_desktop.services.shared_settings import change_settings
from tests.support.billing import bill, billed_account, take_back, write_bill
from tests.support.desktops import second_desktop

_PRICE = Decimal("579.99")
_RATES = st.decimals(0, 100, places=4)
_PRICES = st.lists(st.decimals(0, 100_000, places=4), min_size=1, max_size=6)
_CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF"])


async def _numbers(services: Services) -> list[str]:
    query = ListQuery(sort="number", descending=False)
    return [row.number for row in await list_page(services, ListKind.INVOICES, query, 0, 100)]


async def test_an_invoice_is_taxed_at_the_rate_of_the_billed_country(services: Services) -> None:
    account, connection = await billed_account(services)
    await set_tax_rate(services, "DE", Decimal(19), "MwSt")
    billed = await bill(services, account, connection, [_PRICE, _PRICE])
    detail = await invoice_detail(services, billed.invoice)
    assert (detail.row.net.amount, detail.row.tax.amount) == (Decimal("1159.98"), Decimal("220.40"))
    assert detail.tax_name == "MwSt"
    assert [(item.net, item.tax_rate, item.tax) for item in detail.items] == [
        (_PRICE, Decimal(19), Decimal("110.20"))
    ] * 2


@pytest.mark.parametrize("country", ["FR", None])
async def test_without_a_rate_for_the_country_there_is_no_tax(
    services: Services, country: str | None
) -> None:
    account, connection = await billed_account(services, country=country)
    await set_tax_rate(services, "DE", Decimal(19))
    detail = await invoice_detail(
        services, (await bill(services, account, connection, [_PRICE])).invoice
    )
    assert detail.row.tax.amount == 0
    assert detail.row.total.amount == _PRICE


async def test_it_keeps_saying_who_sold_when_it_was_issued(services: Services) -> None:
    account, connection = await billed_account(services)
    seller = {
        "company.name": "Northwind Ltd",
        "company.address": "12 Harbour Street\nLondon",
        "company.tax_number": "GB 1",
    }
    await change_settings(services, seller)
    billed = await bill(services, account, connection, [_PRICE])
    await change_settings(services, {"company.name": "Somebody else"})
    detail = await invoice_detail(services, billed.invoice)
    assert detail.seller == Seller("Northwind Ltd", "12 Harbour Street\nLondon", "GB 1")
    assert (detail.billed_name, detail.billed_country) == ("Αιγαίο Ναυτιλιακή", "DE")


@pytest.mark.parametrize("later", ["another rate", "no rate"])
async def test_a_credit_mirrors_its_charge_whatever_the_rate_is_now(
    services: Services, later: str
) -> None:
    account, connection = await billed_account(services)
    await set_tax_rate(services, "DE", Decimal("8.25"), "MwSt")
    billed = await bill(services, account, connection, [_PRICE, Decimal("0.305")])
    if later == "no rate":
        await remove_tax_rate(services, "DE")
    else:
        await set_tax_rate(services, "DE", Decimal(25), "VAT")
    charged = await invoice_detail(services, billed.invoice)
    for asset_id, item in zip(billed.assets, charged.items, strict=True):
        credit_id = await take_back(services, asset_id)
        assert credit_id is not None
        credit = await invoice_detail(services, credit_id)
        assert credit.row.kind is InvoiceKind.CREDIT
        assert credit.credits_number == charged.row.number
        assert credit.tax_name == "MwSt"
        (taken,) = credit.items
        assert (taken.net, taken.tax_rate, taken.tax) == (-item.net, item.tax_rate, -item.tax)
    charged = await invoice_detail(services, billed.invoice)
    assert len(charged.credit_numbers) == 2
    assert charged.row.credited == charged.row.total


@pytest.mark.both_stores
async def test_a_licence_is_credited_once(services: Services) -> None:
    account, connection = await billed_account(services)
    billed = await bill(services, account, connection, [_PRICE])
    assert await take_back(services, billed.assets[0]) is not None
    assert await take_back(services, billed.assets[0]) is None
    assert await _numbers(services) == ["CRN-2026-00001", "INV-2026-00001"]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    prices=_PRICES,
    rate=_RATES,
    currency=_CURRENCIES,
    taken=st.sets(st.integers(0, 5)),
    again=_RATES,
)
def test_totals_always_agree(
    opened: tuple[asyncio.Runner, Services, int, int],
    prices: list[Decimal],
    rate: Decimal,
    currency: str,
    taken: set[int],
    again: Decimal,
) -> None:
    """Any prices, rates, currencies and cancellations: the sum of the items is the total, it is
    what was announced before, and what was taken back leaves what was not."""
    runner, services, account, connection = opened
    runner.run(
        _charged_and_taken_back(services, account, connection, prices, rate, currency, taken, again)
    )


@pytest.mark.both_stores
async def test_numbers_have_no_gap_where_an_order_is_rolled_back(services: Services) -> None:
    account, connection = await billed_account(services)
    await bill(services, account, connection, [_PRICE])
    async with services.store.change() as work:
        await write_bill(services, work, account, connection, [_PRICE])  # and no commit
    await bill(services, account, connection, [_PRICE])
    assert await _numbers(services) == ["INV-2026-00001", "INV-2026-00002"]


@pytest.mark.both_stores
async def test_two_desktops_number_together_without_gap_or_double(services: Services) -> None:
    account, connection = await billed_account(services)
    async with second_desktop(services) as other:
        await asyncio.gather(
            *(bill(desk, account, connection, [_PRICE]) for desk in (services, other) * 5)
        )
    assert await _numbers(services) == [f"INV-2026-{number:05}" for number in range(1, 11)]


async def test_each_year_begins_with_one(services: Services) -> None:
    account, connection = await billed_account(services)
    for year in (2026, 2027):
        services.clock = lambda year=year: datetime(year, 12, 30, tzinfo=UTC)  # type: ignore[misc]
        await bill(services, account, connection, [_PRICE])
    assert await _numbers(services) == ["INV-2026-00001", "INV-2027-00001"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoices SET net_amount = 0",
        "UPDATE invoices SET number = 'X' WHERE id = 1",
        "DELETE FROM invoices",
        "UPDATE invoice_items SET amount = 0",
        "DELETE FROM invoice_items",
    ],
)
async def test_an_issued_invoice_is_final_whoever_tries(services: Services, statement: str) -> None:
    account, connection = await billed_account(services)
    billed = await bill(services, account, connection, [_PRICE])
    before = await invoice_detail(services, billed.invoice)
    with pytest.raises(DBAPIError, match="an issued invoice is final"):
        async with services.store.change() as work:
            await work.session.execute(text(statement))
    assert await invoice_detail(services, billed.invoice) == before


async def test_thousands_of_licences_are_one_invoice(services: Services) -> None:
    account, connection = await billed_account(services)
    await set_tax_rate(services, "DE", Decimal(19))
    billed = await bill(services, account, connection, [Decimal("1.11")] * 3_000)
    detail = await invoice_detail(services, billed.invoice)
    assert len(detail.items) == 3_000
    assert [item.asset_id for item in detail.items] == list(billed.assets)
    assert detail.row.total.amount == 3_000 * Decimal("1.32")


async def _charged_and_taken_back(
    services: Services,
    account: int,
    connection: int,
    prices: list[Decimal],
    rate: Decimal,
    currency: str,
    taken: set[int],
    again: Decimal,
) -> None:
    await set_tax_rate(services, "DE", rate)
    billed = await bill(services, account, connection, prices, currency)
    announced = totals(line_amounts(price, rate, currency) for price in prices)
    await set_tax_rate(services, "DE", again)
    for at in sorted(taken):
        if at < len(prices):
            await take_back(services, billed.assets[at])
            assert await take_back(services, billed.assets[at]) is None
    charged = await invoice_detail(services, billed.invoice)
    assert charged.row.net.amount == sum(item.net for item in charged.items) == announced.net
    assert charged.row.tax.amount == sum(item.tax for item in charged.items) == announced.tax
    assert charged.row.total.amount == announced.total
    for amount in (charged.row.net, charged.row.tax):
        assert amount.amount == rounded(amount.amount, currency)
    left = [item for at, item in enumerate(charged.items) if at not in taken]
    credited = charged.row.credited.amount if charged.row.credited else Decimal(0)
    assert charged.row.total.amount - credited == sum(item.net + item.tax for item in left)
