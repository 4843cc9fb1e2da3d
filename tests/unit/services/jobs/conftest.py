"""Licences of the sandbox's in a PostgreSQL store, and workers on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from esd_desktop.models.mass_rows import MassState, MassWorkRow
from esd_desktop.models.store import tables
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import mass_work
from esd_desktop.services.context import Services
from esd_desktop.services.jobs.queue import Rhythm
from esd_desktop.services.jobs.work_jobs import work_jobs
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.shared_settings import NEVER, NIGHTLY_AT, change_settings
from tests.support.connecting import connect
from tests.support.mass import bought
from tests.support.waiting import until_answered

QUICKLY = Rhythm(heartbeat=0.1, gone_after=1.0, look=0.05)


@dataclass(frozen=True)
class Stock:
    """The services of the store's owner, and three issued licences whose mails have gone. No night
    begins by itself, at whatever hour the tests run."""

    services: Services
    connection: int
    assets: tuple[int, ...]


@pytest.fixture
async def stock(postgres_services: Services, sandbox: SandboxControl) -> Stock:
    await change_settings(postgres_services, {NIGHTLY_AT: NEVER})
    connection = await connect(postgres_services, sandbox.addresses)
    assets = await bought(postgres_services, connection, 3)
    await send_due_mails(postgres_services)
    return Stock(postgres_services, connection, assets)


@asynccontextmanager
async def working(services: Services) -> AsyncIterator[asyncio.Event]:
    """A worker lives while the block runs, or until what this gives is set."""
    stop = asyncio.Event()
    life = asyncio.create_task(work_jobs(services, stop, QUICKLY))
    try:
        yield stop
    finally:
        stop.set()
        await life


async def ended(services: Services, work_id: int) -> MassWorkRow:
    """The work, once it runs no more."""

    async def has_ended() -> bool:
        return (await mass_work.work(services, work_id)).state is not MassState.RUNNING

    await until_answered(has_ended)
    return await mass_work.work(services, work_id)


async def count(services: Services, action: str, operator: str) -> int:
    """How many audit rows there are of this."""
    async with services.store.read() as connection:
        rows = await connection.execute(
            tables.audit.select().where(
                tables.audit.c.action == action, tables.audit.c.operator == operator
            )
        )
        return len(rows.all())
