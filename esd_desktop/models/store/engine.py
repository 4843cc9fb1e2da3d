"""Opening the store: the engine, its connections, and the transactions on them.

SQLite runs with a write-ahead log, foreign keys and full synchronisation. Reading transactions
begin deferred; changes begin with ``BEGIN IMMEDIATE``, so that two writers queue at the start
instead of failing in the middle.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from esd_desktop.errors import InvalidInput, StoreFault
from esd_desktop.models.store.errors import translated
from esd_desktop.models.store.schema import bring_up_to_date
from esd_desktop.models.store.unit_of_work import UnitOfWork

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
_BUSY_TIMEOUT_MS = 10_000
_CONNECT_TIMEOUT_S = 10
_GIVEN_BACK_WITHIN_S = 2.0
_LOOK_EVERY_S = 0.005
WRITES = "esd_writes"


class Store:
    """An open store. ``read()`` gives a connection for queries, ``change()`` a unit of work."""

    def __init__(self, url: URL, engine: AsyncEngine) -> None:
        self._url = url
        self._engine = engine
        # PostgreSQL would let each query see what was committed by then; SQLite never does.
        is_shared = url.get_backend_name() == "postgresql"
        self._one_moment = {"isolation_level": "REPEATABLE READ"} if is_shared else {}

    @property
    def name(self) -> str:
        """Where the data lives, for people: a file, or a database on a host. Never a password."""
        if self._url.database and self._url.get_backend_name() == "sqlite":
            return str(Path(self._url.database))
        return f"{self._url.database} on {self._url.host or 'this computer'}"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection with a consistent view for as long as it is held. Hold it briefly."""
        with translated():
            engine = self._engine.execution_options(**self._one_moment)
            async with engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def change(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work; without ``await work.commit()`` it never happened."""
        with translated():
            engine = self._engine.execution_options(**{WRITES: True})
            async with engine.connect() as connection, UnitOfWork(connection) as work:
                yield work

    async def close(self) -> None:
        """Close every connection, also those that are still being given back.

        Where a caller is cancelled at the very end of its reading, SQLAlchemy gives the connection
        back in a task that nobody holds; it would find the loop closed.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_GIVEN_BACK_WITHIN_S):
                while self._in_use():  # noqa: ASYNC110 - a pool tells nobody that it is full again
                    await asyncio.sleep(_LOOK_EVERY_S)
        await self._engine.dispose()

    def _in_use(self) -> int:
        pool = self._engine.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0


async def open_store(url: str) -> Store:
    """Open the store at ``url``, creating or migrating it where needed.

    ``url`` is a SQLAlchemy address, ``sqlite:///path`` or ``postgresql://…``, or a plain file path.
    Raises InvalidInput for an address of neither kind, StoreFault and its branches otherwise.
    """
    address = parse_address(url)
    engine = _create_engine(address)
    store = Store(address, engine)
    try:
        with translated():
            await bring_up_to_date(engine, engine.execution_options(**{WRITES: True}), address)
            if address.get_backend_name() == "sqlite":
                await _keep_write_ahead_log(engine)
    except BaseException:
        await store.close()
        raise
    return store


def parse_address(url: str) -> URL:
    """The driver's address for what a person wrote: a URL of either kind or a file path."""
    try:
        address = make_url(url if "://" in url else f"sqlite:///{Path(url)}")
    except (ArgumentError, ValueError):
        raise _not_an_address("This") from None
    backend = address.get_backend_name()
    if backend not in _DRIVERS or (backend == "sqlite" and not _is_file(address.database)):
        raise _not_an_address(address.render_as_string(hide_password=True))
    if backend == "sqlite":
        address = address.set(database=str(_expanded(Path(str(address.database)))))
    return address.set(drivername=_DRIVERS[backend])


def _expanded(file: Path) -> Path:
    try:
        return file.expanduser()
    except RuntimeError:  # ~somebody, who has no home here
        return file


def _is_file(database: str | None) -> bool:
    """Whether it is the name of a file; a store in memory would be gone with the program."""
    return bool(database) and "\0" not in str(database) and not str(database).startswith(":memory:")


def _not_an_address(what: str) -> InvalidInput:
    return InvalidInput(
        f"{what} is not the address of a store.",
        advice="Give a file, sqlite:///path/to/file.db, or postgresql://user@host/database.",
    )


def _create_engine(address: URL) -> AsyncEngine:
    if address.get_backend_name() != "sqlite":
        return create_async_engine(
            address, connect_args={"connect_timeout": _CONNECT_TIMEOUT_S}, pool_pre_ping=True
        )
    file = str(address.database)
    _make_folder(Path(file).parent)
    engine = create_async_engine(address, async_creator=partial(_connect_sqlite, file), pool_size=5)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFault(
            f"The store's folder {folder} cannot be made: {error.strerror}.",
            advice="Choose another place for the store, or check that you may write there.",
        ) from error


async def _connect_sqlite(file: str) -> aiosqlite.Connection:
    """Where the driver's own connecting fails or is cancelled, it leaves its thread running, which
    then answers a loop that may have been closed. Here the thread has ended before."""
    connection = aiosqlite.connect(file, timeout=_BUSY_TIMEOUT_MS / 1000)
    thread = connection._thread  # noqa: SLF001 - SQLAlchemy makes it a daemon too
    thread.daemon = True
    connecting = asyncio.ensure_future(_connected(connection))
    try:
        return await asyncio.shield(connecting)
    except BaseException:
        await asyncio.wait([connecting])
        if connecting.exception() is None:
            await connection.close()
        await asyncio.to_thread(thread.join)
        raise


async def _connected(connection: aiosqlite.Connection) -> aiosqlite.Connection:
    return await connection


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # The driver's own implicit BEGIN is switched off; _begin_sqlite begins explicitly.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


async def _keep_write_ahead_log(engine: AsyncEngine) -> None:
    """Only now that the file is known to be ours: it is a change to the file itself."""
    event.listen(engine.sync_engine, "connect", _write_ahead_log)
    await engine.dispose()  # the connections to come have it


def _write_ahead_log(dbapi_connection: Any, _record: object) -> None:
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
