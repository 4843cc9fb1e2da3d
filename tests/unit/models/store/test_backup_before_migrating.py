"""A store on a server is copied before it is brought up to date, as a file is (test_opening.py)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from esd_desktop.errors import StoreFault
from esd_desktop.models.store import schema
from esd_desktop.models.store.engine import open_store
from esd_desktop.models.store.upgrading import upgrade
from esd_desktop.models.values import new_id
from tests.support.postgres import PostgresServer
from tests.support.postgres_keeper import OWNER

_OLDER = "0002"
_ACCOUNT = text(
    "INSERT INTO accounts (id, version, kind, name, search_text, created_at) VALUES "
    "(1, 1, 'Customer', 'Bluebird Architects', 'bluebird', '2026-01-02 03:04:05.000006+02')"
)


@pytest.fixture
def older(postgres: PostgresServer) -> Iterator[str]:
    """The address of a store as an older version left it."""
    name = f"older_{new_id()}"  # the server is other workers', too
    postgres.run("CREATE DATABASE {} OWNER {}", name, OWNER)
    address = postgres.address(name)
    engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        upgrade(connection, _OLDER)
        connection.execute(_ACCOUNT)
    engine.dispose()
    yield address
    postgres.run("DROP DATABASE {} WITH (FORCE)", name)


async def test_the_copy_is_of_the_older_version_and_exact(older: str, tmp_path: Path) -> None:
    await (await open_store(older, tmp_path / "backups")).close()
    (backup,) = (tmp_path / "backups").iterdir()
    assert re.fullmatch(rf"older_.+\.before-{schema.HEAD}-from-{_OLDER}", backup.name)
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (_OLDER,)
        created = copy.execute("SELECT name, created_at FROM accounts").fetchone()
    assert created == ("Bluebird Architects", "2026-01-02 01:04:05.000006")


async def test_without_a_copy_nothing_is_changed(older: str, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("not a folder")
    with pytest.raises(StoreFault, match="No copy of the store"):
        await open_store(older, tmp_path / "backups")
    engine = create_engine(older.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    engine.dispose()
    assert revision == _OLDER
