"""The calls that Microsoft takes at once, shared out over all who call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from esd_desktop.models.job_rows import SharedPace
from esd_desktop.models.store import job_queue
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.jobs.sharing import keep_sharing, part_of, share
from esd_desktop.services.microsoft.gateway import EsdGateway
from tests.support.desktops import second_desktop
from tests.support.postgres import PostgresStore
from tests.support.sowing import sow
from tests.support.waiting import until


@pytest.fixture
async def two(
    postgres_services: Services, postgres_store: PostgresStore
) -> AsyncIterator[tuple[Services, Services, int]]:
    """Two programs on one store, and the connection over which both call."""
    sown = await sow(postgres_services)
    async with second_desktop(postgres_services, postgres_store.address) as other:
        yield postgres_services, other, sown.connection


async def calling(services: Services, connection_id: int) -> EsdGateway:
    """A gateway with a call of mass work under way."""
    gateway = await gateway_for(services, connection_id)
    gateway.pace.begin()
    return gateway


@pytest.mark.parametrize(
    ("sharers", "found", "part"),
    [(1, 0, 64), (1, 20, 64), (2, 20, 14), (2, 64, 32), (3, 10, 8), (2, 0, 4), (100, 640, 1)],
)
def test_who_is_alone_has_all_and_others_their_part_and_a_little_more(
    sharers: int, found: int, part: int
) -> None:
    assert part_of(SharedPace(sharers, found, 0.0)) == part


async def test_who_comes_gets_its_part_and_who_leaves_gives_it_back(
    two: tuple[Services, Services, int], postgres_store: PostgresStore
) -> None:
    one, other, connection = two
    mine, theirs = [await calling(services, connection) for services in (one, other)]
    await share(one, mine)
    assert mine.pace.bound == 64
    # Alone for a while, with so many under way.
    postgres_store.execute(
        "UPDATE esd_jobs.connection_paces SET changed_at = now() - interval '1 minute'"
    )
    await share(one, mine)
    await share(other, theirs)
    await share(one, mine)
    half = part_of(SharedPace(2, mine.pace.limit, 0.0))
    assert (mine.pace.bound, theirs.pace.bound) == (half, half)
    async with one.store.change() as work:
        await job_queue.leave_pace(work, connection, one.process)
        await work.commit()
    await share(other, theirs)
    assert theirs.pace.bound == 64


async def test_a_pause_that_one_is_told_holds_all(two: tuple[Services, Services, int]) -> None:
    one, other, connection = two
    mine, theirs = [await calling(services, connection) for services in (one, other)]
    mine.gate.hold(30)
    await share(one, mine)
    await share(other, theirs)
    assert 20 < theirs.gate.held_for <= 30
    async with other.store.change() as work:
        told = await job_queue.share_pace(work, connection + 1, other.process, 8, 0.0)
    assert told.paused_for == 0, "it is another connection"


async def test_who_is_silent_has_no_part(
    two: tuple[Services, Services, int], postgres_store: PostgresStore
) -> None:
    """A process that was killed gives back nothing by itself."""
    one, other, connection = two
    mine, theirs = [await calling(services, connection) for services in (one, other)]
    await share(one, mine)
    await share(other, theirs)
    postgres_store.execute(
        "UPDATE esd_jobs.connection_shares SET until = now() - interval '1 second'"
    )
    await share(other, theirs)
    assert theirs.pace.bound == 64


async def test_it_is_said_while_calls_are_under_way_and_no_longer(
    two: tuple[Services, Services, int], postgres_store: PostgresStore
) -> None:
    one, _, connection = two
    gateway = await calling(one, connection)
    sharing = asyncio.create_task(keep_sharing(one))

    def shares() -> int:
        return len(postgres_store.fetch("SELECT FROM esd_jobs.connection_shares"))

    await until(lambda: shares() == 1)
    gateway.pace.end()
    await until(lambda: shares() == 0)
    gateway.pace.begin()
    await until(lambda: shares() == 1)
    sharing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sharing
    assert shares() == 0


async def test_on_a_file_there_is_nobody_to_share_with(services: Services) -> None:
    async with asyncio.timeout(5):
        await keep_sharing(services)
