"""A file is asked in as few trips to its thread as there are statements, and answers completely."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import wraps
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import Integer, func, literal, select, text

from esd_desktop.models.store.streaming import streamed
from esd_desktop.services.context import Services

MANY = 3_000


def numbers() -> Any:
    """Selects 1, 2, 3 and so on up to ``MANY``."""
    first = select(literal(1, Integer).label("number")).cte(recursive=True)
    every = first.union_all(select(first.c.number + 1).where(first.c.number < MANY))
    return select(every.c.number)


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[Callable[..., Any]]:
    """What was sent to a connection's thread."""
    sent: list[Callable[..., Any]] = []
    execute = aiosqlite.Connection._execute

    @wraps(execute)
    async def counted(self: Any, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        sent.append(work)
        return await execute(self, work, *args, **kwargs)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return sent


async def test_a_reading_makes_a_trip_for_each_statement_and_one_to_end(
    services: Services, trips: list[Callable[..., Any]]
) -> None:
    async with services.store.read() as connection:
        for statement in (select(literal(1)), numbers().limit(200)):
            trips.clear()
            await connection.execute(statement)
            assert len(trips) == 1
        trips.clear()
    assert len(trips) == 1


async def test_a_long_answer_is_complete(services: Services) -> None:
    async with services.store.read() as connection:
        found = list((await connection.execute(numbers())).scalars())
    assert found == list(range(1, MANY + 1))


async def test_a_stream_is_complete(services: Services) -> None:
    found: list[int] = []
    async with services.store.read() as connection, streamed(connection, numbers()) as parts:
        async for rows in parts:
            found += [row.number for row in rows]
    assert found == list(range(1, MANY + 1))


async def test_a_reading_sees_one_moment_from_its_first_statement(services: Services) -> None:
    count = select(func.count()).select_from(text("written"))
    with closing(sqlite3.connect(services.store.name, isolation_level=None)) as other:
        other.execute("CREATE TABLE written (id INTEGER)")
        async with services.store.read() as connection:
            assert await connection.scalar(count) == 0
            other.execute("INSERT INTO written VALUES (1)")
            assert await connection.scalar(count) == 0
        async with services.store.read() as connection:
            assert await connection.scalar(count) == 1


async def test_a_stream_that_was_left_in_the_middle_holds_nobody_up(services: Services) -> None:
    async with services.store.read() as connection, streamed(connection, numbers()) as parts:
        await anext(aiter(parts))
    with closing(sqlite3.connect(services.store.name, timeout=0)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
