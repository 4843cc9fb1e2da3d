"""A change happens whole or not at all, whatever was read before it."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import IntegrityError

from esd_desktop.errors import ChangedMeanwhile, StoreBusy
from esd_desktop.models.base import Base
from esd_desktop.models.setting import Setting
from esd_desktop.models.store import accounts, assets, settings
from esd_desktop.models.store.engine import open_store
from esd_desktop.services.browse import account, account_list, asset_detail
from esd_desktop.services.context import Services
from tests.support.sowing import Sown


async def written(services: Services, *records: Base) -> None:
    async with services.store.change() as work:
        work.add(*records)
        await work.commit()


@pytest.mark.parametrize("read_first", [True, False])
async def test_a_committed_change_is_there_afterwards(
    services: Services, sown: Sown, read_first: bool
) -> None:
    async with services.store.change() as work:
        if read_first:
            await settings.read(work.connection)
        found = await accounts.for_change(work, sown.customer)
        found.email = "new@customer.example"
        await work.commit()
    assert (await account(services, sown.customer)).email == "new@customer.example"


_WRITER = """
import asyncio, sys
from esd_desktop.models.store.engine import open_store

async def main():
    store = await open_store(sys.argv[1])
    from esd_desktop.models.audit import AuditRow
    from esd_desktop.models.base import Base
    from esd_desktop.models.values import utc_now
    async with store.change() as work:
        row = AuditRow(at=utc_now(), operator="me", action="look", sentence="Looked.", changes={})
        work.add(row)
        await work.commit()
    await store.close()
    print(*sorted(Base.metadata.tables))

asyncio.run(main())
"""


@pytest.mark.on_a_file
async def test_a_record_is_written_with_no_table_loaded_that_it_does_not_refer_to(
    tmp_path: Path,
) -> None:
    file = str(tmp_path / "esd.db")
    await (await open_store(file)).close()
    written_by = [sys.executable, "-c", _WRITER, file]
    writer = await asyncio.to_thread(
        subprocess.run, written_by, capture_output=True, text=True, check=True
    )
    assert {"accounts", "assets", "audit"} <= set(writer.stdout.split())
    assert "portal_users" not in writer.stdout
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT sentence FROM audit").fetchall() == [("Looked.",)]


async def test_without_commit_it_never_happened(services: Services, sown: Sown) -> None:
    before = await account(services, sown.customer)
    async with services.store.change() as work:
        found = await accounts.for_change(work, sown.customer)
        found.email = "never@customer.example"
        await work.flush()
    assert await account(services, sown.customer) == before


async def test_a_name_that_somebody_took_at_the_same_moment_is_no_bug(services: Services) -> None:
    await written(services, Setting(name="mail.host", value="first"))
    with pytest.raises(ChangedMeanwhile) as caught:
        await written(services, Setting(name="mail.host", value="second"))
    assert caught.value.advice


@pytest.mark.on_a_file
async def test_a_commit_that_fails_holds_nobody_up(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(DefaultDialect, "do_commit", locked)
    with pytest.raises(StoreBusy):
        await written(services, Setting(name="mail.host", value="first"))
    monkeypatch.undo()
    with closing(sqlite3.connect(services.store.name, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
    await written(services, Setting(name="mail.host", value="second"))


async def test_a_change_that_was_cancelled_while_it_read_holds_nobody_up(
    services: Services,
) -> None:
    async with services.store.change() as work:
        await settings.read(work.connection)
        driver = (await work.connection.get_raw_connection()).driver_connection
        assert driver is not None
        # Who is cancelled leaves it as it is: not read to its end, and not collected yet.
        cursor = await driver.execute("SELECT 1 UNION SELECT 2")
        await work.connection.invalidate()
    with closing(sqlite3.connect(services.store.name, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
    assert cursor is not None


async def test_a_bug_stays_a_bug(services: Services) -> None:
    with pytest.raises(IntegrityError):
        await written(services, Setting(name="mail.host"))


async def test_more_calls_than_connections_are_told_to_wait(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.store._engine.pool, "_timeout", 0.05)
    async with AsyncExitStack() as held:
        for _ in range(15):
            await held.enter_async_context(services.store.read())
        with pytest.raises(StoreBusy):
            await account_list(services)
    assert await account_list(services) == []


async def test_a_record_that_somebody_else_wrote_meanwhile_is_not_overwritten(
    services: Services, sown: Sown
) -> None:
    async with services.store.change() as work:
        stale = await assets.for_change(work, sown.activated)
    async with services.store.change() as work:
        asset = await assets.for_change(work, sown.activated)
        asset.return_refusal = "Somebody else was here."
        await work.commit()
    stale.return_refusal = "Mine."
    with pytest.raises(ChangedMeanwhile):
        await written(services, stale)
    assert (await asset_detail(services, sown.activated)).return_refusal != "Mine."
