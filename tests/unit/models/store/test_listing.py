"""How a simple list is read, shown on the catalogue's: filters, search, sort, places, all rows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from esd_desktop.errors import InvalidInput
from esd_desktop.models.listing import ListCounts, ListKind, ListQuery
from esd_desktop.models.offering import Offering
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.store.offerings import LISTING
from esd_desktop.services.context import Services
from esd_desktop.services.lists import list_position
from tests.support.sowing import sow

BY_NAME = ListQuery(sort="name", descending=False)
_OFFERINGS = (
    ("A-1", "Access 2024", "139.00", CatalogueStatus.ACTIVE),
    ("O-1", "Office Home 2024", "119.00", CatalogueStatus.NEW),
    ("O-2", "Office Pro 2024", "439.00", CatalogueStatus.CHANGED),
    ("V-1", "Visio 100%", "599.00", CatalogueStatus.ACTIVE),
    ("W-1", "Windows 10", "119.00", CatalogueStatus.DISCONTINUED),
)


@pytest.fixture
async def connection_id(services: Services) -> int:
    sown = await sow(services)
    async with services.store.change() as work:
        for sku, name, price, status in _OFFERINGS:
            work.add(
                Offering(
                    connection_id=sown.connection,
                    sku=sku,
                    name=name,
                    description="",
                    unit_type="licence",
                    price_amount=Decimal(price),
                    currency="EUR",
                    status=status,
                )
            )
        await work.commit()
    return sown.connection


async def page(
    services: Services, query: ListQuery, offset: int = 0, limit: int = 100
) -> list[OfferingRow]:
    async with services.store.read() as connection:
        return await LISTING.page(connection, query, offset=offset, limit=limit)


async def skus(services: Services, query: ListQuery) -> list[str]:
    return [row.sku for row in await page(services, query)]


async def counts(services: Services, query: ListQuery) -> ListCounts:
    async with services.store.read() as connection:
        return await LISTING.counts(connection, query)


@pytest.mark.both_stores
async def test_a_page_is_a_stretch_of_the_sorted_list(
    services: Services, connection_id: int
) -> None:
    assert await skus(services, BY_NAME) == ["A-1", "O-1", "O-2", "V-1", "W-1"]
    assert [row.sku for row in await page(services, BY_NAME, 1, 2)] == ["O-1", "O-2"]
    assert await skus(services, replace(BY_NAME, descending=True)) == [
        *("W-1", "V-1", "O-2", "O-1", "A-1")
    ]


async def test_what_is_equal_comes_newest_first(services: Services, connection_id: int) -> None:
    by_price = ListQuery(sort="price", descending=False)
    assert (await skus(services, by_price))[:2] == ["W-1", "O-1"]


@pytest.mark.both_stores
async def test_a_filter_and_a_search_cut_it_down(services: Services, connection_id: int) -> None:
    assert await skus(services, replace(BY_NAME, filter="active")) == ["A-1", "V-1"]
    assert await skus(services, replace(BY_NAME, search="office")) == ["O-1", "O-2"]
    assert await skus(services, replace(BY_NAME, search="100%")) == ["V-1"]
    assert await skus(services, replace(BY_NAME, search="w-1")) == ["W-1"]


async def test_counts_are_of_every_filter_and_of_what_is_found(
    services: Services, connection_id: int
) -> None:
    counted = await counts(services, replace(BY_NAME, filter="new", search="office"))
    assert counted.by_filter == {"all": 5, "new": 1, "changed": 1, "active": 2, "discontinued": 1}
    assert counted.found == 1


async def test_another_connection_has_nothing_of_it(services: Services, connection_id: int) -> None:
    other = replace(BY_NAME, connection_id=connection_id + 1)
    assert await page(services, other) == []
    assert (await counts(services, other)).by_filter["all"] == 0
    assert len(await page(services, replace(BY_NAME, connection_id=connection_id))) == 5


async def test_an_account_has_none_of_what_belongs_to_no_account(
    services: Services, connection_id: int
) -> None:
    assert await page(services, replace(BY_NAME, account_id=1)) == []


@pytest.mark.both_stores
async def test_where_a_row_stands(services: Services, connection_id: int) -> None:
    rows = await page(services, BY_NAME)
    kind, active = ListKind.OFFERINGS, replace(BY_NAME, filter="new")
    places = [await list_position(services, kind, BY_NAME, row.id) for row in rows]
    assert places == [0, 1, 2, 3, 4]
    assert await list_position(services, kind, active, rows[0].id) is None


async def test_all_rows_come_in_order(services: Services, connection_id: int) -> None:
    async with services.store.read() as connection:
        every = [row.sku async for rows in LISTING.every(connection, BY_NAME) for row in rows]
    assert every == await skus(services, BY_NAME)


async def test_single_rows_as_they_are_now(services: Services, connection_id: int) -> None:
    first, second, *_ = await page(services, BY_NAME)
    async with services.store.read() as connection:
        found = await LISTING.by_ids(connection, [second.id, first.id, 999])
    assert {row.sku for row in found} == {"A-1", "O-1"}


async def test_what_a_list_does_not_know_is_said(services: Services, connection_id: int) -> None:
    with pytest.raises(InvalidInput, match="no filter 'sold'"):
        await page(services, replace(BY_NAME, filter="sold"))
    with pytest.raises(InvalidInput, match="sorted by 'colour'"):
        await page(services, replace(BY_NAME, sort="colour"))
