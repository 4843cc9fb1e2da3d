"""Opening a store: a new one, an old one, and everything that cannot be opened."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite as sqlite_dialect

from esd_desktop.errors import (
    InvalidInput,
    StoreBroken,
    StoreBusy,
    StoreFault,
    StoreNewer,
)
from esd_desktop.models.store import schema
from esd_desktop.models.store.engine import open_store, parse_address
from esd_desktop.models.store.tables import metadata
from esd_desktop.opening import open_services
from esd_desktop.services.browse import account_list
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.settings import Folders, load_settings
from tests.support.sowing import sow


async def made(path: Path) -> None:
    store = await open_store(str(path))
    await store.close()


async def test_a_new_store_has_every_table_and_column(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "esd.db"
    await made(path)
    database = sqlite3.connect(path)
    for table in metadata.sorted_tables:
        there = {row[1]: row[2] for row in database.execute(f"PRAGMA table_info({table.name})")}
        ours = {
            column.name: column.type.compile(sqlite_dialect.dialect()) for column in table.columns
        }
        assert there == ours, table.name
    database.close()


async def test_a_store_of_a_newer_version_is_refused_and_left_alone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "esd.db"
    await made(path)
    database = sqlite3.connect(path)
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    before = path.read_bytes()
    with pytest.raises(StoreNewer) as caught:
        await open_store(str(path))
    assert "newer version" in caught.value.sentence
    assert caught.value.advice
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"This is a letter, not a database. " * 50, b"\x00" * 4096])
async def test_what_is_no_store_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "esd.db"
    path.write_bytes(content)
    with pytest.raises(StoreBroken):
        await open_store(str(path))
    assert path.read_bytes() == content


async def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "esd.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE recipes (name TEXT)")
    database.commit()
    database.close()
    before = path.read_bytes()
    with pytest.raises(StoreBroken):
        await open_store(str(path))
    assert path.read_bytes() == before


async def test_a_store_whose_version_got_lost_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "esd.db"
    await made(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM alembic_version")
        database.commit()
    with pytest.raises(StoreBroken):
        await open_store(str(path))


async def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreFault) as caught:
        await open_store(str(tmp_path / "file" / "esd.db"))
    assert "cannot be made" in caught.value.sentence
    assert caught.value.advice


async def test_programs_that_open_a_new_store_together_all_get_it(tmp_path: Path) -> None:
    path = str(tmp_path / "esd.db")
    for store in await asyncio.gather(*(open_store(path) for _ in range(4))):
        async with store.read() as connection:
            assert (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar() == "wal"
        await store.close()


async def test_a_store_that_another_program_holds_alone_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("esd_desktop.models.store.sqlite_connection.BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "esd.db"
    await made(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy) as caught:
            await open_store(str(path))
    assert caught.value.advice
    await made(path)


async def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(StoreFault) as caught:
        await open_store(f"postgresql://esd:swordfish@127.0.0.1:{port}/esd")
    assert "cannot be reached" in caught.value.sentence
    assert caught.value.advice
    assert "swordfish" not in str(caught.value)


async def test_damage_that_is_met_later_is_a_sentence(places: Folders) -> None:
    services = await open_services(places, load_settings(places))
    await sow(services)
    path = Path(services.store.name)
    await services.close()
    with closing(sqlite3.connect(path)) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
        (page,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'accounts'"
        ).fetchone()
    whole = path.read_bytes()
    path.write_bytes(whole[: (page - 1) * size] + b"\x5a" * size + whole[page * size :])
    services = await open_services(places, load_settings(places))
    with pytest.raises(StoreBroken) as caught:
        await account_list(services)
    assert "backup" in caught.value.advice
    await services.close()
    path.write_bytes(whole)
    services = await open_services(places, load_settings(places))
    assert await account_list(services)
    await services.close()


async def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(StoreFault) as caught:
        await open_store(str(tmp_path))
    assert caught.value.advice


@pytest.mark.parametrize(
    "address",
    [
        "mysql://anna:swordfish@localhost/esd",
        "postgresql://anna:swordfish@localhost:many/esd",
        "sqlite://",
        "sqlite:///:memory:",
        "a\0b",
        "http://x.example/",
    ],
)
async def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await open_store(address)
    assert "swordfish" not in str(caught.value)
    assert "postgresql://" in caught.value.advice


def test_a_home_is_found_where_it_is_meant() -> None:
    assert parse_address("~/esd.db").database == str(Path.home() / "esd.db")
    assert parse_address("sqlite:///~/esd.db").database == str(Path.home() / "esd.db")
    assert parse_address("~nobody-of-that-name/esd.db").database == "~nobody-of-that-name/esd.db"


async def test_a_store_that_is_locked_says_so_and_works_again_afterwards(
    places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("esd_desktop.models.store.sqlite_connection.BUSY_TIMEOUT_S", 0.05)
    services = await open_services(places, load_settings(places))
    sown = await sow(services)
    other = sqlite3.connect(places.data / "esd.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await delete_asset(services, sown.activated)
    other.rollback()
    other.close()
    await delete_asset(services, sown.activated)
    await services.close()


async def test_an_older_store_is_backed_up_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "esd.db"
    await made(path)
    database = sqlite3.connect(path)
    database.execute("UPDATE alembic_version SET version_num = '0000'")
    database.commit()
    database.close()
    monkeypatch.setattr(schema, "REVISIONS", ("0000", *schema.REVISIONS))
    # Alembic does not know this revision, so the migration fails; the copy must be there.
    with pytest.raises(Exception, match="0000"):
        await open_store(str(path))
    (backup,) = tmp_path.glob("esd.db.before-*")
    copy = sqlite3.connect(backup)
    assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
    copy.close()
