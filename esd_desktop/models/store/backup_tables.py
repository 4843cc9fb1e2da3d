"""Copying a store on a PostgreSQL server into a SQLite file table by table, and back again.

The values are carried over as they are kept, not as the program reads them: an amount, a moment or
the text of an audit row comes back exactly as it was, or the audit's chain would not hold. The
file's own columns say what there is to copy, so that a store of an older version is copied alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import Refused, StoreFault
from esd_desktop.models.store.backup_pages import (
    COPYING,
    Progress,
    Stop,
    aside,
    keep_on_disk,
    make_private,
)
from esd_desktop.models.store.upgrading import other_owner, upgrade_file

_ROWS_AT_ONCE = 500
_LOCK_WITHIN = "10s"
PUTTING = "Putting it in its place"
# As SQLite keeps a moment: in UTC, to the microsecond.
_MOMENT = r"to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24\:MI\:SS.US')"
_READ_AS = {"DATETIME": _MOMENT, "JSON": "CAST({} AS text)", "BOOLEAN": "CAST({} AS integer)"}


class FileTable(Struct, frozen=True):
    """A table of the file: its columns with their types, and those of its primary key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def names(self) -> str:
        """The columns, for a statement."""
        return ", ".join(f'"{name}"' for name, _ in self.columns)

    @property
    def reading(self) -> str:
        """The statement that reads it from the server as the file keeps it."""
        read = (_READ_AS.get(kind, "{}").format(f'"{name}"') for name, kind in self.columns)
        order = ", ".join(f'"{name}"' for name in self.key)
        return f"SELECT {', '.join(read)} FROM {self.name} ORDER BY {order}"


async def copy_tables(
    connection: AsyncConnection, revision: str, target: Path, progress: Progress | None
) -> None:
    """Copy the server's store, whose schema is ``revision``, into a new file ``target``, complete
    and on the disk. Nothing may have been read in the connection's transaction yet."""
    await aside(lambda _: _make_empty(target, revision))
    with closing(_opened(target)) as file:
        tables = await aside(lambda _: file_tables(file))
        # Who restores or migrates meanwhile waits for us, and we see all of it or nothing.
        listed = ", ".join(table.name for table in tables)
        await connection.execute(text(f"LOCK TABLE {listed} IN ACCESS SHARE MODE"))
        await copy_locked(connection, tables, file, progress)
    await aside(lambda _: keep_on_disk(target))


async def copy_locked(
    connection: AsyncConnection,
    tables: Sequence[FileTable],
    file: sqlite3.Connection,
    progress: Progress | None,
) -> None:
    """Copy the rows of these tables, which nobody else can change meanwhile, into the file."""
    total = 0
    for table in tables:
        total += (await connection.scalar(text(f"SELECT count(*) FROM {table.name}"))) or 0
    done = 0
    async with _without_triggers(file):
        for table in tables:
            marks = ", ".join("?" for _ in table.columns)
            adding = f"INSERT INTO {table.name} ({table.names}) VALUES ({marks})"
            async for rows in _read(connection, table):
                await aside(partial(_write, file, adding, rows))
                done += len(rows)
                if progress is not None:
                    progress(COPYING, done, max(done, total))


async def refill(connection: AsyncConnection, source: Path, progress: Progress | None) -> None:
    """Put what is in the file in the place of everything that the server's store holds, within the
    connection's transaction. Raises Refused for who is not the owner of the tables.

    Triggers rest meanwhile, and the references between the tables are checked once, at the end.
    """
    with closing(_opened(source)) as file:
        tables = await aside(lambda _: file_tables(file))
        async with _bare(connection, tables):
            await _exchange(connection, tables, file, progress)
    for table in tables:
        await _follow_sequence(connection, table)
    # The other desktops re-read all that they show.
    await connection.execute(text(_TELL))


async def lock_for_exchange(connection: AsyncConnection, names: Sequence[str]) -> None:
    """Have the tables for ourselves until the transaction ends. Raises Refused for who is not their
    owner, StoreBusy where somebody does not let go of one."""
    owner = await other_owner(connection)
    if owner is not None:
        raise Refused(
            f"Only {owner}, the owner of the database, can restore this store.",
            advice=f"Open the store as {owner}, who has to be among its people as an "
            "administrator where it has people.",
        )
    await connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_WITHIN}'"))
    await connection.execute(text(f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE"))


def file_tables(file: sqlite3.Connection) -> list[FileTable]:
    """The tables that hold the store's records."""
    return [_described(file, name) for name in _named(file, "table") if name != "alembic_version"]


def _named(file: sqlite3.Connection, kind: str) -> list[str]:
    query = (
        "SELECT name FROM pragma_table_list "
        "WHERE schema = 'main' AND type = ? AND name NOT LIKE 'sqlite%' ORDER BY name"
    )
    return [name for (name,) in file.execute(query, (kind,))]


def _described(file: sqlite3.Connection, name: str) -> FileTable:
    columns = file.execute(f"PRAGMA table_info({name})").fetchall()
    key = tuple(row[1] for row in sorted(columns, key=lambda row: row[5]) if row[5])
    return FileTable(name, tuple((row[1], row[2]) for row in columns), key)


def _write(
    file: sqlite3.Connection, adding: str, rows: Sequence[Sequence[Any]], _stop: Stop
) -> None:
    file.executemany(adding, rows)


def _fill_words(file: sqlite3.Connection, words: str, _stop: Stop) -> None:
    """What the triggers keep true otherwise, from all that has come."""
    file.execute(f"INSERT INTO {words}({words}) VALUES ('rebuild')")


def _make_empty(target: Path, revision: str) -> None:
    make_private(target)
    upgrade_file(target, revision)


def _opened(file: Path) -> sqlite3.Connection:
    # Its statements run in one thread after the other, never in two at once.
    return sqlite3.connect(file, isolation_level=None, check_same_thread=False)


@asynccontextmanager
async def _without_triggers(file: sqlite3.Connection) -> AsyncIterator[None]:
    """One transaction in which the file's triggers are gone, and what migrations put into its
    tables as well: the rows to come have been through both already."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    file.execute("BEGIN")
    triggers = file.execute(query).fetchall()
    for name, _ in triggers:
        file.execute(f"DROP TRIGGER {name}")
    for table in file_tables(file):
        file.execute(f"DELETE FROM {table.name}")
    yield
    for _, statement in triggers:
        file.execute(statement)
    for words in _named(file, "virtual"):
        await aside(partial(_fill_words, file, words))
    await aside(lambda _: file.execute("COMMIT"))


async def _read(connection: AsyncConnection, table: FileTable) -> AsyncIterator[Sequence[Any]]:
    async with connection.stream(text(table.reading)) as result:
        async for rows in result.partitions(_ROWS_AT_ONCE):
            yield [tuple(row) for row in rows]


@asynccontextmanager
async def _bare(connection: AsyncConnection, tables: Sequence[FileTable]) -> AsyncIterator[None]:
    """The tables without their triggers and their references to each other."""
    names = [table.name for table in tables]
    of_these = {"names": names}
    triggers = (await connection.execute(text(_TRIGGERS), of_these)).all()
    references = (await connection.execute(text(_REFERENCES), of_these)).all()
    for table, name, _ in triggers:
        await connection.execute(text(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"'))
    for table, name, _ in references:
        await connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
    yield
    for table, name, definition in references:
        await connection.execute(text(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'))
    for table, name, enabled in triggers:
        await connection.execute(text(f'ALTER TABLE {table} {_ENABLE[enabled]} "{name}"'))


async def _exchange(
    connection: AsyncConnection,
    tables: Sequence[FileTable],
    file: sqlite3.Connection,
    progress: Progress | None,
) -> None:
    # Deleted, not truncated: a reading that began before sees all that was there, never nothing.
    for table in tables:
        await connection.execute(text(f"DELETE FROM {table.name}"))
    counts = await aside(lambda _: [_count(file, table) for table in tables])
    driver: Any = (await connection.get_raw_connection()).driver_connection
    done, total = 0, sum(counts)
    for table in tables:
        async for rows in _from_file(file, table):
            try:
                await _add(driver, table, rows)
            except connection.dialect.loaded_dbapi.Error as error:
                raise _not_taken(table, error) from error
            done += len(rows)
            if progress is not None:
                progress(PUTTING, done, total)


async def _from_file(
    file: sqlite3.Connection, table: FileTable
) -> AsyncIterator[Sequence[Sequence[Any]]]:
    moments = [at for at, (_, kind) in enumerate(table.columns) if kind == "DATETIME"]
    cursor = file.execute(f"SELECT {table.names} FROM {table.name}")
    with closing(cursor):
        while rows := await aside(lambda _: _some(cursor, moments)):
            yield rows


def _some(cursor: sqlite3.Cursor, moments: Sequence[int]) -> list[list[Any]]:
    rows = [list(row) for row in cursor.fetchmany(_ROWS_AT_ONCE)]
    for row in rows:
        for at in moments:
            if row[at] is not None:
                row[at] = f"{row[at]}+00"
    return rows


def _count(file: sqlite3.Connection, table: FileTable) -> int:
    (count,) = file.execute(f"SELECT count(*) FROM {table.name}").fetchone()
    return int(count)


async def _add(driver: Any, table: FileTable, rows: Sequence[Sequence[Any]]) -> None:
    statement = f"COPY {table.name} ({table.names}) FROM STDIN"
    async with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row(row)


def _not_taken(table: FileTable, error: Exception) -> StoreFault:
    words = " ".join(str(error).split()).rstrip(".")
    return StoreFault(
        f"The server does not take the backup's {table.name.replace('_', ' ')}: {words}.",
        advice="Nothing was changed.",
    )


async def _follow_sequence(connection: AsyncConnection, table: FileTable) -> None:
    """New records get the ids after those that are there now."""
    if table.key != ("id",):
        return
    newest = f"(SELECT max(id) FROM {table.name})"
    sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
    await connection.execute(
        text(f"SELECT setval({sequence}, coalesce({newest}, 1), {newest} IS NOT NULL)")
    )


_TRIGGERS = """
SELECT CAST(tgrelid AS regclass), tgname, CAST(tgenabled AS text) FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled <> 'D'
AND tgrelid IN (SELECT CAST(name AS regclass) FROM unnest(CAST(:names AS text[])) AS name)
"""
_REFERENCES = """
SELECT CAST(conrelid AS regclass), conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f'
AND conrelid IN (SELECT CAST(name AS regclass) FROM unnest(CAST(:names AS text[])) AS name)
"""
_TELL = """
SELECT pg_notify('esd_written', CAST(json_build_object(
  'by', current_setting('application_name'), 'table', NULL, 'ids', CAST('{}' AS json)) AS text))
"""
_ENABLE = {"O": "ENABLE TRIGGER", "A": "ENABLE ALWAYS TRIGGER", "R": "ENABLE REPLICA TRIGGER"}
