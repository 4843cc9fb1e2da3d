"""A store that cannot be used: a sentence with what to do, the file untouched, and back to work."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from esd_desktop.sandbox.client import SandboxControl
from tests.scenarios.faults.telling import Esd, is_for_a_person
from tests.support.ledger import ledger, write


def newer(file: Path) -> None:
    write(file, "UPDATE alembic_version SET version_num = '9999'")


def letter(file: Path) -> None:
    file.write_bytes(b"Dear Sir or Madam, " * 500)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def somebody_elses(file: Path) -> None:
    file.unlink()
    write(file, "CREATE TABLE recipes (name TEXT)")


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (newer, ("written by a newer version", "Install the newer version")),
        (letter, ("is damaged, or it is not an ESD Desktop store", "restore a backup")),
        (cut, ("is damaged, or it is not an ESD Desktop store", "restore a backup")),
        (somebody_elses, ("is not an ESD Desktop store", "Choose another file")),
        (folder, ("cannot be opened", "Check that its folder exists")),
    ],
)
def test_a_file_that_cannot_be_used(
    esd: Esd,
    bought: int,
    sandbox: SandboxControl,
    store_file: Path,
    damage: Callable[[Path], None],
    words: tuple[str, ...],
) -> None:
    whole = store_file.read_bytes()
    damage(store_file)
    damaged = None if store_file.is_dir() else store_file.read_bytes()
    done = sandbox.effects()
    for command in (
        ("assets", "list"),
        ("assets", "update-status", str(bought)),
        ("assets", "cancel", str(bought)),
        ("settings", "set", "mail.host", "elsewhere.example"),
    ):
        is_for_a_person(esd(*command), *words)
    said = esd("assets", "list", "--json")
    assert said.code == 1
    assert said.json["error"]["advice"]
    if damaged is None:
        store_file.rmdir()
    else:
        assert store_file.read_bytes() == damaged
    assert sandbox.effects() == done
    for file in store_file.parent.glob(f"{store_file.name}-*"):
        file.unlink()
    store_file.write_bytes(whole)
    assert esd("assets", "cancel", str(bought)).code == 0


def test_a_store_that_another_program_holds_locked(
    esd: Esd, bought: int, sandbox: SandboxControl, store_file: Path
) -> None:
    before, done = ledger(store_file, besides=()), sandbox.effects()
    with closing(sqlite3.connect(store_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        # Reading goes on; whatever would have to be written is refused before Microsoft is asked.
        assert esd("assets", "list").code == 0
        for command in ("cancel", "delete", "resend"):
            said = esd("assets", command, str(bought))
            is_for_a_person(said, "Another program is holding the store locked.", "try again")
    assert ledger(store_file, besides=()) == before
    assert sandbox.effects() == done
    assert esd("assets", "cancel", str(bought)).code == 0


def test_a_store_in_a_place_where_there_cannot_be_one(esd: Esd, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("not a folder")
    said = esd("--store", str(tmp_path / "a file" / "esd.db"), "assets", "list")
    is_for_a_person(said, "cannot be made", "Choose another place")
    said = esd("--store", "mysql://anna:swordfish@localhost/esd", "assets", "list")
    is_for_a_person(said, "is not the address of a store", "postgresql://")


def test_the_doctor_tells_it_too(esd: Esd, bought: int, store_file: Path) -> None:
    newer(store_file)
    said = esd("doctor")
    assert said.code == 1
    assert "written by a newer version" in f"{said.out}{said.err}"
