"""Carrying a list from the store into a file: some thousand rows at a time, so that neither memory
nor the loop feels how long it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any

from esd_desktop.models.values import Money
from esd_desktop.services.exporting.columns import ExportColumn, Value
from esd_desktop.services.exporting.table_file import TableWriter, Target, not_written

Progress = Callable[[int, int], None]
_TOLD_EVERY_S = 0.1


async def write_table(
    target: Target,
    columns: Sequence[ExportColumn[Any]],
    batches: AsyncGenerator[Sequence[Any]],
    total: int,
    progress: Progress | None,
) -> int:
    """Write all rows of the batches; answers how many there were. ``progress`` is told how many are
    written, of how many. Raises EsdError where the file cannot be written.

    Given up or failed, nothing is left and what was in the file's place stays.
    """
    work = asyncio.ensure_future(_written(target, columns, batches, total, progress))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        target.stop()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        raise


async def _written(
    target: Target,
    columns: Sequence[ExportColumn[Any]],
    batches: AsyncGenerator[Sequence[Any]],
    total: int,
    progress: Progress | None,
) -> int:
    try:
        writer = await _aside(target.open)
        await _aside(writer.write, [[heading] for heading in _headings(columns)])
        # What was read from is given back here, not when somebody forgets the fault.
        async with aclosing(batches):
            count = await _write_rows(writer, columns, batches, total, progress)
        await _aside(writer.finish)
        await _aside(target.keep)
        return count
    except OSError as error:
        raise not_written(target.path, error) from error
    finally:
        await _aside(target.clear)


async def _write_rows(
    writer: TableWriter,
    columns: Sequence[ExportColumn[Any]],
    batches: AsyncIterator[Sequence[Any]],
    total: int,
    progress: Progress | None,
) -> int:
    count, told_at = 0, 0.0
    async for rows in batches:
        await _aside(lambda some=rows: writer.write(_values(columns, some)))
        count += len(rows)
        if progress is not None and time.monotonic() > told_at + _TOLD_EVERY_S:
            told_at = time.monotonic()
            progress(count, max(count, total))
    return count


async def _aside(work: Callable[..., Any], *args: Any) -> Any:
    """Run it in a thread, to its end: a file that a thread still writes to cannot be taken away."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.gather(running, return_exceptions=True)
        raise


def _headings(columns: Sequence[ExportColumn[Any]]) -> list[Value]:
    headings: list[Value] = []
    for column in columns:
        headings.append(column.header)
        if column.money:
            headings.append(f"{column.header} Currency")
    return headings


def _values(columns: Sequence[ExportColumn[Any]], rows: Sequence[Any]) -> list[list[Value]]:
    """Column by column, as many as there are headings."""
    values: list[list[Value]] = []
    for column in columns:
        found = list(map(column.value, rows))
        if not column.money:
            values.append(found)
            continue
        amounts = [each if isinstance(each, Money) else None for each in found]
        values.append([each and each.amount for each in amounts])
        values.append([each and each.currency for each in amounts])
    return values
