"""Every simple list can be read, counted and searched for whoever looks at it."""

from __future__ import annotations

import pytest

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.store.listings import LISTINGS
from esd_desktop.services.context import Services
from esd_desktop.services.lists import (
    list_counts,
    list_found,
    list_page,
    list_position,
    list_rows,
)
from tests.support.sowing import Sown


@pytest.mark.parametrize("kind", sorted(LISTINGS))
async def test_a_list_agrees_with_itself(services: Services, sown: Sown, kind: ListKind) -> None:
    for query in (ListQuery(), ListQuery(account_id=sown.reseller), ListQuery(search="e")):
        counts = await list_counts(services, kind, query)
        rows = await list_page(services, kind, query, 0, 100)
        assert len(rows) == counts.found
        assert len({row.id for row in rows}) == len(rows)
        alone = await list_rows(services, kind, [row.id for row in rows])
        assert sorted(alone, key=lambda row: row.id) == sorted(rows, key=lambda row: row.id)
        places = [await list_position(services, kind, query, row.id) for row in rows]
        assert places == list(range(len(rows)))


async def test_as_many_are_found_as_each_list_says(services: Services, sown: Sown) -> None:
    for account_id in (sown.customer, sown.reseller, None):
        query = ListQuery(account_id=account_id)
        found = await list_found(services, dict.fromkeys(LISTINGS, query))
        for kind in LISTINGS:
            assert found[kind] == (await list_counts(services, kind, query)).found, kind
    assert found[ListKind.DISCREPANCIES]


@pytest.mark.parametrize("kind", sorted(LISTINGS))
async def test_every_filter_and_every_sort_is_one(
    services: Services, sown: Sown, kind: ListKind
) -> None:
    counts = await list_counts(services, kind, ListQuery())
    for name, count in counts.by_filter.items():
        rows = await list_page(services, kind, ListQuery(filter=name), 0, 100)
        assert len(rows) == count, name
    for sort in LISTINGS[kind].sorts:
        for descending in (True, False):
            query = ListQuery(sort=sort, descending=descending)
            assert len(await list_page(services, kind, query, 0, 100)) == counts.found


def test_every_kind_has_its_list() -> None:
    assert LISTINGS.keys() == set(ListKind)
