"""The store's schema version: compared at every opening, migrated when it is behind."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from esd_desktop.errors import NotAllowed, StoreFault, StoreNewer
from esd_desktop.models.store.backup_pages import aside, copy_pages, put_in_place, unfinished
from esd_desktop.models.store.errors import broken_store
from esd_desktop.models.store.upgrading import other_owner, upgrade

HEAD = "0014"
REVISIONS = (
    *("0001", "0002", "0003", "0004", "0005", "0006"),
    *("0007", "0008", "0009", "0010", "0011", "0012", "0013", "0014"),
)
_ONE_AT_A_TIME = 0x657364  # "esd": no other program's locks are in this database


async def bring_up_to_date(
    reading: AsyncEngine, writing: AsyncEngine, address: URL, backups: Path | None
) -> None:
    """Create an empty store or migrate an older one; refuse a newer one and a stranger's file.

    ``writing`` begins so that of two programs which open a new store together one waits.
    ``backups``: the folder for a copy of a store on a server; without one none is made.
    """
    async with reading.connect() as connection:
        if address.get_backend_name() == "postgresql":
            await _require_entry(connection)
        current = await connection.run_sync(_current_revision)
        if current not in (None, HEAD) and address.get_backend_name() == "postgresql":
            await _require_owner(connection)
        await connection.rollback()
    if current == HEAD:
        return
    if current is not None:
        if current not in REVISIONS:
            raise _newer(current)
        await _back_up(reading, address, current, backups)
    async with writing.begin() as connection:
        await connection.run_sync(_migrate)


async def _require_entry(connection: AsyncConnection) -> None:
    """A login that nobody has let in would see an empty database."""
    entry = await connection.scalar(
        text(
            "SELECT CASE WHEN to_regclass('alembic_version') IS NULL "
            "THEN has_schema_privilege(current_schema(), 'CREATE') "
            "ELSE has_table_privilege('alembic_version', 'SELECT') END"
        )
    )
    if not entry:
        login = await connection.scalar(text("SELECT session_user"))
        raise NotAllowed(
            f"The login {login} is not among the people of this store.",
            advice="Have one of its administrators add it, in Settings, People. Where there is no "
            "store in the database yet, the owner of the database has to open it first.",
        )


async def _require_owner(connection: AsyncConnection) -> None:
    owner = await other_owner(connection)
    if owner is not None:
        raise StoreFault(
            "The store was written by an older version of ESD Desktop and has to be brought up to "
            f"date, which only {owner}, the owner of the database, can do.",
            advice=f"Have it opened once with this version at postgresql://{owner}@…, such as by "
            "“esd doctor”.",
        )


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
    if connection.dialect.name == "postgresql":
        # There a transaction that begins waits for nobody, as it does on SQLite.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    if _current_revision(connection) == HEAD:
        return  # another program was quicker
    upgrade(connection, HEAD)


async def _back_up(reading: AsyncEngine, address: URL, revision: str, backups: Path | None) -> None:
    """A copy of the store before its first migration from ``revision``: of a file beside it, of a
    server's store in the folder."""
    is_file = address.get_backend_name() == "sqlite"
    source = Path(str(address.database))
    folder = source.parent if is_file else backups
    if folder is None:
        return
    target = folder / f"{source.name}.before-{HEAD}-from-{revision}"
    if target.exists():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished(target) as part:
            if is_file:
                await aside(lambda stop: copy_pages(source, part, stop))
            else:
                await _copy_of_server(reading, revision, part)
            put_in_place(part, target)
    except (OSError, sqlite3.Error) as error:
        raise StoreFault(
            f"No copy of the store could be made before it is brought up to date: {error}.",
            advice=f"Nothing was changed in it. Make room in {folder}, and try again.",
        ) from error


async def _copy_of_server(reading: AsyncEngine, revision: str, target: Path) -> None:
    from esd_desktop.models.store.backup_tables import copy_tables

    async with reading.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        await copy_tables(connection, revision, target, None)


def _newer(revision: str) -> StoreNewer:
    return StoreNewer(
        f"The store was written by a newer version of ESD Desktop (its schema is {revision}, "
        f"this version knows {HEAD}).",
        advice="Nothing was changed in it. Install the newer version on this computer.",
    )
