"""A connection to a store that is a file, as SQLAlchemy's driver works with it.

SQLite is asked on a thread of the connection's own. aiosqlite goes there for the cursor, for the
statement, for its rows and for the cursor's end, and waits for each; here all that is one trip,
which for a page of a list takes less time than the others would.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Self

import aiosqlite

from esd_desktop.models.store.audit_hash import register_hash

BUSY_TIMEOUT_S = 10.0
# So many rows are read with a statement; whoever wants more goes for them.
_AHEAD = 512


async def connect(file: str) -> Connection:
    """Where the driver's own connecting fails or is cancelled, it leaves its thread running, which
    then answers a loop that may have been closed. Here the thread has ended before."""
    connection = Connection(file)
    thread = connection._thread  # noqa: SLF001 - SQLAlchemy makes it a daemon too
    thread.daemon = True
    connecting = asyncio.ensure_future(_connected(connection))
    try:
        await asyncio.shield(connecting)
    except BaseException:
        await asyncio.wait([connecting])
        if connecting.exception() is None:
            await connection.close()
        await asyncio.to_thread(thread.join)
        raise
    return connection


class Connection(aiosqlite.Connection):
    """Of a file's path, or its ``file:`` address."""

    def __init__(self, file: str) -> None:
        super().__init__(lambda: _made(file), iter_chunk_size=_AHEAD)
        self._begins = False

    def begin_with_the_next(self) -> None:
        """Begin a reading transaction on the way to the next statement. SQLite's begins with what
        is read first in it anyhow."""
        self._begins = True

    def cursor(self) -> Any:
        """What SQLAlchemy executes a statement with."""
        return _Cursor(self)

    async def on_thread(self, work: Callable[..., None], *args: Any) -> None:
        """Have it done with the connection, on the thread that it belongs to."""
        await self._execute(lambda: work(self._begun(), *args))  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        """Commit what was begun."""
        if not self._nothing_begun():
            await super().commit()

    async def rollback(self) -> None:
        """Roll back what was begun."""
        if not self._nothing_begun():
            await super().rollback()

    def _begun(self) -> sqlite3.Connection:
        if self._begins:
            self._begins = False
            self._conn.execute("BEGIN")
        return self._conn

    def _nothing_begun(self) -> bool:
        only_meant_to, self._begins = self._begins, False
        return only_meant_to


class _Cursor:
    """As much of a cursor as SQLAlchemy asks for. A short answer is read to its end with the
    statement, so that nobody is left holding an unread one, which holds the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self._has_more = False

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description if self._cursor else None

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount if self._cursor else -1

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid if self._cursor else None

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        await self._connection.on_thread(self._execute, statement, values)

    async def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        await self._connection.on_thread(self._execute_many, statement, values)

    async def fetchall(self) -> list[Any]:
        if self._has_more:
            await self._connection.on_thread(self._read_on, None)
        return self._taken(len(self._rows))

    async def fetchmany(self, size: int) -> list[Any]:
        if self._has_more and len(self._rows) < size:
            await self._connection.on_thread(self._read_on, size - len(self._rows))
        return self._taken(size)

    async def close(self) -> None:
        self._rows = []
        if self._has_more:
            await self._connection.on_thread(self._end)

    def _taken(self, count: int) -> list[Any]:
        taken, self._rows = self._rows[:count], self._rows[count:]
        return taken

    def _execute(self, file: sqlite3.Connection, statement: str, values: Sequence[Any]) -> None:
        self._cursor = file.execute(statement, values)
        self._has_more = self._cursor.description is not None
        if self._has_more:
            self._read_on(file, _AHEAD)
        else:
            self._end(file)

    def _execute_many(
        self, file: sqlite3.Connection, statement: str, values: Iterable[Sequence[Any]]
    ) -> None:
        self._cursor = file.executemany(statement, values)

    def _read_on(self, file: sqlite3.Connection, count: int | None) -> None:
        assert self._cursor is not None
        try:
            rows = self._cursor.fetchall() if count is None else self._cursor.fetchmany(count)
        except BaseException:
            self._end(file)
            raise
        self._rows += rows
        if count is None or len(rows) < count:
            self._end(file)

    def _end(self, _file: sqlite3.Connection) -> None:
        assert self._cursor is not None
        self._has_more = False
        self._cursor.close()


class _Ours(sqlite3.Connection):
    """Made ready as it is made, and lets go of the store when it is closed.

    SQLite keeps a lock, also beyond the closing, for as long as somebody holds a cursor that was
    not read to its end, as the traceback of who was cancelled does. So nothing is asked in between
    that a cancellation could break off, and a transaction is ended first.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute("PRAGMA synchronous = FULL")
        self.execute("PRAGMA foreign_keys = ON")
        # What was sealed with an earlier data key is overwritten, and not left where nobody looks.
        self.execute("PRAGMA secure_delete = ON")
        register_hash(self)

    def close(self) -> None:
        with suppress(sqlite3.Error):  # it is closed already, or the disk fails
            if self.in_transaction:
                self.rollback()
        super().close()


def _made(file: str) -> _Ours:
    return _Ours(
        file,
        timeout=BUSY_TIMEOUT_S,
        # The driver's own implicit BEGIN is switched off; a transaction begins explicitly.
        isolation_level=None,
        uri=file.startswith("file:"),
    )


async def _connected(connection: Connection) -> None:
    await connection
