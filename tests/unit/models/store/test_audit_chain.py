"""The audit's own rules in the database: chained by it, and closed to changes (both stores)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from esd_desktop.models.chain import Head
from esd_desktop.models.operator import RoleRight
from esd_desktop.models.rights import RIGHTS
from esd_desktop.models.store.audit_chain import verify_chain
from esd_desktop.models.store.engine import Store, open_store
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from tests.support.older_stores import first_version
from tests.support.sowing import Sown


@pytest.mark.both_stores
async def test_the_database_has_the_rights_of_the_program(services: Services) -> None:
    async with services.store.read() as connection:
        rows = (await connection.execute(select(RoleRight.role, RoleRight.right))).all()
    assert {tuple(row) for row in rows} == {
        (role, right) for role, rights in RIGHTS.items() for right in rights
    }


@pytest.mark.both_stores
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET sentence = 'Nothing was done.'",
        "UPDATE audit SET hash = NULL",
        "DELETE FROM audit",
        "INSERT INTO role_rights (role, right_name) VALUES ('viewer', 'reveal')",
        "UPDATE role_rights SET right_name = 'reveal' WHERE role = 'viewer'",
        "DELETE FROM role_rights",
    ],
)
async def test_nobody_changes_it(services: Services, sown: Sown, statement: str) -> None:
    await delete_asset(services, sown.activated)
    with pytest.raises(DBAPIError, match=r"is never changed|new version of the program only"):
        await _executed(services.store, statement)


async def _executed(store: Store, statement: str) -> None:
    async with store._engine.begin() as connection:
        await connection.execute(text(statement))


@pytest.mark.on_a_file
async def test_another_program_adds_nothing_unnoticed(services: Services, sown: Sown) -> None:
    with (
        closing(sqlite3.connect(services.store.name)) as database,
        pytest.raises(sqlite3.OperationalError, match="esd_audit_hash"),
    ):
        database.execute(
            "INSERT INTO audit (at, operator, action, sentence, changes) "
            "VALUES ('2026-11-20 10:00:00', 'anna', 'delete', 'It was me.', '{}')"
        )


async def test_what_an_older_version_wrote_is_chained(tmp_path: Path) -> None:
    path = tmp_path / "esd.db"
    first_version(path)
    with closing(sqlite3.connect(path)) as database:
        database.executemany(
            "INSERT INTO audit (id, at, operator, action, sentence, asset_id, changes) "
            "VALUES (?, '2026-02-03 00:00:00.000000', 'anna', 'order', ?, 1, '{\"a\": [1, null]}')",
            [(number, f"Ordered “{number}”.") for number in range(3, 2003)],
        )
        database.commit()
    store = await open_store(str(path))
    async with store.read() as connection:
        verdict = await verify_chain(connection)
    await store.close()
    assert (verdict.rows, verdict.broken) == (2000, None)


def test_a_head_is_read_as_it_was_printed() -> None:
    head = Head(12, "0f" * 32)
    assert Head.parsed(f" {head}\n") == head
    for wrong in ("", "12", "12:", f"x:{head.hash}", f"12:{head.hash}0", f"12:{'z' * 64}", "-1:0"):
        with pytest.raises(ValueError, match=wrong or "^$"):
            Head.parsed(wrong)
