"""Bringing a store's tables to a revision. Alembic is imported only when there is something to do,
since most openings find nothing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.store.audit_hash import register_hash


def upgrade(connection: Connection, revision: str) -> None:
    """Create or change the tables, up to this revision, within the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def other_owner(connection: AsyncConnection) -> str | None:
    """Who owns the tables on a server, where it is not who is signed in."""
    query = text(
        "SELECT pg_get_userbyid(relowner) FROM pg_class "
        "WHERE oid = to_regclass('alembic_version') AND NOT pg_has_role(relowner, 'USAGE')"
    )
    return (await connection.execute(query)).scalar()


def upgrade_file(file: Path, revision: str) -> None:
    """Create or change the tables of a SQLite file that nobody else has open."""
    engine = create_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", lambda connection, _: register_hash(connection))
    try:
        with engine.begin() as connection:
            upgrade(connection, revision)
    finally:
        engine.dispose()
