"""D3: the list of orders, and one order in full."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from esd_desktop.errors import NotFound
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.order_rows import OrderRow
from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus
from esd_desktop.models.store import assets
from esd_desktop.models.values import Money
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.context import Services
from esd_desktop.services.lists import list_counts, list_page
from esd_desktop.services.order_detail import find_order, order_detail
from esd_desktop.services.order_licences import OrderLine, order_licences
from tests.support.connecting import SKU, order
from tests.support.sowing import Sown

EVERY = ListQuery()
ANOTHER = "KW9-00664"


async def rows(services: Services, query: ListQuery = EVERY) -> list[OrderRow]:
    return await list_page(services, ListKind.ORDERS, query, 0, 100)


async def row_of(services: Services, asset_id: int) -> OrderRow:
    number = (await asset_detail(services, asset_id)).order_number
    return next(row for row in await rows(services) if row.number == number)


async def asset_is(services: Services, asset_id: int, **values: object) -> None:
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id)
        for name, value in values.items():
            setattr(asset, name, value)
        await work.commit()


async def test_a_row_says_how_far_its_licences_have_come(services: Services, sown: Sown) -> None:
    for asset_id, counts in (
        (sown.activated, (1, 1, 0, 0)),
        (sown.failed, (1, 0, 1, 0)),
        (sown.unsynchronised, (1, 0, 0, 1)),
    ):
        row = await row_of(services, asset_id)
        assert (row.licences, row.issued, row.failed, row.waiting) == counts
    row = await row_of(services, sown.failed)
    assert (row.customer, row.billing_to) == ("Aegean Shipping SA", "Helios Reselling GmbH")
    assert row.net == Money(Decimal("249.00"), "EUR")
    assert (row.connection, row.placed_by) == (None, "anna")


async def test_filters_find_what_is_open_failed_and_complete(
    services: Services, sown: Sown
) -> None:
    counted = await list_counts(services, ListKind.ORDERS, EVERY)
    assert counted.by_filter == {"all": 7, "open": 2, "failed": 1, "complete": 5}
    for name, assets_found in (
        ("open", {sown.failed, sown.unsynchronised}),
        ("failed", {sown.failed}),
    ):
        found = {row.id for row in await rows(services, replace(EVERY, filter=name))}
        assert found == {(await row_of(services, asset_id)).id for asset_id in assets_found}


async def test_what_was_given_up_is_open_no_more(services: Services, sown: Sown) -> None:
    await asset_is(services, sown.failed, deleted_at=services.now(), deleted_by="anna")
    await asset_is(services, sown.unsynchronised, status=AssetStatus.CANCELLED)
    assert await rows(services, replace(EVERY, filter="open")) == []


async def test_search_finds_by_number_customer_and_reseller(services: Services, sown: Sown) -> None:
    row = await row_of(services, sown.failed)
    assert [one.id for one in await rows(services, replace(EVERY, search=row.number.lower()))] == [
        row.id
    ]
    assert {one.customer for one in await rows(services, replace(EVERY, search="MÜLLER"))} == {
        "Müller & Söhne KG"
    }
    assert len(await rows(services, replace(EVERY, search="helios"))) == 7
    assert await rows(services, replace(EVERY, search="100%")) == []


async def test_an_account_has_the_orders_it_holds_or_is_billed_for(
    services: Services, sown: Sown
) -> None:
    assert len(await rows(services, replace(EVERY, account_id=sown.reseller))) == 7
    assert len(await rows(services, replace(EVERY, account_id=sown.customer))) == 3
    assert await rows(services, replace(EVERY, account_id=sown.empty_customer)) == []


@pytest.mark.parametrize(
    "sort", ["placed_at", "number", "customer", "billing_to", "connection", "placed_by"]
)
async def test_it_is_sorted_by_any_column_both_ways(
    services: Services, sown: Sown, sort: str
) -> None:
    down = await rows(services, replace(EVERY, sort=sort, descending=True))
    up = await rows(services, replace(EVERY, sort=sort, descending=False))
    assert {row.id for row in up} == {row.id for row in down}
    keys = [str(getattr(row, sort)).casefold() for row in up]
    assert keys == sorted(keys)


async def test_an_order_in_full(services: Services, connected: int) -> None:
    (first,) = await order(services, connected)
    account_id = (await asset_detail(services, first)).customer_id
    lines = [OrderLine(SKU, 2), OrderLine(ANOTHER, 1)]
    placed = await order_licences(services, account_id, connected, lines)
    await asset_is(
        services,
        placed.asset_ids[0],
        provisioning_sync_status=ProvisioningSyncStatus.FAILED,
        synchronization_details="Microsoft said no.",
    )
    detail = await order_detail(services, placed.id)
    assert [(line.sku, line.quantity) for line in detail.products] == [(SKU, 2), (ANOTHER, 1)]
    assert [line.net.amount for line in detail.products] == [
        line.price.amount * line.quantity for line in detail.products
    ]
    assert tuple(licence.id for licence in detail.licences) == placed.asset_ids
    assert [licence.reason for licence in detail.licences] == ["Microsoft said no.", None, None]
    assert all(licence.without_token for licence in detail.licences)
    assert (detail.order.failed, detail.order.waiting) == (1, 2)
    assert detail.order.net is not None
    assert detail.order.net.amount == sum(line.net.amount for line in detail.products)
    (invoice,) = detail.invoices
    charged = (await asset_detail(services, placed.asset_ids[0])).invoices
    assert [invoice.number] == [line.number for line in charged]
    assert detail.customer_email == "office@aegean.example"


async def test_an_order_is_found_by_its_number(services: Services, sown: Sown) -> None:
    row = await row_of(services, sown.failed)
    assert await find_order(services, f" {row.number.lower()} ") == row.id
    with pytest.raises(NotFound, match="no order 'SO-99999'"):
        await find_order(services, "SO-99999")
    with pytest.raises(NotFound):
        await order_detail(services, 99_999)
