"""``esd worker``: what is asked for is done, by whoever lives, once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from esd_desktop.errors import NotAllowed, Refused
from esd_desktop.models.mass_rows import MassKind, MassState
from esd_desktop.models.rights import Role
from esd_desktop.models.store import job_queue, tables
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import mass_work
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.jobs.work_jobs import work_jobs
from esd_desktop.services.watch import keep_watch
from tests.support.desktops import second_desktop
from tests.support.mass import begun, transaction_of
from tests.support.people import named
from tests.support.postgres import PostgresStore
from tests.support.postgres_keeper import OWNER
from tests.support.waiting import until
from tests.unit.services.jobs.conftest import Stock, count, ended, working

UPDATE, RESEND = MassKind.UPDATE_STATUS, MassKind.RESEND


async def jobs(services: Services) -> tuple[int, int, int]:
    """How many jobs wait, are under way and have failed, besides the rounds."""
    async with services.store.read() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT count(*) FILTER (WHERE status = 'todo'), "
            "count(*) FILTER (WHERE status = 'doing'), "
            "count(*) FILTER (WHERE status = 'failed') "
            "FROM esd_jobs.procrastinate_jobs WHERE queue_name <> 'rounds'"
        )
        found: Any = rows.one()
    return found[0], found[1], found[2]


async def test_what_a_desktop_asks_for_is_done_by_a_worker(
    stock: Stock, postgres_store: PostgresStore, sandbox: SandboxControl
) -> None:
    """Under the login of the worker, and in the name of who asked, whose window hears of it."""
    redeemed, *_ = stock.assets
    sandbox.redeem(await transaction_of(stock.services, redeemed))
    postgres_store.name_person(OWNER, Role.ADMINISTRATOR)
    agent = postgres_store.person("agent", Role.AGENT)
    worker = postgres_store.person("worker", Role.WORKER)
    async with second_desktop(stock.services, agent) as desktop:
        desktop.operator = desktop.login
        told: list[Changes] = []
        watching = asyncio.create_task(keep_watch(desktop, told.append, lambda _: None))
        work_id = await begun(desktop, UPDATE, stock.assets)
        assert await jobs(stock.services) == (1, 0, 0)
        async with second_desktop(stock.services, worker) as service, working(service):
            row = await ended(stock.services, work_id)
            await until(lambda: any(work_id in changes.works for changes in told))
        watching.cancel()
        assert (row.state, row.done, row.unchanged) == (MassState.DONE, 1, 2)
        assert row.asked_by == desktop.login
        assert await count(stock.services, "update_status", desktop.login) == len(stock.assets)
        logins = postgres_store.fetch(
            "SELECT DISTINCT login FROM audit WHERE action = 'update_status'"
        )
        assert logins == [(service.login,)]
    assert (await jobs(stock.services))[1:] == (0, 0)


async def test_two_workers_do_each_thing_once(stock: Stock, sandbox: SandboxControl) -> None:
    first = await begun(stock.services, MassKind.CANCEL, stock.assets[:2])
    second = await begun(stock.services, RESEND, stock.assets[2:])
    async with second_desktop(stock.services) as other, working(other), working(stock.services):
        rows = [await ended(stock.services, work_id) for work_id in (first, second)]
        await until(lambda: len(sandbox.mails()) > len(stock.assets))
    assert [(row.done, row.failed) for row in rows] == [(2, 0), (1, 0)]
    assert [each["kind"] for each in sandbox.effects()].count("return") == 2
    ids = [mail["message_id"] for mail in sandbox.mails()]
    assert len(ids) == len(set(ids))


async def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_another(
    stock: Stock, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("read", "delay", seconds=0.3, times=1)
    work_id = await begun(stock.services, UPDATE, stock.assets)
    async with second_desktop(stock.services) as first, working(first) as stop:
        await until(sandbox.call_log)
        stop.set()
    assert (await mass_work.work(stock.services, work_id)).running_in == ""
    assert (await jobs(stock.services))[1:] == (0, 0)
    async with working(stock.services):
        row = await ended(stock.services, work_id)
    assert (row.state, row.unchanged) == (MassState.DONE, len(stock.assets))


async def test_what_a_worker_that_is_gone_had_taken_waits_again(stock: Stock) -> None:
    work_id = await begun(stock.services, UPDATE, stock.assets)
    async with stock.services.store.change() as work:
        await work.connection.exec_driver_sql(
            "SET LOCAL search_path = esd_jobs; "
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour');"
            "SELECT procrastinate_fetch_job_v2(NULL, (SELECT id FROM procrastinate_workers))"
        )
        await work.commit()
    assert await jobs(stock.services) == (0, 1, 0)
    async with stock.services.store.read() as connection:
        state = await job_queue.worker_state(connection)
    assert state is not None
    assert state.workers == 0
    async with working(stock.services):
        assert (await ended(stock.services, work_id)).state is MassState.DONE


async def test_works_that_nobody_has_are_queued_once(stock: Stock) -> None:
    """Such as after a restore, or where a desktop died in the middle of one."""
    work_id = await begun(stock.services, UPDATE, stock.assets)
    async with stock.services.store.change() as work:
        await work.connection.exec_driver_sql(
            "SET LOCAL search_path = esd_jobs; DELETE FROM procrastinate_jobs; "
            "SET LOCAL search_path TO DEFAULT"
        )
        assert await job_queue.queue_forgotten_works(work) == 1
        assert await job_queue.queue_forgotten_works(work) == 1
        await work.commit()
    assert await jobs(stock.services) == (1, 0, 0)
    await mass_work.stop(stock.services, work_id)
    async with stock.services.store.change() as work:
        assert await job_queue.queue_forgotten_works(work) == 0


async def test_nothing_is_done_for_who_may_not_any_more(
    stock: Stock, postgres_store: PostgresStore
) -> None:
    work_id = await begun(stock.services, UPDATE, stock.assets)
    postgres_store.name_person(OWNER, Role.WORKER)
    await named(stock.services, "vera", Role.VIEWER)
    async with stock.services.store.change() as work:
        await work.connection.execute(tables.mass_works.update().values(run_by="vera"))
        await work.commit()
    async with working(stock.services):
        row = await ended(stock.services, work_id)
    assert (row.state, row.ended) == (MassState.PAUSED, 0)
    assert row.reason == "vera may not update a licence's status any more."


async def test_a_store_that_is_away_is_waited_for(
    stock: Stock, postgres_store: PostgresStore
) -> None:
    async with second_desktop(stock.services) as service, working(service):
        await until(lambda: postgres_store.fetch("SELECT FROM esd_jobs.procrastinate_workers"))
        postgres_store.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name ^@ 'esd-desktop' AND datname = current_database()"
        )
        work_id = await begun(stock.services, UPDATE, stock.assets)
        assert (await ended(stock.services, work_id)).state is MassState.DONE


async def test_a_file_has_no_workers(services: Services) -> None:
    with pytest.raises(Refused, match="needs a store on a PostgreSQL server"):
        await work_jobs(services, asyncio.Event())


async def test_only_a_worker_works(services: Services) -> None:
    await named(services, services.login, Role.MANAGER)
    with pytest.raises(NotAllowed, match="carry out what waits for a worker"):
        await work_jobs(services, asyncio.Event())
