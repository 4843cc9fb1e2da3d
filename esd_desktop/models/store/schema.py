"""The store's schema version: compared at every opening, migrated when it is behind.

Alembic is imported only when there is something to migrate, since most openings find nothing.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from esd_desktop.errors import StoreNewer
from esd_desktop.models.store.errors import broken_store

HEAD = "0001"
REVISIONS = ("0001",)


async def bring_up_to_date(engine: AsyncEngine, address: URL) -> None:
    """Create an empty store or migrate an older one; refuse a newer one and a stranger's file."""
    async with engine.connect() as connection:
        current = await connection.run_sync(_current_revision)
        await connection.rollback()
    if current == HEAD:
        return
    if current is not None:
        if current not in REVISIONS:
            raise _newer(current)
        _back_up(address, current)
    async with engine.begin() as connection:
        await connection.run_sync(_migrate)


def _current_revision(connection: Connection) -> str | None:
    """The revision the store says it has; None for an empty one."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise broken_store()
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(connection: Connection) -> None:
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
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    reading, writing = sqlite3.connect(source), sqlite3.connect(unfinished)
    try:
        reading.backup(writing)
    finally:
        writing.close()
        reading.close()
    unfinished.replace(target)
    return target


def _newer(revision: str) -> StoreNewer:
    return StoreNewer(
        f"The store was written by a newer version of ESD Desktop (its schema is {revision}, "
        f"this version knows {HEAD}).",
        advice="Nothing was changed in it. Install the newer version on this computer.",
    )
