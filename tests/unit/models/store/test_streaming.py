"""Reading a long list: given up while the store has not even begun to answer."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, literal, select
from sqlalchemy.pool import QueuePool

from esd_desktop.models.store.streaming import streamed
from esd_desktop.services.context import Services


async def test_the_store_gives_up_what_nobody_waits_for(services: Services) -> None:
    """Without that it would count for ever, and its connection be lost."""
    loop, begun = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> int:
        loop.call_soon_threadsafe(begun.set)
        return 1

    numbers = select(func.told().label("number")).cte(recursive=True)
    endless = numbers.union_all(select(numbers.c.number + literal(1)))

    async def read() -> None:
        async with services.store.read() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.create_function("told", 0, tell)
            async with streamed(connection, select(func.count()).select_from(endless)):
                raise AssertionError("it never begins")

    reading = asyncio.create_task(read())
    await begun.wait()
    reading.cancel()
    (ended,) = await asyncio.gather(reading, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError)
    pool = services.store._engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0
