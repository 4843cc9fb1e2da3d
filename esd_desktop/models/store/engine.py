"""Opening the store: the engine, its connections, and the transactions on them.

SQLite runs with a write-ahead log, foreign keys and full synchronisation. Reading transactions
begin deferred; changes begin with ``BEGIN IMMEDIATE``, so that two writers queue at the start
instead of failing in the middle.
"""

from __future__ import annotations

import asyncio
import copy
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from esd_desktop.errors import InvalidInput
from esd_desktop.models.store import sqlite_connection
from esd_desktop.models.store.backup_pages import make_folder
from esd_desktop.models.store.errors import fault_of, translated
from esd_desktop.models.store.schema import bring_up_to_date
from esd_desktop.models.store.server_address import secured
from esd_desktop.models.store.unit_of_work import UNSEEN, UnitOfWork
from esd_desktop.models.store.watch import (
    Begun,
    Tell,
    beat,
    watch_file,
    watch_server,
    written_into,
)
from esd_desktop.models.values import new_process

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
# A network that broke silently is noticed after half a minute, also by who only listens.
_NETWORK = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_GIVEN_BACK_WITHIN_S = 2.0
_LOOK_EVERY_S = 0.005
WRITES = "esd_writes"
# Until the transaction ends, however it ends: the connection goes on to somebody else.
_FOR_VISITOR = text("SELECT set_config('esd.visitor_account', :account, true)")
Reading: TypeAlias = AsyncConnection


class Store:
    """An open store. ``read()`` gives a connection for queries, ``change()`` a unit of work.
    ``login`` is who is signed in at a database server; a file knows nobody. ``process`` tells this
    program from every other one that writes into the store."""

    def __init__(self, url: URL, engine: AsyncEngine, process: str) -> None:
        self.login: str | None = None
        self.process = process
        self._url = url
        self._engine = engine
        # PostgreSQL would let each query see what was committed by then; SQLite never does.
        is_shared = url.get_backend_name() == "postgresql"
        self._one_moment = {"isolation_level": "REPEATABLE READ"} if is_shared else {}
        self._visitor: int | None = None

    @property
    def name(self) -> str:
        """Where the data lives, for people: a file, or a database on a host. Never a password."""
        if self._url.database and self._url.get_backend_name() == "sqlite":
            return str(Path(self._url.database))
        return f"{self._url.database} on {self._url.host or 'this computer'}"

    @property
    def short_name(self) -> str:
        """Its name alone: of the file without its ending, or of the database."""
        return Path(str(self._url.database)).stem

    @property
    def file(self) -> Path | None:
        """The file that it is; None on a server."""
        return _file(self._url)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection with a consistent view for as long as it is held. Hold it briefly."""
        with translated():
            engine = self._engine.execution_options(**self._one_moment)
            async with engine.connect() as connection:
                await self._say_for_whom(connection)
                yield connection
                if self.file is None and not connection.invalidated:
                    # Rolled back, the driver would forget the statements that it had prepared.
                    await connection.commit()

    @asynccontextmanager
    async def change(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work; without ``await work.commit()`` it never happened."""
        with translated():
            engine = self._engine.execution_options(**{WRITES: True})
            async with engine.connect() as connection, UnitOfWork(connection) as work:
                await self._say_for_whom(connection)
                yield work

    def for_visitor(self, account_id: int) -> Store:
        """The same store, of which a database server lets each transaction reach only what is the
        account's (migration 0009). A file cannot tell."""
        bound = copy.copy(self)
        bound._visitor = account_id  # noqa: SLF001 - another of this kind
        return bound

    async def _say_for_whom(self, connection: AsyncConnection) -> None:
        if self._visitor is not None and self.file is None:
            await connection.execute(_FOR_VISITOR, {"account": str(self._visitor)})

    def driver_arguments(self) -> dict[str, Any]:
        """How to connect to the server as this program does, for a library with connections of its
        own. Only for a store on a server."""
        _, arguments = self._engine.dialect.create_connect_args(self._url)
        return {**arguments, "application_name": self.process, **_NETWORK}

    def written_by_others(self) -> int:
        """What ``watch`` takes as the moment since when it tells. Raises StoreFault."""
        return 0 if self.file is None else written_into(self.file, self.process)

    async def watch(self, tell: Tell, begun: Begun, since: int | None = None) -> None:
        """Tell what other programs write, until this is cancelled; with ``since``, also what they
        have written since then. ``begun`` is called once nothing more can be missed. Raises
        EsdError where the store is lost."""
        with translated():
            if self.file is not None:
                await watch_file(self.file, self.process, tell, begun, since)
            else:
                await watch_server(self._engine, self.process, tell, begun, since)

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


async def open_store(url: str, backups: Path | None = None, process: str | None = None) -> Store:
    """Open the store at ``url``, creating or migrating it where needed.

    ``url`` is a SQLAlchemy address, ``sqlite:///path`` or ``postgresql://…``, or a plain file path.
    ``backups``: the folder for a copy of a server's store before it is migrated; a file is copied
    beside itself. ``process``: the name of the program that this process is part of.
    Raises InvalidInput for an address of neither kind, StoreFault and its branches otherwise.
    """
    address = parse_address(url)
    process = process or new_process()
    engine = _create_engine(address, process)
    store = Store(address, engine, process)
    try:
        with translated():
            writing = engine.execution_options(**{WRITES: True})
            await bring_up_to_date(engine, writing, address, backups)
            if address.get_backend_name() == "sqlite":
                if not await _has_write_ahead_log(engine):
                    await _keep_write_ahead_log(Path(str(address.database)))
                    await engine.dispose()  # the connections to come know it from the beginning
                event.listen(engine.sync_engine, "commit", partial(_beat, process))
            else:
                async with engine.connect() as connection:
                    store.login = await connection.scalar(text("SELECT session_user"))
    except BaseException:
        await store.close()
        raise
    return store


def file_of(url: str) -> Path | None:
    """The file that a store at this address is; None on a server. Raises InvalidInput."""
    return _file(parse_address(url))


def _file(address: URL) -> Path | None:
    is_file = address.get_backend_name() == "sqlite"
    return Path(str(address.database)) if is_file else None


def open_to_read(file: Path) -> Store:
    """A store's file as it is, such as a backup: it is neither made nor migrated nor written to."""
    address = URL.create(_DRIVERS["sqlite"], database=str(file))
    uri = f"{file.absolute().as_uri()}?mode=ro"
    engine = create_async_engine(
        address, async_creator=partial(sqlite_connection.connect, uri), pool_size=1
    )
    return Store(address, engine, "")


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
    else:
        address = secured(address)
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


def _create_engine(address: URL, process: str) -> AsyncEngine:
    if address.get_backend_name() != "sqlite":
        engine = create_async_engine(
            address, connect_args={"application_name": process, **_NETWORK}, pool_pre_ping=True
        )
        event.listen(engine.sync_engine, "connect", _plan_without_compiling)
        return engine
    file = str(address.database)
    make_folder(
        Path(file).parent,
        "The store's folder",
        "Choose another place for the store, or check that you may write there.",
    )
    engine = create_async_engine(
        address, async_creator=partial(sqlite_connection.connect, file), pool_size=5
    )
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


async def _has_write_ahead_log(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        return (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar() == "wal"


def _plan_without_compiling(connection: DBAPIConnection, _: object) -> None:
    """To compile a plan takes a server longer than nearly all that is asked takes it without. Not
    told as one connects: a pooler in between may not know it."""
    cursor = connection.cursor()
    cursor.execute("SET jit = off")
    connection.commit()


async def _keep_write_ahead_log(file: Path) -> None:
    """Only once the file is known to be ours: it is a change to the file itself, which keeps it.
    SQLite does not wait for its turn at that, as another program that opens the store may have."""
    until = time.monotonic() + sqlite_connection.BUSY_TIMEOUT_S
    while (busy := await asyncio.to_thread(_begin_write_ahead_log, file)) is not None:
        if time.monotonic() > until:
            raise fault_of(busy)
        await asyncio.sleep(_LOOK_EVERY_S)


def _begin_write_ahead_log(file: Path) -> sqlite3.Error | None:
    """Answers what is said where somebody else has the store right now. Raises EsdError."""
    with closing(sqlite3.connect(file, timeout=0)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return error
            raise fault_of(error) from error
    return None


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite_connection.Connection)
    driver.begin_with_the_next()


def _beat(process: str, connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(WRITES) and not options.get(UNSEEN):
        beat(process, connection)
