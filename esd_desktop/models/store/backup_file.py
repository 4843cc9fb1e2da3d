"""What is in the file of a backup, and whether it is whole.

What is no coroutine blocks, and belongs into a thread (``backup_pages.aside``).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound, StoreBroken, StoreNewer
from esd_desktop.models.backup_rows import (
    BEGUN,
    DONE,
    FAILED,
    NOUNS,
    RESTORED,
    BackupContents,
    Losses,
)
from esd_desktop.models.store import tables
from esd_desktop.models.store.audit_chain import head_and_hash_at
from esd_desktop.models.store.backup_pages import Stop
from esd_desktop.models.store.backup_tables import FileTable, file_tables
from esd_desktop.models.store.lineage import lineage_in, lineage_of, reading
from esd_desktop.models.store.schema import HEAD, REVISIONS

CHECKING = "Checking"
# The last revision in which the audit was no chain yet.
UNCHAINED = REVISIONS[: REVISIONS.index("0004")]
_BEGINS_WITH = b"SQLite format 3\0"
_CHECKS = 4


def contents(file: Path, stop: Stop) -> BackupContents:
    """Look through all of a backup. Raises NotFound where there is no file, StoreNewer for one of a
    newer version, StoreBroken where anything in it is damaged or missing."""
    with _opened(file, stop) as database:
        revision = _revision(file, database)
        for done, check in enumerate((_is_intact, _refers_to_what_is_there, _has_every_key)):
            stop.step(CHECKING, done, _CHECKS)
            check(file, database)
        stop.step(CHECKING, _CHECKS - 1, _CHECKS)
        found = file_tables(database)
        return BackupContents(
            file=file,
            size=file.stat().st_size,
            revision=revision,
            lineage=lineage_in(database),
            made_at=_last_done(database) or datetime.fromtimestamp(file.stat().st_mtime, UTC),
            counts={table.name: _one(database, "count(*)", table) for table in found},
            newest={
                table.name: _one(database, "coalesce(max(id), 0)", table)
                for table in found
                if table.key == ("id",)
            },
            audit_end=(0, "") if revision in UNCHAINED else _audit_end(database),
        )


async def losses(connection: AsyncConnection, backup: BackupContents) -> Losses:
    """What the store has that a backup of it has not."""
    is_other = await lineage_of(connection) != backup.lineage
    end, _ = backup.audit_end
    shared = 0 if is_other else await _shared(connection, backup)

    async def count(table: Table, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(table).where(*conditions)
        return int((await connection.execute(query)).scalar_one())

    async def added(table: Table) -> int:
        if is_other:
            return await count(table)
        return await count(table, table.c.id > backup.newest[table.name]) if shared == end else 0

    audit = tables.audit.c
    is_later = audit.position > shared if end else audit.id > backup.newest["audit"]
    is_work = audit.action.not_in((BEGUN, DONE, FAILED, RESTORED))
    return Losses(
        {name: await added(tables.metadata.tables[name]) for name in NOUNS},
        await count(tables.audit, is_work, *(() if is_other else (is_later,))),
        is_other,
    )


async def _shared(connection: AsyncConnection, backup: BackupContents) -> int:
    """Up to which position the store's audit is the backup's: its end, unless the store was
    restored meanwhile and went on from something earlier. Each row's hash is over all before it."""

    async def is_shared(position: int, hash_there: str) -> bool:
        return (await head_and_hash_at(connection, position))[1] == hash_there

    end, hash_at_end = backup.audit_end
    if not end or await is_shared(end, hash_at_end):
        return end
    shared, apart = 0, end
    while apart - shared > 1:
        middle = (shared + apart) // 2
        hash_there = await asyncio.to_thread(_hash_at, backup.file, middle)
        if await is_shared(middle, hash_there):
            shared = middle
        else:
            apart = middle
    return shared


def _hash_at(file: Path, position: int) -> str:
    query = "SELECT hash FROM audit WHERE position = ?"
    with closing(reading(file)) as database:
        (found,) = database.execute(query, (position,)).fetchone()
    return str(found)


def sealed_samples(file: Path, count: int) -> list[tuple[int, int, bytes]]:
    """Some sealed keys, spread over the backup: asset, data key, and the sealed bytes."""
    with closing(reading(file)) as database:
        (last,) = database.execute(
            "SELECT coalesce(max(asset_id), 0) FROM asset_secrets"
        ).fetchone()
        query = (
            "SELECT asset_id, key_id, sealed_key FROM asset_secrets WHERE asset_id >= ? "
            "ORDER BY asset_id LIMIT 1"
        )
        wanted = sorted({1 + at * last // count for at in range(count)} | {last})
        return [row for at in wanted for row in database.execute(query, (at,))]


@contextmanager
def _opened(file: Path, stop: Stop) -> Iterator[sqlite3.Connection]:
    try:
        with file.open("rb") as beginning:
            is_database = beginning.read(len(_BEGINS_WITH)) == _BEGINS_WITH
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise NotFound(f"The backup {file} cannot be read: {why}.") from error
    if not is_database:
        raise _broken(file, "it is not the file of a store")
    try:
        with closing(reading(file)) as database:
            stop.ends(database)
            yield database
    except sqlite3.DatabaseError as error:
        raise _broken(file, str(error)) from error


def _revision(file: Path, database: sqlite3.Connection) -> str:
    query = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if database.execute(query).fetchone() is None:
        raise _broken(file, "it is not the file of a store")
    row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise _broken(file, "its version is missing")
    revision = str(row[0])
    if revision not in REVISIONS:
        raise StoreNewer(
            f"The backup {file.name} was made by a newer version of ESD Desktop (its schema is "
            f"{revision}, this version knows {HEAD}).",
            advice="Install the newer version on this computer.",
        )
    return revision


def _is_intact(file: Path, database: sqlite3.Connection) -> None:
    (found,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise _broken(file, f"its pages are damaged ({' '.join(found.split())})")


def _refers_to_what_is_there(file: Path, database: sqlite3.Connection) -> None:
    row = database.execute("PRAGMA foreign_key_check").fetchone()
    if row is not None:
        raise _broken(file, f"its {row[0]} belong to {row[2]} that are missing")


def _has_every_key(file: Path, database: sqlite3.Connection) -> None:
    query = (
        "SELECT count(*) FROM assets WHERE key_hash IS NOT NULL "
        "AND id NOT IN (SELECT asset_id FROM asset_secrets)"
    )
    (missing,) = database.execute(query).fetchone()
    if missing:
        raise _broken(file, f"{missing:,} of its licence keys are missing")


def _audit_end(database: sqlite3.Connection) -> tuple[int, str]:
    row = database.execute(
        "SELECT position, hash FROM audit ORDER BY position DESC LIMIT 1"
    ).fetchone()
    return (0, "") if row is None else (row[0], row[1])


def _last_done(database: sqlite3.Connection) -> datetime | None:
    """When the last thing was done before it was made, which is the making itself."""
    row = database.execute("SELECT at FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else datetime.fromisoformat(row[0]).replace(tzinfo=UTC)


def _one(database: sqlite3.Connection, what: str, table: FileTable) -> int:
    (value,) = database.execute(f"SELECT {what} FROM {table.name}").fetchone()
    return int(value)


def _broken(file: Path, why: str) -> StoreBroken:
    return StoreBroken(
        f"The backup {file.name} is of no use: {why.rstrip('.')}.",
        advice="Take another one.",
    )
