"""Where the records of a long list stand: pages by the map are those of the list itself, now or as
it was when it was asked for."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.rows import AssetQuery, AssetSort
from esd_desktop.models.store import position_map
from esd_desktop.models.store.assets import AssetList
from esd_desktop.models.store.position_map import PositionMap, PositionMaps
from esd_desktop.services.browse import asset_counts, asset_page, asset_position, map_assets
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.lists import list_page
from tests.support.sowing import Sown, sow

NEWEST = AssetQuery()


@pytest.fixture
def by_map_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of a few rows is read as one of a million is far down."""
    monkeypatch.setattr(position_map, "_NEAR", 0)


async def ids(services: Services, query: AssetQuery, counted: int | None = None) -> list[int]:
    return [row.id for row in await asset_page(services, query, 0, 1000, counted=counted)]


async def read_map(maps: PositionMaps, services: Services, query: AssetQuery) -> PositionMap:
    async with services.store.read() as connection:
        return await maps.map(connection, AssetList(), query)


@pytest.mark.both_stores
async def test_a_page_by_the_map_is_that_of_the_list(
    services: Services, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = [
        replace(scope, sort=sort, descending=descending)
        for sort in AssetSort
        for descending in (True, False)
        for scope in (NEWEST, AssetQuery(account_id=sown.reseller, status="active"))
    ]
    near = {query: await ids(services, query) for query in queries}
    monkeypatch.setattr(position_map, "_NEAR", 0)
    for query, expected in near.items():
        assert len(expected) == (6 if query.status == "all" else 5)
        assert await ids(services, query) == expected, query
        assert [row.id for row in await asset_page(services, query, 2, 2)] == expected[2:4]
        assert await asset_position(services, query, expected[3]) == 3


@pytest.mark.both_stores
async def test_the_end_of_a_list_is_read_from_there(
    services: Services, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is sorted by, without a map; further up there is one."""
    whole = {
        query: [row.id for row in await asset_page(services, query, 0, 100)]
        for sort in AssetSort
        for descending in (True, False)
        for query in (
            AssetQuery(sort=sort, descending=descending),
            AssetQuery(sort=sort, descending=descending, search="office"),
            AssetQuery(account_id=sown.reseller, sort=sort, descending=descending),
        )
    }
    whole_list = await list_page(services, ListKind.ORDERS, ListQuery(), 0, 100)
    monkeypatch.setattr(position_map, "_NEAR", 2)
    with monkeypatch.context() as without:
        without.setattr(position_map, "read_map", None)
        for query, expected in whole.items():
            counted = len(expected)
            last = await asset_page(services, query, counted - 2, 50, counted=counted)
            before = await asset_page(services, query, counted - 2, 1, counted=counted)
            assert [row.id for row in last] == expected[-2:], query
            assert [row.id for row in before] == expected[-2:-1], query
        last = await list_page(services, ListKind.ORDERS, ListQuery(), 5, 50, counted=7)
        assert last == whole_list[-2:]
    expected = whole[NEWEST]
    further_up = await asset_page(services, NEWEST, 2, 2, counted=len(expected))
    assert [row.id for row in further_up] == expected[2:4]


@pytest.mark.usefixtures("by_map_alone")
async def test_a_simple_list_has_one_too(services: Services, sown: Sown) -> None:
    whole = await list_page(services, ListKind.ORDERS, ListQuery(), 0, 100)
    assert await list_page(services, ListKind.ORDERS, ListQuery(), 1, 2) == whole[1:3]
    assert len(whole) == 7


@pytest.mark.both_stores
@pytest.mark.usefixtures("by_map_alone")
async def test_what_one_scrolls_through_stays_until_it_is_asked_for_again(
    services: Services, sown: Sown
) -> None:
    before = await ids(services, NEWEST)
    await delete_asset(services, sown.activated)
    assert await ids(services, NEWEST, len(before)) == before
    after = await ids(services, NEWEST)
    assert after == [each for each in before if each != sown.activated]
    assert await ids(services, NEWEST, len(after)) == after


async def test_a_list_that_is_read_anew_at_its_beginning_forgets_how_it_was(
    services: Services, sown: Sown
) -> None:
    await map_assets(services, NEWEST)
    await delete_asset(services, sown.activated)
    assert sown.activated not in await ids(services, NEWEST)
    assert sown.activated not in await ids(services, NEWEST, 6)


@pytest.mark.on_a_file  # a server's moment passes with what anybody writes there
async def test_it_is_made_anew_only_where_something_was_written(
    services: Services, sown: Sown
) -> None:
    made = await read_map(services.maps, services, NEWEST)
    assert await read_map(services.maps, services, NEWEST) is made
    await delete_asset(services, sown.activated)
    anew = await read_map(services.maps, services, NEWEST)
    assert len(anew) == len(made) - 1


async def test_who_asks_at_once_shares_one(services: Services, sown: Sown) -> None:
    maps = await asyncio.gather(*(read_map(services.maps, services, NEWEST) for _ in range(4)))
    assert len({id(each) for each in maps}) == 1


async def test_the_last_three_lists_are_kept(services: Services, sown: Sown) -> None:
    queries = [replace(NEWEST, sort=sort) for sort in list(AssetSort)[:4]]
    first, *others = [await read_map(services.maps, services, query) for query in queries]
    assert await read_map(services.maps, services, queries[3]) is others[2]
    assert await read_map(services.maps, services, queries[0]) is not first


async def test_what_a_map_says_of_its_places(services: Services) -> None:
    await sow(services, more=5)
    made = await read_map(services.maps, services, NEWEST)
    every = made.ids(0, 100)
    assert len(made) == len(every) == 11
    assert made.ids(4, 3) == every[4:7]
    assert made.ids(9, 50) == every[9:]
    assert made.ids(11, 5) == []
    assert [made.position(each) for each in every] == list(range(11))
    assert [made.position(each) for each in (-1, 0, 10_000_000)] == [None] * 3


async def test_an_empty_list_has_an_empty_one(services: Services) -> None:
    made = await read_map(services.maps, services, NEWEST)
    assert (len(made), made.ids(0, 10), made.position(1)) == (0, [], None)


async def test_a_search_is_counted_by_its_map(services: Services, sown: Sown) -> None:
    query = AssetQuery(search="aegean", status="active")
    counts = await asset_counts(services, query)
    assert counts.found == len(await ids(services, query)) == 3
    assert (counts.all, counts.active) == (6, 5)
