"""A desktop leaves work to a worker, where one lives."""

from __future__ import annotations

from esd_desktop.services.context import Services
from esd_desktop.services.jobs.giving_way import GivingWay
from tests.support.postgres import PostgresStore


async def test_where_no_worker_lives_a_desktop_takes_all(
    postgres_services: Services, services: Services
) -> None:
    assert await GivingWay().ours(postgres_services, [3, 4]) == [3, 4]
    assert await GivingWay().ours(services, [3, 4]) == [3, 4]


async def test_a_worker_has_some_seconds_to_take_it(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    postgres_store.execute("INSERT INTO esd_jobs.procrastinate_workers DEFAULT VALUES")
    patient, impatient = GivingWay(left_for=60.0), GivingWay(left_for=0.0)
    assert await patient.ours(postgres_services, [3]) == []
    assert await patient.ours(postgres_services, [3, 4]) == []
    assert await impatient.ours(postgres_services, [3]) == [3]
    postgres_store.execute(
        "UPDATE esd_jobs.procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
    )
    assert await patient.ours(postgres_services, [3, 4]) == [3, 4]


async def test_each_work_is_left_from_when_it_was_seen(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    postgres_store.execute("INSERT INTO esd_jobs.procrastinate_workers DEFAULT VALUES")
    giving_way = GivingWay(left_for=0.05)
    seen: list[int] = []
    while not seen:
        seen = await giving_way.ours(postgres_services, [3])
    assert 4 not in await giving_way.ours(postgres_services, [3, 4])
