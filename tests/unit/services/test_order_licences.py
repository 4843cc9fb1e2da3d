"""D3: an asset a licence, one invoice for all of them, or nothing at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

import pytest

from esd_desktop.errors import InvalidInput
from esd_desktop.models.account import Account
from esd_desktop.models.statuses import CatalogueStatus, InvoiceKind
from esd_desktop.models.store import accounts, offerings
from esd_desktop.models.values import new_id
from esd_desktop.services.browse import (
    account_history,
    asset_detail,
    asset_history,
    latest_history,
)
from esd_desktop.services.context import Services
from esd_desktop.services.order_detail import order_detail
from esd_desktop.services.order_licences import (
    MOST_LICENCES,
    OrderLine,
    order_licences,
    placed_order,
)
from tests.support.connecting import SKU, order
from tests.support.sowing import PURCHASED

ANOTHER = "KW9-00664"
DISCONTINUED = "79G-05412"


async def customer_of(services: Services, connected: int) -> int:
    """The customer of an order that was placed before."""
    (asset_id,) = await order(services, connected)
    return (await asset_detail(services, asset_id)).customer_id


async def offering_is(services: Services, connected: int, sku: str, **values: object) -> None:
    async with services.store.change() as work:
        offering = (await offerings.by_sku(work, connected, [sku]))[sku]
        for name, value in values.items():
            setattr(offering, name, value)
        await work.commit()


async def account_is(services: Services, account_id: int, **values: object) -> None:
    async with services.store.change() as work:
        account = await accounts.for_change(work, account_id)
        for name, value in values.items():
            setattr(account, name, value)
        await work.commit()


@pytest.mark.parametrize(("quantity", "licences"), [(1, "1 licence"), (3, "3 licences")])
async def test_each_licence_is_charged_on_one_invoice(
    services: Services, connected: int, quantity: int, licences: str
) -> None:
    ids = await order(services, connected, quantity=quantity)
    details = [await asset_detail(services, asset_id) for asset_id in ids]
    assert [detail.quantity for detail in details] == [1] * quantity
    assert len({detail.client_transaction_id for detail in details}) == quantity
    charges = [charge for detail in details for charge in detail.invoices]
    assert {(charge.number, charge.kind) for charge in charges} == {
        (charges[0].number, InvoiceKind.INVOICE)
    }
    assert [charge.amount for charge in charges] == [detail.price for detail in details]
    told = (await account_history(services, details[0].customer_id))[0].sentence
    assert told == f"Order {details[0].order_number} over {licences} was placed."
    for asset_id in ids:
        (row,) = await asset_history(services, asset_id)
        assert row.sentence == f"Ordered with {details[0].order_number}."


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "at least one licence"),
        ([OrderLine(SKU, 0)], f"The quantity of {SKU} must be at least 1"),
        ([OrderLine(SKU, 1), OrderLine(ANOTHER, -1)], f"The quantity of {ANOTHER} must be"),
        ([OrderLine(SKU, 10_000_000)], "at most 10,000 licences, not 10,000,000"),
        ([OrderLine(SKU, MOST_LICENCES), OrderLine(SKU, 1)], "at most 10,000 licences"),
        ([OrderLine(SKU, 1), OrderLine(DISCONTINUED, 1)], "is discontinued"),
        ([OrderLine(SKU, 1), OrderLine("no such", 1)], "The product no such is not in this"),
    ],
)
async def test_what_cannot_be_ordered_leaves_nothing_behind(
    services: Services, connected: int, lines: Sequence[OrderLine], sentence: str
) -> None:
    account_id = await customer_of(services, connected)
    before = await latest_history(services)
    with pytest.raises(InvalidInput, match=sentence):
        await order_licences(services, account_id, connected, lines)
    assert await latest_history(services) == before
    number = (await asset_detail(services, *await order(services, connected))).order_number
    assert number == "SO-00002"


async def test_what_is_new_in_the_catalogue_is_accepted_first(
    services: Services, connected: int
) -> None:
    account_id = await customer_of(services, connected)
    await offering_is(services, connected, SKU, status=CatalogueStatus.NEW)
    with pytest.raises(InvalidInput, match="is new in the catalogue; accept it first"):
        await order_licences(services, account_id, connected, [OrderLine(SKU, 1)])


async def test_what_changed_is_sold_at_the_price_in_use(services: Services, connected: int) -> None:
    account_id = await customer_of(services, connected)
    await offering_is(
        services,
        connected,
        SKU,
        status=CatalogueStatus.CHANGED,
        price_amount=Decimal("100.00"),
        offered_price_amount=Decimal("120.00"),
        offered_currency="GBP",
    )
    placed = await order_licences(services, account_id, connected, [OrderLine(SKU, 1)])
    assert (await asset_detail(services, placed.asset_ids[0])).price.amount == Decimal("100.00")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (None, "has no e-mail address to send the licences to"),
        ("", "has no e-mail address to send the licences to"),
        ("a@b.example, c@d.example", "is not one plain e-mail address"),
    ],
)
async def test_an_account_without_a_usable_address_cannot_be_ordered_for(
    services: Services, connected: int, address: str | None, sentence: str
) -> None:
    account_id = await customer_of(services, connected)
    await account_is(services, account_id, email=address)
    with pytest.raises(InvalidInput, match=sentence):
        await order_licences(services, account_id, connected, [OrderLine(SKU, 1)])


async def test_one_order_is_in_one_currency(services: Services, connected: int) -> None:
    account_id = await customer_of(services, connected)
    await offering_is(services, connected, SKU, currency="CHF")
    with pytest.raises(InvalidInput, match="One order is in one currency, not in CHF and"):
        await order_licences(
            services, account_id, connected, [OrderLine(SKU, 1), OrderLine(ANOTHER, 1)]
        )


async def test_a_product_named_twice_is_added_up(services: Services, connected: int) -> None:
    account_id = await customer_of(services, connected)
    lines = [OrderLine(SKU, 1), OrderLine(ANOTHER, 1), OrderLine(SKU, 2)]
    placed = await order_licences(services, account_id, connected, lines)
    detail = await order_detail(services, placed.id)
    assert [(line.sku, line.quantity) for line in detail.products] == [(SKU, 3), (ANOTHER, 1)]
    assert detail.order.connection_id == connected


async def test_a_reseller_may_order_for_itself(services: Services, connected: int) -> None:
    async with services.store.change() as work:
        reseller = Account(
            kind="Reseller",
            name="Helios Reselling GmbH",
            email="licences@helios.example",
            search_text="helios",
            created_at=PURCHASED,
        )
        work.add(reseller)
        await work.commit()
    placed = await order_licences(services, reseller.id, connected, [OrderLine(SKU, 1)])
    detail = await asset_detail(services, placed.asset_ids[0])
    assert (detail.customer_id, detail.billing_to_id) == (reseller.id, reseller.id)


async def test_the_same_form_again_is_the_same_order(services: Services, connected: int) -> None:
    account_id = await customer_of(services, connected)
    form = new_id()
    lines = [OrderLine(SKU, 2)]
    assert await placed_order(services, form) is None
    first = await order_licences(services, account_id, connected, lines, placement_id=form)
    known = await placed_order(services, form)
    assert known is not None
    assert (known.number, known.asset_ids) == (first.number, first.asset_ids)
    # Also where it could not be placed any more.
    await offering_is(services, connected, SKU, status=CatalogueStatus.DISCONTINUED)
    second = await order_licences(services, account_id, connected, lines, placement_id=form)
    assert (second.id, second.number, second.asset_ids) == (
        first.id,
        first.number,
        first.asset_ids,
    )


@pytest.mark.both_stores
async def test_the_same_form_twice_at_one_moment_is_one_order(
    services: Services, connected: int
) -> None:
    account_id = await customer_of(services, connected)
    form = new_id()
    placed = await asyncio.gather(
        *(
            order_licences(services, account_id, connected, [OrderLine(SKU, 2)], placement_id=form)
            for _ in range(4)
        )
    )
    assert len({one.id for one in placed}) == 1
    assert {one.asset_ids for one in placed} == {placed[0].asset_ids}
    number = (await asset_detail(services, *await order(services, connected))).order_number
    assert number == "SO-00003"


async def test_thousands_of_licences_are_placed_in_one_go(
    services: Services, connected: int
) -> None:
    account_id = await customer_of(services, connected)
    placed = await order_licences(services, account_id, connected, [OrderLine(SKU, 2_000)])
    order_row = (await order_detail(services, placed.id)).order
    assert len(set(placed.asset_ids)) == order_row.licences == order_row.waiting == 2_000
