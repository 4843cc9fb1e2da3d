"""The store's schema version: compared at every opening, migrated when it is behind.

Alembic is imported only when there is something to migrate, since most openings find nothing.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from esd_desktop.errors import StoreFault, StoreNewer
from esd_desktop.models.store.errors import broken_store

HEAD = "0002"
REVISIONS = ("0001", "0002")


async def bring_up_to_date(reading: AsyncEngine, writing: AsyncEngine, address: URL) -> None:
    """Create an empty store or migrate an older one; refuse a newer one and a stranger's file.

    ``writing`` begins so that of two programs which open a new store together one waits.
    """
    async with reading.connect() as connection:
        current = await connection.run_sync(_current_revision)
        await connection.rollback()
    if current == HEAD:
        return
    if current is not None:
        if current not in REVISIONS:
            raise _newer(current)
        await asyncio.to_thread(_back_up, address, current)
    async with writing.begin() as connection:
        await connection.run_sync(_migrate)


def _current_revision(connection: Connection) -> str | None:
    """The revision the store says it has; None for an empty one."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise broken_store()
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision is None:
        raise broken_store()
    return str(revision)


def _migrate(connection: Connection) -> None:
    if _current_revision(connection) == HEAD:
        return  # another program was quicker
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _back_up(address: URL, revision: str) -> Path | None:
    """A copy of a SQLite store beside it, before its first migration from ``revision``."""
    if address.get_backend_name() != "sqlite":
        return None
    source = Path(str(address.database))
    target = source.with_name(f"{source.name}.before-{HEAD}-from-{revision}")
    if target.exists():
        return target
    try:
        _copy(source, target)
    except (OSError, sqlite3.Error) as error:
        raise StoreFault(
            f"No copy of the store could be made before it is brought up to date: {error}.",
            advice=f"Nothing was changed in it. Make room beside {source}, and try again.",
        ) from error
    return target


def _copy(source: Path, target: Path) -> None:
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(unfinished)) as copy:
        reading.backup(copy)
    unfinished.replace(target)


def _newer(revision: str) -> StoreNewer:
    return StoreNewer(
        f"The store was written by a newer version of ESD Desktop (its schema is {revision}, "
        f"this version knows {HEAD}).",
        advice="Nothing was changed in it. Install the newer version on this computer.",
    )
