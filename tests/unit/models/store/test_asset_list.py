"""C1, C3, C4: the asset list's filters, search, sort and positions."""

from __future__ import annotations

import pytest

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.rows import AssetQuery, AssetSort, AssetView
from esd_desktop.models.store import assets
from esd_desktop.services.browse import (
    account_list,
    asset_counts,
    asset_page,
    asset_position,
    view_counts,
)
from esd_desktop.services.context import Services
from esd_desktop.services.lists import list_page
from tests.support.sowing import Sown, sow


async def ids(services: Services, query: AssetQuery) -> list[int]:
    return [row.id for row in await asset_page(services, query, 0, 1000)]


async def test_all_active_and_cancelled(services: Services, sown: Sown) -> None:
    assert len(await ids(services, AssetQuery())) == sown.listed
    assert await ids(services, AssetQuery(status="cancelled")) == [sown.cancelled]
    active = await ids(services, AssetQuery(status="active"))
    assert sown.cancelled not in active
    assert len(active) == sown.listed - 1
    counts = await asset_counts(services, AssetQuery(status="cancelled"))
    assert (counts.all, counts.active, counts.cancelled, counts.found) == (6, 5, 1, 1)


async def test_an_account_has_what_it_holds_and_what_it_is_billed_for(
    services: Services, sown: Sown
) -> None:
    of_customer = await ids(services, AssetQuery(account_id=sown.customer))
    assert set(of_customer) == {sown.activated, sown.redeemed, sown.cancelled}
    assert len(await ids(services, AssetQuery(account_id=sown.reseller))) == sown.listed
    assert await ids(services, AssetQuery(account_id=sown.empty_customer)) == []
    counted = {row.id: row.asset_count for row in await account_list(services)}
    assert counted[sown.customer] == 3
    assert counted[sown.reseller] == sown.listed
    assert counted[sown.empty_customer] == 0


@pytest.mark.both_stores
@pytest.mark.parametrize("descending", [True, False])
async def test_pages_of_who_holds_some_and_is_billed_for_others_go_on_without_a_gap(
    services: Services, sown: Sown, descending: bool
) -> None:
    async with services.store.change() as work:
        for held in (sown.redeemed, sown.unsynchronised, sown.odd):
            (await assets.for_change(work, held)).customer_id = sown.reseller
        await work.commit()
    query = AssetQuery(account_id=sown.reseller, descending=descending)
    whole = await asset_page(services, query, 0, 100)
    direction = -1 if descending else 1
    # Of the same moment the newest comes first in either order.
    expected = sorted(whole, key=lambda row: (direction * row.purchase_date.timestamp(), -row.id))
    assert len(whole) == sown.listed
    for offset in range(sown.listed):
        page = await asset_page(services, query, offset, 2)
        assert page == expected[offset : offset + 2]


@pytest.mark.parametrize(
    "words",
    [
        "müller",
        "MÜLLER",
        "helios",
        "söhne hel",
        "SO-00001",
        "ep2-06606 müller",
        "00001",
    ],
)
async def test_search_finds_customer_reseller_order_product_and_last_five(
    services: Services, sown: Sown, words: str
) -> None:
    assert sown.activated in await ids(services, AssetQuery(search=words))


@pytest.mark.parametrize("words", ["%", "_", "'", "müller aegean", "DEMOX-BCDFG"])
@pytest.mark.both_stores
async def test_search_takes_every_character_as_itself(
    services: Services, sown: Sown, words: str
) -> None:
    assert await ids(services, AssetQuery(search=words)) == []


async def test_a_whole_key_finds_its_asset(services: Services, sown: Sown) -> None:
    assert await ids(services, AssetQuery(search=f" {sown.key.lower()} ")) == [sown.activated]


@pytest.mark.parametrize("sort", list(AssetSort))
@pytest.mark.parametrize("descending", [True, False])
async def test_each_sort_is_stable_over_pages_and_positions(
    services: Services, sort: AssetSort, descending: bool
) -> None:
    await sow(services, more=20)
    query = AssetQuery(sort=sort, descending=descending)
    whole = await ids(services, query)
    paged = [
        row.id for offset in range(0, 26, 7) for row in await asset_page(services, query, offset, 7)
    ]
    assert paged == whole
    assert len(set(whole)) == 26
    for place in (0, 11, 25):
        assert await asset_position(services, query, whole[place]) == place


@pytest.mark.both_stores
async def test_the_ready_made_views(services: Services, sown: Sown) -> None:
    expected = {
        AssetView.FAILED: sown.failed,
        AssetView.UNSYNCHRONISED: sown.unsynchronised,
    }
    for view, asset in expected.items():
        assert await ids(services, AssetQuery(view=view)) == [asset]
    counts = await view_counts(services, None)
    assert all(counts[view] == 1 for view in expected)


async def test_the_view_of_discrepancies_shows_what_their_list_shows(
    services: Services, sown: Sown
) -> None:
    view = AssetQuery(view=AssetView.DISCREPANCIES)
    rows = await list_page(services, ListKind.DISCREPANCIES, ListQuery(), 0, 100)
    listed = {row.id for row in rows}
    assert listed == {sown.odd, sown.failed, sown.unsynchronised}
    assert set(await ids(services, view)) == listed
    assert (await view_counts(services, None))[AssetView.DISCREPANCIES] == len(listed)


async def test_a_position_that_the_list_does_not_show(services: Services, sown: Sown) -> None:
    query = AssetQuery(status="cancelled")
    assert await asset_position(services, query, sown.activated) is None
    assert await asset_position(services, AssetQuery(), sown.deleted) is None
