"""Seeing what other programs write into the store: desktops, ``esd`` and the portal alike.

PostgreSQL tells it: triggers send a notice of each statement, with the ids it touched and the name
of the program (migrations/versions/0005_notices.py). A file tells nothing but that somebody wrote
into it, so each program counts its own writes there, in the transactions that make them.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from esd_desktop.models.store.errors import fault_of
from esd_desktop.stopping import told_to_stop

LOOK_EVERY_S = 0.25
_CHANNEL = "esd_written"
# After so long it is asked whether to stop, since the driver may lose a cancellation.
_ROUND_S = 2.0
# Each beat is higher than any before, so that a program whose row was forgotten is seen again.
_BEAT = """
INSERT INTO pulses (process, beats) VALUES (?, 1 + (SELECT coalesce(max(beats), 0) FROM pulses))
ON CONFLICT (process) DO UPDATE SET beats = excluded.beats
"""
_OTHERS = "SELECT coalesce(max(beats), 0) FROM pulses WHERE process != ?"


class Written(Struct, frozen=True):
    """What another program wrote: ids by the table's column that holds them, None where they were
    too many to be named. Without a table it may be anything."""

    table: str | None = None
    ids: Mapping[str, frozenset[int] | None] = field(default_factory=dict)


Tell = Callable[[Written], None]
Begun = Callable[[], None]


def beat(process: str, connection: Connection) -> None:
    """Count a write of this program into a file, in its own transaction."""
    connection.exec_driver_sql(_BEAT, (process,))


def written_into(file: Path, process: str) -> int:
    """How much others have written into the file; never less than a moment ago."""
    try:
        with closing(sqlite3.connect(file)) as looking:
            return _beats_of_others(looking, process)
    except sqlite3.Error as error:
        raise fault_of(error) from error


async def watch_file(
    file: Path, process: str, tell: Tell, begun: Begun, since: int | None = None
) -> None:
    """Look into the file for ever. The looking itself takes microseconds, and waits for nobody."""
    try:
        with closing(sqlite3.connect(file, timeout=0)) as looking:
            await _keep_looking(looking, process, tell, begun, since)
    except sqlite3.Error as error:
        raise fault_of(error) from error


async def _keep_looking(
    looking: sqlite3.Connection, process: str, tell: Tell, begun: Begun, since: int | None
) -> None:
    version, others = _version(looking), _beats_of_others(looking, process)
    begun()
    if since is not None and others > since:
        tell(Written())
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            newer = _version(looking)
            beats = _beats_of_others(looking, process) if newer != version else others
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            continue  # it is looked at again
        if beats > others:
            tell(Written())
        version, others = newer, max(beats, others)


def _version(looking: sqlite3.Connection) -> int:
    """Another number whenever any other connection has written, also one of this program."""
    return int(looking.execute("PRAGMA data_version").fetchone()[0])


def _beats_of_others(looking: sqlite3.Connection, process: str) -> int:
    return int(looking.execute(_OTHERS, (process,)).fetchone()[0])


async def watch_server(
    engine: AsyncEngine, process: str, tell: Tell, begun: Begun, since: int | None = None
) -> None:
    """Listen to the server for ever. It keeps no count of what was written, so ``since`` any moment
    it may be something."""
    async with engine.connect() as connection:
        try:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text(f"LISTEN {_CHANNEL}"))
            begun()
            if since is not None:
                tell(Written())
            driver: Any = (await connection.get_raw_connection()).driver_connection
            while not told_to_stop():
                async for notice in driver.notifies(timeout=_ROUND_S):
                    written = json.loads(notice.payload)
                    if written["by"] != process:
                        tell(Written(written["table"], _ids(written["ids"])))
            raise asyncio.CancelledError
        except engine.dialect.loaded_dbapi.Error as error:
            raise fault_of(error) from error
        finally:
            # It listens, or is lost: no query may get it from the pool again.
            await connection.invalidate()


def _ids(told: Mapping[str, list[int] | None]) -> dict[str, frozenset[int] | None]:
    return {column: None if ids is None else frozenset(ids) for column, ids in told.items()}
