"""Backing up: everything is in the file, exactly; nobody waits for it; nothing half is left."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
import stat
import sys
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from esd_desktop.errors import NotAllowed, Refused, StoreBroken, StoreFault
from esd_desktop.models.backup_rows import BackupPlan, Every
from esd_desktop.models.rights import Role
from esd_desktop.models.store import backup_pages, backups
from esd_desktop.models.store.backup_pages import Stop
from esd_desktop.models.store.engine import Store, open_to_read
from esd_desktop.models.store.tables import metadata
from esd_desktop.services.back_up import back_up, back_up_when_due
from esd_desktop.services.browse import latest_history
from esd_desktop.services.browse_backups import backup_state, own_backups
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.file_lock import take_lock
from esd_desktop.services.verify_backup import verify_backup
from tests.support.backups import take_small_steps
from tests.support.desktops import later, second_desktop
from tests.support.people import named
from tests.support.postgres import PostgresStore
from tests.support.sowing import Sown, sow


async def records(store: Store) -> dict[str, list[Any]]:
    """All that a store holds, but what every program and every backup writes into it."""
    async with store.read() as connection:
        return {
            table.name: [
                row
                for row in await connection.execute(select(table).order_by(*table.primary_key))
                if table.name != "audit" or row.action != "backed_up"
            ]
            for table in metadata.sorted_tables
            if table.name != "pulses"
        }


def plan(services: Services, folder: Path, every: Every = "daily", keep: int = 7) -> None:
    services.backups = lambda: BackupPlan(folder, every, keep)


@pytest.mark.both_stores
async def test_everything_is_in_it_exactly(services: Services, tmp_path: Path) -> None:
    sown = await sow(services)
    await delete_asset(services, sown.activated)
    steps: list[tuple[str, int, int]] = []
    done = await back_up(services, tmp_path / "new", progress=lambda *step: steps.append(step))
    (backup,) = await own_backups(services, tmp_path / "new")
    assert done.file == backup.file
    assert "The backup is made and verified: 7 licences" in done.sentence
    assert "can be read on this computer" in done.sentence
    copy = open_to_read(backup.file)
    assert await records(copy) == await records(services.store)
    await copy.close()
    assert {words for words, _, _ in steps} == {"Copying", "Checking"}
    assert all(0 <= part <= whole for _, part, whole in steps)
    kept = sorted(file.name for file in backup.file.parent.glob("[!.]*"))
    assert kept == [backup.file.name]
    if sys.platform != "win32":
        assert stat.S_IMODE(backup.file.stat().st_mode) == 0o600


async def test_a_role_that_backs_up_reads_the_sealed_keys_for_it_alone(
    postgres_services: Services, postgres_store: PostgresStore, tmp_path: Path
) -> None:
    """On PostgreSQL the database lets nobody see a sealed key without the audit row before it."""
    await sow(postgres_services)
    manager = postgres_store.person("berta", Role.MANAGER)
    async with second_desktop(postgres_services, manager) as person:
        with pytest.raises(NotAllowed):
            await back_up(person, tmp_path)
    administrator = postgres_store.person("carla", Role.ADMINISTRATOR)
    async with second_desktop(postgres_services, administrator) as person:
        await back_up(person, tmp_path)
        (backup,) = await own_backups(person, tmp_path)
        verdict = await verify_backup(person, backup.file)
        done, begun = (await latest_history(person))[:2]
    assert verdict.contents.counts["asset_secrets"] == 5
    assert (begun.action, done.action) == ("back_up", "backed_up")


async def test_others_go_on_writing_meanwhile_and_it_holds_one_moment(
    services: Services, sown: Sown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    step = Stop.step

    def held(stop: Stop, words: str, done: int, total: int) -> None:
        begun.set()
        assert go_on.wait(20)
        step(stop, words, done, total)

    monkeypatch.setattr(backup_pages, "_PAGES_AT_ONCE", 1)
    monkeypatch.setattr(Stop, "step", held)
    backing_up = asyncio.ensure_future(back_up(services, tmp_path))
    assert await asyncio.to_thread(begun.wait, 20)
    before = await records(services.store)
    async with second_desktop(services) as other:
        await delete_asset(other, sown.activated)
    assert not backing_up.done()
    go_on.set()
    await backing_up
    (backup,) = await own_backups(services, tmp_path)
    copy = open_to_read(backup.file)
    assert await records(copy) == before
    await copy.close()
    assert await records(services.store) != before


@pytest.mark.on_a_file
async def test_stopped_in_the_middle_it_ends_at_once_and_leaves_nothing(
    services: Services, sown: Sown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_small_steps(monkeypatch)
    seen: list[int] = []

    def tell(_words: str, done: int, _total: int) -> None:
        seen.append(done)
        working.cancel()

    working = asyncio.ensure_future(back_up(services, tmp_path, progress=tell))
    with pytest.raises(asyncio.CancelledError):
        await working
    assert seen == [1]
    assert list(tmp_path.glob("*.db*")) == list(tmp_path.glob(".*part*")) == []


def disk_is_full(source: Path, target: Path, stop: Stop) -> None:
    target.write_bytes(b"half of it")
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.on_a_file
async def test_a_full_disk_is_told_and_leaves_nothing(
    services: Services, sown: Sown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "copy_pages", disk_is_full)
    with pytest.raises(StoreFault, match="disk is full") as told:
        await back_up(services, tmp_path)
    assert "Nothing was left half done" in told.value.advice
    assert list(tmp_path.glob("*.db*")) == list(tmp_path.glob(".*part*")) == []


async def test_a_folder_that_cannot_be_is_told(services: Services, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreFault, match="cannot be made") as told:
        await back_up(services, tmp_path / "file" / "backups")
    assert "Settings, Backups" in told.value.advice


async def test_a_folder_that_is_not_there_any_more_is_told_to_all_desktops(
    services: Services, tmp_path: Path
) -> None:
    (tmp_path / "disk").write_text("taken out")
    for folder in (tmp_path / "disk" / "backups", tmp_path / ("too long" * 50)):
        plan(services, folder)
        with pytest.raises(StoreFault, match="cannot be made"):
            await back_up_when_due(services)
        assert f"The folder for backups {folder} cannot be made" in str(
            (await backup_state(services)).trouble
        )


async def test_the_history_tells_the_whole_place(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = await back_up(services, Path("here"))
    assert done.file.parent == tmp_path / "here"
    assert str(done.file) in (await latest_history(services))[0].sentence


@pytest.mark.on_a_file
async def test_a_store_that_is_not_whole_is_copied_all_the_same_and_told(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    """Whatever is wrong with one record: without this the others would not be copied either."""
    with closing(sqlite3.connect(services.store.name, isolation_level=None)) as past_the_rules:
        past_the_rules.execute("DELETE FROM asset_secrets WHERE asset_id = 1")
    plan(services, tmp_path)
    for _ in range(2):
        with pytest.raises(StoreBroken, match="not counted as a backup") as told:
            await back_up_when_due(services)
    (copy,) = tmp_path.glob("*.db")
    assert str(copy) in told.value.sentence
    assert await own_backups(services, tmp_path) == []
    assert told.value.sentence in str((await backup_state(services)).trouble)
    with pytest.raises(StoreBroken, match="1 of its licence keys are missing"):
        await verify_backup(services, copy)


async def test_a_disk_that_is_full_here_is_no_server_that_cannot_be_reached(
    postgres_services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backups, "copy_tables", full)
    with pytest.raises(StoreFault, match="could not be made: no space left on device"):
        await back_up(postgres_services, tmp_path)


async def test_a_clock_that_was_wrong_stops_no_backup(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    plan(services, tmp_path, keep=1)
    later(services, days=4_000)
    await back_up_when_due(services)
    later(services, days=0)
    assert await back_up_when_due(services)
    (left,) = await own_backups(services, tmp_path)
    assert left.made_at <= services.now()
    state = await backup_state(services)
    assert (state.newest, state.trouble) == (left, None)
    assert await back_up_when_due(services) == Changes()


async def test_two_programs_do_not_make_the_same_backup(services: Services, tmp_path: Path) -> None:
    await back_up(services, tmp_path)
    (lock,) = tmp_path.glob(".*.lock")
    with lock.open("ab") as held:
        take_lock(held.fileno())
        with pytest.raises(Refused, match="is being backed up"):
            await back_up(services, tmp_path)
    await back_up(services, tmp_path)


async def test_it_is_made_when_it_is_due_and_the_oldest_goes_after_that(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    plan(services, tmp_path, keep=2)
    assert await back_up_when_due(services) == Changes(settings=True)
    first = await own_backups(services, tmp_path)
    assert await back_up_when_due(services) == Changes()
    assert await own_backups(services, tmp_path) == first
    strange = tmp_path / "esd-esd-20200101-000000.db"
    strange.write_bytes(b"of somebody else")
    for days in (1, 2):
        later(services, days=days)
        assert await back_up_when_due(services)
    left = await own_backups(services, tmp_path)
    assert len(left) == 2
    assert first[0] not in left
    assert strange.exists()


async def test_the_backups_of_a_store_of_the_same_name_are_left_alone(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    await back_up(services, tmp_path)
    (made,) = await own_backups(services, tmp_path)
    plan(services, tmp_path, keep=1)
    with sqlite3.connect(made.file) as other:
        other.execute("DROP TRIGGER audit_final_update")
        other.execute("UPDATE audit SET operator = 'somebody of another store'")
    other.close()
    later(services, days=1)
    await back_up_when_due(services)
    assert made.file.exists()
    assert len(await own_backups(services, tmp_path)) == 1


async def test_without_a_plan_or_the_right_none_is_made(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    plan(services, tmp_path, every="off")
    assert await back_up_when_due(services) == Changes()
    await named(services, services.login, Role.AGENT)
    plan(services, tmp_path)
    assert await back_up_when_due(services) == Changes()
    assert list(tmp_path.glob("*.db")) == []


@pytest.mark.on_a_file
async def test_what_goes_wrong_is_told_to_everybody_once_until_it_works_again(
    services: Services, sown: Sown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(services, tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(backups, "copy_pages", disk_is_full)
        for _ in range(2):
            with pytest.raises(StoreFault):
                await back_up_when_due(services)
    told = [row for row in await latest_history(services) if row.action == "back_up_failed"]
    assert len(told) == 1
    assert "disk is full" in told[0].sentence
    state = await backup_state(services)
    assert state.trouble is not None
    assert state.trouble.startswith(told[0].sentence)
    await back_up_when_due(services)
    assert (await backup_state(services)).trouble is None


async def test_one_that_did_not_come_for_long_is_told(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    plan(services, tmp_path)
    assert "No backup has been made yet" in str((await backup_state(services)).trouble)
    await back_up_when_due(services)
    assert (await backup_state(services)).trouble is None
    later(services, days=3)
    assert "The newest backup is of" in str((await backup_state(services)).trouble)


def test_a_plan_knows_its_period() -> None:
    assert BackupPlan(Path(), "weekly").period == timedelta(days=7)
    assert BackupPlan(Path()).period is None
