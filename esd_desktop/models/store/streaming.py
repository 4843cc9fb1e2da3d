"""Reading a long list as it comes, without holding all of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection

Result = TypeVar("Result")

_ROWS_AT_ONCE = 2_000


@asynccontextmanager
async def streamed(
    connection: AsyncConnection, statement: Select[*tuple[Any, ...]]
) -> AsyncIterator[AsyncIterator[Sequence[Row[*tuple[Any, ...]]]]]:
    """The rows of a statement, some thousands at a time; given up in the middle, the store lets go
    of the rest."""
    in_parts = statement.execution_options(yield_per=_ROWS_AT_ONCE)
    result = await interruptible(connection, connection.stream(in_parts))
    try:
        yield result.partitions()
    finally:
        # A server keeps the rest of the rows ready; SQLite has none ready, and is not to be asked
        # where it was interrupted.
        if connection.dialect.name == "postgresql":
            await result.close()


async def interruptible(connection: AsyncConnection, reading: Awaitable[Result]) -> Result:
    """Wait for a reading of the store. Where the waiting is cancelled, the store gives up too:
    sorting a million rows it would otherwise go on for many seconds."""
    beginning = asyncio.ensure_future(reading)
    try:
        return await asyncio.shield(beginning)
    except asyncio.CancelledError:
        if connection.dialect.name == "postgresql":
            beginning.cancel()  # upon which its driver tells the server
        await interrupt(connection)
        await asyncio.gather(beginning, return_exceptions=True)
        raise


async def interrupt(connection: AsyncConnection) -> None:
    """Make the store give up the statement it is at. PostgreSQL's driver does so by itself when the
    task that waits for it is cancelled; SQLite's would go on to the end."""
    if connection.dialect.name == "sqlite" and not connection.closed and not connection.invalidated:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.interrupt()
