"""Reading a long list as it comes, without holding all of it."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncResult

from esd_desktop.models.store.import_staging import interrupt


async def streamed(
    connection: AsyncConnection, statement: Select[*tuple[Any, ...]]
) -> AsyncResult[*tuple[Any, ...]]:
    """The rows of a statement, to be fetched some at a time. Where the waiting is cancelled, the
    store gives up too: sorting a million rows it would otherwise go on for many seconds."""
    beginning = asyncio.ensure_future(connection.stream(statement))
    try:
        return await asyncio.shield(beginning)
    except asyncio.CancelledError:
        await interrupt(connection)
        await asyncio.gather(beginning, return_exceptions=True)
        raise
