"""Giving up in the middle of the store: every connection comes back, and the next call works."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from esd_desktop.models.store import settings
from esd_desktop.models.store.engine import Store
from esd_desktop.services.context import Services

Access = Callable[[Store], Coroutine[Any, Any, None]]


async def reads(store: Store) -> None:
    async with store.read() as connection:
        await settings.read(connection)
        await connection.execute(text("SELECT count(*) FROM assets"))


async def changes(store: Store) -> None:
    async with store.change() as work:
        await settings.read(work.connection)
        await settings.write(work, "mail.host", "smtp.example")
        await work.commit()


async def moves_on(task: asyncio.Task[None], steps: int) -> None:
    """Let the task go on for so many turns of the loop."""
    for _ in range(steps):
        if not task.done():
            await asyncio.sleep(0)


@pytest.mark.parametrize("access", [reads, changes])
async def test_each_moment_of_giving_up(services: Services, access: Access) -> None:
    pool = services.store._engine.pool
    assert isinstance(pool, QueuePool)
    for steps in range(60):
        task = asyncio.create_task(access(services.store))
        await moves_on(task, steps)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert pool.checkedout() == 0, steps
    await reads(services.store)
    await changes(services.store)
    gc.collect()  # a connection that got lost would be warned of here


async def test_many_at_once(services: Services) -> None:
    pool = services.store._engine.pool
    assert isinstance(pool, QueuePool)
    for steps in range(0, 30, 3):
        tasks = [
            asyncio.create_task((reads, changes)[number % 2](services.store)) for number in range(8)
        ]
        await moves_on(tasks[-1], steps)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert pool.checkedout() == 0
    await changes(services.store)
    gc.collect()
