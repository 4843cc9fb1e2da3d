"""Carrying a list into a file: in order, in bounded memory, and given up at any moment."""

from __future__ import annotations

import asyncio
import csv
import gc
import os
import tracemalloc
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from esd_desktop.errors import EsdError
from esd_desktop.models.values import Money
from esd_desktop.services.exporting.columns import ExportColumn
from esd_desktop.services.exporting.table_file import StoppableFile, Target
from esd_desktop.services.exporting.writing import write_table

_PLACED = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
_AT_ONCE = 500
COLUMNS: tuple[ExportColumn[int], ...] = (
    ExportColumn("Number", lambda row: row),
    ExportColumn("Order", lambda row: f"SO-{row:06d}"),
    ExportColumn("Placed", lambda row: _PLACED),
    ExportColumn("Net", lambda row: Money(Decimal(row) / 100, "EUR"), money=True),
)


async def rows(count: int) -> AsyncGenerator[Sequence[int]]:
    """So many rows, some hundreds at a time, as the store gives them."""
    for first in range(0, count, _AT_ONCE):
        yield range(first, min(first + _AT_ONCE, count))


async def write(path: Path, count: int) -> int:
    target = Target(path, replace=True)
    return await write_table(target, COLUMNS, rows(count), count, None)


async def peak(path: Path, count: int) -> int:
    """The most memory, in bytes, that writing so many rows takes."""
    gc.collect()
    tracemalloc.start()
    try:
        await write(path, count)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def numbers(path: Path) -> list[object]:
    """The first column, without its heading."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [int(line[0]) for line in list(csv.reader(file))[1:]]
    book = load_workbook(path, read_only=True)
    found: list[object] = [
        row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)
    ]
    book.close()
    return found


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
async def test_every_row_is_there_in_its_order(tmp_path: Path, name: str) -> None:
    assert await write(tmp_path / name, 5_100) == 5_100
    assert numbers(tmp_path / name) == list(range(5_100))


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
async def test_memory_does_not_grow_with_the_list(tmp_path: Path, name: str) -> None:
    await write(tmp_path / name, 10)  # whatever is imported only once
    short, long = await peak(tmp_path / name, 1_000), await peak(tmp_path / name, 4_000)
    assert long < short + 150_000, (short, long)


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
async def test_what_was_read_from_is_given_back_with_the_fault(tmp_path: Path, name: str) -> None:
    """Not later, when the fault has been told and is forgotten: a store might wait for it."""
    given_back: list[bool] = []

    async def held() -> AsyncGenerator[Sequence[int]]:
        try:
            async for some in rows(2_000):
                yield some
        finally:
            given_back.append(True)

    def broken(row: int) -> Any:
        raise OSError(28, "No space left on device")

    columns: tuple[ExportColumn[int], ...] = (ExportColumn("Number", broken),)
    with pytest.raises(EsdError, match="no space left on device") as raised:
        await write_table(Target(tmp_path / name, replace=False), columns, held(), 2_000, None)
    assert given_back == [True]
    assert raised.value.advice
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize("step", ["fsync", "replace"])
async def test_where_the_last_step_fails_nothing_is_left_either(
    tmp_path: Path, name: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(EsdError, match="no space left on device"):
        await write(tmp_path / name, 10)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize("moment", ["at once", "opening", "putting together"])
async def test_given_up_at_any_moment_nothing_is_left(
    tmp_path: Path, name: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text("mine")
    target = Target(tmp_path / name, replace=True)
    loop, reached = asyncio.get_running_loop(), asyncio.Event()
    if moment == "opening":
        opened = target.open

        def told() -> Any:
            loop.call_soon_threadsafe(reached.set)
            return opened()

        monkeypatch.setattr(target, "open", told)
    elif moment == "putting together":
        _at_first_byte(monkeypatch, lambda: loop.call_soon_threadsafe(reached.set))
    else:
        reached.set()
    work = asyncio.create_task(write_table(target, COLUMNS, rows(5_000), 5_000, None))
    await reached.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert (tmp_path / name).read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == [name]


def _at_first_byte(monkeypatch: pytest.MonkeyPatch, tell: Callable[[], object]) -> None:
    """Tell when the first byte goes into the file: of a workbook, when it is put together."""
    written = StoppableFile.write

    def and_tell(self: StoppableFile, data: Any, /) -> int:
        tell()
        return written(self, data)

    monkeypatch.setattr(StoppableFile, "write", and_tell)
