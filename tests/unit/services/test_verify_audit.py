"""Verifying the audit, on both stores: whatever is done to it past the program is found."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from esd_desktop.errors import NotAllowed
from esd_desktop.models.chain import Head, Misfit
from esd_desktop.models.rights import Role
from esd_desktop.models.store import import_writing
from esd_desktop.models.store.audit_chain import head_and_hash_at
from esd_desktop.models.store.audit_hash import row_hash
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.services.import_assets import import_assets
from esd_desktop.services.verify_audit import AuditBroken, verify_audit, witness_audit
from tests.support.desktops import second_desktop
from tests.support.people import named
from tests.support.postgres import PostgresStore
from tests.support.postgres_keeper import ADMINISTRATOR
from tests.support.sowing import Sown, sow
from tests.unit.services.importing.exports import asset as line
from tests.unit.services.importing.exports import write_csv

Tamper = Callable[..., None]


@pytest.fixture
def tamper(services: Services, request: pytest.FixtureRequest) -> Tamper:
    """Runs statements as who can do anything to the database, its own rules out of the way."""

    def on_sqlite(*statements: str) -> None:
        with closing(sqlite3.connect(services.store.name)) as database:
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in database.execute(triggers).fetchall():
                database.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                database.execute(statement)
            database.commit()

    def on_postgresql(*statements: str) -> None:
        store: PostgresStore = request.getfixturevalue("postgres_store")
        with store.server.connect(store.name, ADMINISTRATOR) as database:
            database.execute("SET session_replication_role = replica")
            for statement in statements:
                database.execute(statement.encode())

    return on_sqlite if services.store.login is None else on_postgresql


@pytest.fixture
async def done(services: Services, sown: Sown) -> Sown:
    """Six rows in the audit."""
    for _ in range(3):
        await delete_asset(services, sown.activated)
        await restore_asset(services, sown.activated)
    return sown


async def broken(services: Services, *expected: Head) -> AuditBroken:
    with pytest.raises(AuditBroken) as caught:
        await verify_audit(services, expected)
    assert caught.value.advice
    return caught.value


@pytest.mark.both_stores
async def test_what_the_program_wrote_fits(services: Services, done: Sown) -> None:
    found = await verify_audit(services)
    assert (found.rows, found.head.position) == (6, 6)
    await delete_asset(services, done.redeemed)
    again = await verify_audit(services, [found.head])
    assert again.rows == 7
    assert "none changed" in again.sentence


async def test_an_audit_without_rows_fits(services: Services) -> None:
    assert (await verify_audit(services)).sentence == "The audit has no rows yet."


@pytest.mark.both_stores
async def test_a_row_that_was_changed_is_named(
    services: Services, done: Sown, tamper: Tamper
) -> None:
    for field, forged in {
        "sentence": "'Nothing was done.'",
        "operator": "'somebody else'",
        "at": "'2026-01-01 00:00:00'",
        "asset_id": "NULL",
        "correlation_id": "''",
        "login": "'somebody'",
        "changes": "'{}'",
    }.items():
        tamper(
            "CREATE TABLE kept AS SELECT * FROM audit WHERE position = 3",
            f"UPDATE audit SET {field} = {forged} WHERE position = 3",  # noqa: S608
        )
        fault = await broken(services)
        assert (fault.broken.misfit, fault.broken.position) == (Misfit.CHANGED, 3), field
        assert fault.sentence.startswith("Row 3 of the audit is not as it was written")
        tamper(
            f"UPDATE audit SET {field} = (SELECT {field} FROM kept) WHERE position = 3",  # noqa: S608
            "DROP TABLE kept",
        )
    await verify_audit(services)


@pytest.mark.both_stores
async def test_a_row_that_was_taken_out_is_named(
    services: Services, done: Sown, tamper: Tamper
) -> None:
    tamper("DELETE FROM audit WHERE position = 3")
    fault = await broken(services)
    assert (fault.broken.misfit, fault.broken.position) == (Misfit.MISSING, 3)
    tamper("UPDATE audit SET position = position - 1 WHERE position > 3")
    assert (await broken(services)).broken.misfit is Misfit.CHANGED


_INSERTED = (
    "INSERT INTO audit (at, operator, action, sentence, changes, position, hash) "
    "VALUES ('2026-11-20 10:00:00', 'anna', 'delete', 'It was me.', '{{}}', {}, '{}')"
)


@pytest.mark.both_stores
async def test_a_row_that_was_put_in_between_is_named(
    services: Services, done: Sown, tamper: Tamper
) -> None:
    tamper(
        "UPDATE audit SET position = -position - 1 WHERE position > 3",
        "UPDATE audit SET position = -position WHERE position < 0",
        _INSERTED.format(4, "00" * 32),
    )
    fault = await broken(services)
    assert (fault.broken.misfit, fault.broken.position) == (Misfit.CHANGED, 4)


@pytest.mark.both_stores
async def test_a_row_that_is_in_no_chain_is_named(
    services: Services, done: Sown, tamper: Tamper
) -> None:
    tamper(_INSERTED.format("NULL", "").replace("''", "NULL"))
    fault = await broken(services)
    assert fault.broken.misfit is Misfit.OUTSIDE
    assert "past the database's own rules" in fault.sentence


@pytest.mark.both_stores
async def test_an_end_that_was_cut_off_is_found_by_what_was_seen(
    services: Services, done: Sown, tamper: Tamper
) -> None:
    noted = (await verify_audit(services)).head
    tamper("DELETE FROM audit WHERE position > 4")
    fault = await broken(services)
    assert (fault.broken.misfit, fault.broken.position) == (Misfit.CUT_OFF, 6)
    assert "ends with row 4" in fault.sentence
    with pytest.raises(AuditBroken, match="is missing"):
        await witness_audit(services)
    # Another computer has seen nothing, but somebody has noted the head.
    services.witness = None
    assert (await verify_audit(services)).rows == 4
    assert (await broken(services, noted)).broken.misfit is Misfit.CUT_OFF


@pytest.mark.both_stores
async def test_an_audit_written_anew_as_a_whole_is_found_by_what_was_seen(
    services: Services, done: Sown, tamper: Tamper
) -> None:
    noted = (await verify_audit(services)).head
    tamper("DELETE FROM audit")
    await _chained_anew(services, done, tamper)
    fault = await broken(services)
    assert (fault.broken.misfit, fault.broken.position) == (Misfit.OTHER_ROW, 6)
    with pytest.raises(AuditBroken, match="written anew"):
        await witness_audit(services)
    after = await verify_audit(services, after_restore=True)
    assert after.rows == 8
    await witness_audit(services)
    assert (await broken(services, noted)).broken.misfit is Misfit.OTHER_ROW


async def _chained_anew(services: Services, sown: Sown, tamper: Tamper) -> None:
    """Eight rows that fit one another, as somebody makes them who knows how it is done."""
    digest = ""
    for position in range(1, 9):
        at = "2026-11-20 10:00:00.000000"
        fields = [str(1000 + position), at, "anna", "delete", "Nothing.", None, None, "{}"]
        as_bytes = [None if each is None else each.encode() for each in [*fields, None, None]]
        digest = row_hash(digest, as_bytes)
        tamper(
            "INSERT INTO audit (id, at, operator, action, sentence, changes, position, hash) "  # noqa: S608
            f"VALUES ({1000 + position}, '{at}{_utc(services)}', 'anna', 'delete', 'Nothing.', "
            f"'{{}}', {position}, '{digest}')"
        )


def _utc(services: Services) -> str:
    return "" if services.store.login is None else "+00"


@pytest.mark.both_stores
async def test_each_round_of_the_journal_takes_the_new_head(services: Services, done: Sown) -> None:
    assert services.witness is not None
    await witness_audit(services)
    seen = services.witness.seen(services.store.name)
    async with services.store.read() as connection:
        head, hash_there = await head_and_hash_at(connection, 3)
    assert seen == head
    assert hash_there is not None
    assert head.position == 6
    await delete_asset(services, done.redeemed)
    await witness_audit(services)
    seen = services.witness.seen(services.store.name)
    assert seen is not None
    assert seen.position == 7


async def test_what_is_kept_of_it_may_be_lost(services: Services, done: Sown) -> None:
    await witness_audit(services)
    assert services.witness is not None
    services.witness._file.write_text("not what was kept", encoding="utf-8")
    assert services.witness.seen(services.store.name) is None
    await witness_audit(services)
    assert services.witness.seen(services.store.name) is not None


async def test_only_an_auditor_may(services: Services, done: Sown) -> None:
    await named(services, services.login, Role.MANAGER)
    with pytest.raises(NotAllowed):
        await verify_audit(services)


@pytest.mark.both_stores
async def test_two_desktops_that_write_at_once_make_one_chain(
    services: Services, done: Sown
) -> None:
    async with second_desktop(services) as other:
        await asyncio.gather(
            *(
                _often(services, done.redeemed),
                _often(other, done.odd),
                _often(other, done.activated),
            )
        )
    assert (await verify_audit(services)).rows == 6 + 3 * 10


async def test_an_import_goes_on_where_others_wrote_meanwhile(
    postgres_services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its transaction has begun to look at the store long before; at its end it must see more."""
    sown = await sow(postgres_services)
    file = write_csv(tmp_path / "licences.csv", [line(number) for number in range(3)])
    async with second_desktop(postgres_services) as other:
        write = import_writing.write_summary

        async def after_others(*what: Any) -> None:
            await delete_asset(other, sown.activated)
            await write(*what)

        monkeypatch.setattr(import_writing, "write_summary", after_others)
        connection = "Microsoft ESD (GB)"
        await import_assets(postgres_services, file, dry_run=False, connection=connection)
    assert (await verify_audit(postgres_services)).rows > 4


async def _often(services: Services, asset_id: int) -> None:
    for _ in range(5):
        await delete_asset(services, asset_id)
        await restore_asset(services, asset_id)
