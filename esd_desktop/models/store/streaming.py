"""Reading a long list as it comes, without holding all of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncResult

from esd_desktop.models.store.import_staging import interrupt

_ROWS_AT_ONCE = 500


@asynccontextmanager
async def streamed(
    connection: AsyncConnection, statement: Select[*tuple[Any, ...]]
) -> AsyncIterator[AsyncIterator[Sequence[Row[*tuple[Any, ...]]]]]:
    """The rows of a statement, some hundreds at a time; given up in the middle, the store lets go
    of the rest."""
    result = await _begun(connection, statement)
    try:
        yield result.partitions(_ROWS_AT_ONCE)
    finally:
        # A server keeps the rest of the rows ready; SQLite has none ready, and is not to be asked
        # where it was interrupted.
        if connection.dialect.name == "postgresql":
            await result.close()


async def _begun(
    connection: AsyncConnection, statement: Select[*tuple[Any, ...]]
) -> AsyncResult[*tuple[Any, ...]]:
    """Where the waiting is cancelled, the store gives up too: sorting a million rows it would
    otherwise go on for many seconds."""
    beginning = asyncio.ensure_future(connection.stream(statement))
    try:
        return await asyncio.shield(beginning)
    except asyncio.CancelledError:
        await interrupt(connection)
        await asyncio.gather(beginning, return_exceptions=True)
        raise
