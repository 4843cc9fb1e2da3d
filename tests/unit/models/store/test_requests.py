"""The list of requests as the store reads it: each sort and filter, whose they are, what waits."""

from __future__ import annotations

import pytest

from esd_desktop.errors import NotFound
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.statuses import RequestState
from esd_desktop.models.store import requests
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import decline
from esd_desktop.services.lists import list_position
from tests.support.requesting import requested
from tests.support.sowing import Sown

FILTERS = tuple(requests.LISTING.filters)


@pytest.fixture
async def both(services: Services, sown: Sown) -> tuple[RequestRow, RequestRow]:
    """Two requests for one asset: the first is declined, the second waits."""
    first = await requested(services, sown.activated)
    await decline(services, first.id, first.version, comment="It is in use")
    return first, await requested(services, sown.activated)


async def listed(services: Services, query: ListQuery) -> list[int]:
    async with services.store.read() as connection:
        rows = await requests.LISTING.page(connection, query, offset=0, limit=10)
    return [row.id for row in rows]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", requests.LISTING.sorts)
async def test_each_sort_lists_all_and_finds_each_place(
    services: Services, both: tuple[RequestRow, RequestRow], sort: str, descending: bool
) -> None:
    query = ListQuery(sort=sort, descending=descending)
    ids = await listed(services, query)
    assert sorted(ids) == [row.id for row in both]
    for place, request_id in enumerate(ids):
        assert await list_position(services, ListKind.REQUESTS, query, request_id) == place


async def test_the_newest_comes_first(
    services: Services, both: tuple[RequestRow, RequestRow]
) -> None:
    first, second = both
    assert await listed(services, ListQuery()) == [second.id, first.id]


async def test_each_filter_has_its_own(
    services: Services, both: tuple[RequestRow, RequestRow]
) -> None:
    first, second = both
    found = {name: await listed(services, ListQuery(filter=name)) for name in FILTERS}
    assert found == {name: [] for name in FILTERS} | {
        "waiting": [second.id],
        "declined": [first.id],
    }


async def test_what_waits_is_told_from_what_is_over(
    services: Services, sown: Sown, both: tuple[RequestRow, RequestRow]
) -> None:
    first, second = both
    async with services.store.read() as connection:
        waiting = await requests.undecided_of(connection, sown.activated)
        assert waiting is not None
        assert waiting.id == second.id
        assert await requests.undecided_of(connection, sown.redeemed) is None
        ever = await requests.of_asset(connection, sown.activated)
        assert [(row.id, row.state) for row in ever] == [
            (second.id, RequestState.REQUESTED),
            (first.id, RequestState.DECLINED),
        ]
        with pytest.raises(NotFound):
            await requests.one(connection, second.id + 1)
