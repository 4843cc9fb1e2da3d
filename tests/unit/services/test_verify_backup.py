"""Verifying a backup: one that is whole, and everything that can be wrong with one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from esd_desktop.errors import EsdError, NotFound, StoreBroken, StoreNewer
from esd_desktop.services.back_up import back_up
from esd_desktop.services.context import Services
from esd_desktop.services.vault import FileVault
from esd_desktop.services.verify_backup import verify_backup
from tests.support.older_stores import first_version
from tests.support.sowing import Sown


@pytest.fixture
async def backup(services: Services, sown: Sown, tmp_path: Path) -> Path:
    """A backup of a store with accounts and assets in every state."""
    return (await back_up(services, tmp_path)).file


def tamper(backup: Path, *statements: str) -> None:
    """Change a backup past all rules."""
    with closing(sqlite3.connect(backup, isolation_level=None)) as database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)


async def test_a_whole_one_says_what_it_holds(services: Services, backup: Path) -> None:
    before = backup.read_bytes()
    verdict = await verify_backup(services, backup)
    assert "7 licences, 4 accounts, 7 orders, 7 invoices" in verdict.sentence
    assert "can be read on this computer" in verdict.keys
    assert verdict.warning == ""
    assert backup.read_bytes() == before


async def test_on_a_computer_without_the_vaults_entry_it_is_whole_but_unreadable(
    services: Services, backup: Path, tmp_path: Path
) -> None:
    services.vault = FileVault(tmp_path / "another computer.json")
    verdict = await verify_backup(services, backup)
    assert "cannot be read on this computer" in verdict.keys
    assert "copy its vault entry" in verdict.warning


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE audit SET sentence = 'Nothing was done.' WHERE id = 1", "tampered"),
        ("DELETE FROM accounts WHERE id = 1", "are missing"),
        ("DELETE FROM asset_secrets WHERE asset_id = 1", "1 of its licence keys"),
        ("UPDATE asset_secrets SET sealed_key = zeroblob(60)", "cannot be decrypted"),
        ("DELETE FROM alembic_version", "version is missing"),
        ("DROP TABLE alembic_version", "not the file of a store"),
    ],
)
@pytest.mark.on_a_file
async def test_what_was_changed_in_it_is_found(
    services: Services, backup: Path, statement: str, says: str
) -> None:
    tamper(backup, statement)
    with pytest.raises(StoreBroken, match=says) as found:
        await verify_backup(services, backup)
    assert backup.name in found.value.sentence


async def test_one_that_was_cut_off_is_found(services: Services, backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-4096])
    with pytest.raises(StoreBroken):
        await verify_backup(services, backup)


async def test_one_with_damaged_pages_is_found(services: Services, backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as database:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_assets_key_hash'"
        (page,) = database.execute(query).fetchone()
    whole = backup.read_bytes()
    backup.write_bytes(whole[: (page - 1) * 4096] + b"\x5a" * 4096 + whole[page * 4096 :])
    with pytest.raises(StoreBroken, match="pages are damaged") as found:
        await verify_backup(services, backup)
    assert "\n" not in found.value.sentence


@pytest.mark.on_a_file
async def test_one_of_a_newer_version_is_told_apart(services: Services, backup: Path) -> None:
    tamper(backup, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreNewer, match="newer version"):
        await verify_backup(services, backup)


async def test_one_of_an_older_version_is_told_apart(services: Services, tmp_path: Path) -> None:
    first_version(tmp_path / "old.db")
    verdict = await verify_backup(services, tmp_path / "old.db")
    assert "1 account" in verdict.sentence
    assert "older version" in verdict.keys


@pytest.mark.parametrize(
    ("name", "kind"), [("nothing.db", NotFound), ("letter.db", StoreBroken), ("", EsdError)]
)
async def test_what_is_no_backup(
    services: Services, tmp_path: Path, name: str, kind: type[EsdError]
) -> None:
    (tmp_path / "letter.db").write_text("Dear customer, " * 500)
    with pytest.raises(kind) as told:
        await verify_backup(services, tmp_path / name)
    assert told.value.sentence
