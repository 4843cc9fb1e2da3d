"""Numbers that are counted anew only where something was written since."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.models.rows import AssetQuery, AssetView
from esd_desktop.models.store.kept_counts import KeptCounts, Numbers
from esd_desktop.services.browse import asset_counts, view_counts
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from tests.support.sowing import Sown

# A server's moment passes with what anybody writes there, in other stores as well.
ON_A_FILE = pytest.mark.on_a_file


class Counting:
    """Answers how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> Numbers:
        self.times += 1
        return (self.times,)


async def read(services: Services, kept: KeptCounts, what: str, count: Counting) -> Numbers:
    async with services.store.read() as connection:
        return await kept.read(connection, what, count)


@ON_A_FILE
async def test_they_are_kept_until_something_is_written(services: Services, sown: Sown) -> None:
    kept, count, other = KeptCounts(), Counting(), Counting()
    assert await read(services, kept, "all", count) == (1,)
    assert await read(services, kept, "all", count) == (1,)
    assert await read(services, kept, "of an account", other) == (1,)
    await delete_asset(services, sown.activated)
    assert await read(services, kept, "all", count) == (2,)


@ON_A_FILE
async def test_who_asks_at_once_waits_for_one_counting(services: Services, sown: Sown) -> None:
    kept, count = KeptCounts(), Counting()
    answers = await asyncio.gather(*(read(services, kept, "all", count) for _ in range(4)))
    assert (answers, count.times) == ([(1,)] * 4, 1)


@pytest.mark.both_stores
async def test_a_counting_that_fails_is_not_kept(services: Services, sown: Sown) -> None:
    kept, count = KeptCounts(), Counting()

    async def fails() -> Numbers:
        raise OSError

    async with services.store.read() as connection:
        with pytest.raises(OSError):  # noqa: PT011 - nothing else raises it here
            await kept.read(connection, "all", fails)
    assert await read(services, kept, "all", count) == (1,)


@pytest.mark.both_stores
async def test_what_is_deleted_is_no_longer_counted(services: Services, sown: Sown) -> None:
    for account_id in (None, sown.reseller):
        query = AssetQuery(account_id=account_id)
        before = await asset_counts(services, query)
        views = await view_counts(services, account_id)
        assert views[AssetView.EVERYTHING] == before.all
    await delete_asset(services, sown.activated)
    after = await asset_counts(services, query)
    assert (after.all, after.active) == (before.all - 1, before.active - 1)
    assert (await view_counts(services, account_id))[AssetView.EVERYTHING] == after.all
