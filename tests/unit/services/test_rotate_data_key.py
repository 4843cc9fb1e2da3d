"""Changing the data key: nothing unreadable at any moment, nobody waits, searching goes on."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from esd_desktop.errors import ChangedMeanwhile, NotAllowed, StoreFault, VaultFault
from esd_desktop.models.rights import Role
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.store import secrets, settings
from esd_desktop.models.store.secrets import Sealed
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.services import rotate_data_key as rotation
from esd_desktop.services.browse import asset_page, latest_history
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.keys import KeyCipher, entry_name
from esd_desktop.services.rotate_data_key import data_key_status, rotate_data_key
from esd_desktop.settings import Folders
from tests.support.desktops import second_desktop
from tests.support.people import named
from tests.support.postgres import PostgresStore
from tests.support.secrets import secrets_of
from tests.support.sowing import Sown, sow

both_stores = pytest.mark.both_stores


@pytest.fixture(autouse=True)
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store has seven licence keys; a batch is to be less than all."""
    monkeypatch.setattr(rotation, "_AT_ONCE", 2)


def another(services: Services) -> Services:
    """What another desktop has of the store's keys: nothing yet."""
    return replace(services, cipher=KeyCipher(services.store, services.vault))


async def key_ids(services: Services) -> list[int]:
    async with services.store.read() as connection:
        return [key.id for key in await settings.data_keys(connection)]


async def check_readable(services: Services, sown: Sown) -> None:
    """Every desktop, old or new, reads the key and the link, and finds the key."""
    for each in (services, another(services)):
        opened = await secrets_of(each, sown.activated)
        assert opened.key.reveal() == sown.key
        assert opened.link is not None
        assert opened.link.reveal() == sown.link
        (found,) = await asset_page(each, AssetQuery(search=sown.key), 0, 10)
        assert found.id == sown.activated


@both_stores
async def test_every_key_is_sealed_anew_and_the_old_data_key_is_gone(
    services: Services, sown: Sown
) -> None:
    async with services.store.read() as connection:
        before = await secrets.sealed(connection, sown.activated)
        count = await secrets.count_sealed(connection)
    told: list[tuple[int, int]] = []
    outcome = await rotate_data_key(services, progress=lambda *done: told.append(done))
    assert (
        outcome.sentence == f"{count} licence keys were encrypted anew; the earlier key is removed."
    )
    assert (told[0], told[-1]) == ((0, count), (count, count))
    async with services.store.read() as connection:
        after = await secrets.sealed(connection, sown.activated)
    assert (before.key_id, after.key_id) == (1, 2)
    assert before.key != after.key
    assert await key_ids(services) == [2]
    await check_readable(services, sown)
    status = await data_key_status(services)
    assert (status.older, status.waiting, status.sealed) == (0, 0, count)
    # A second change is no different.
    await rotate_data_key(services)
    assert await key_ids(services) == [3]
    await check_readable(services, sown)


async def test_the_audit_row_is_there_before_a_sealed_key_is_read(
    services: Services, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    read = secrets.sealed_before

    async def reading(*args: object, **kwargs: object) -> object:
        seen.append((await latest_history(services))[0].action)
        return await read(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(secrets, "sealed_before", reading)
    await rotate_data_key(services)
    assert set(seen) == {"rotate_data_key"}


async def test_ended_at_any_commit_all_stays_readable_and_the_next_run_ends_it(
    services: Services, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As if the process were gone: no handler of ours sees it coming."""

    commit = UnitOfWork.commit
    places = 0
    while True:
        left = places

        async def committing(self: UnitOfWork) -> None:
            nonlocal left
            left -= 1
            if left == -1:
                raise Killed
            await commit(self)
            if left == 0:
                raise Killed

        monkeypatch.setattr(UnitOfWork, "commit", committing)
        try:
            await rotate_data_key(another(services))
        except Killed:
            places += 1
        else:
            break
        finally:
            monkeypatch.setattr(UnitOfWork, "commit", commit)
        await check_readable(services, sown)
        await rotate_data_key(another(services))
        assert len(await key_ids(services)) == 1
    # The begin, some batches, the removal, and the row that tells of it.
    assert places > 5
    await check_readable(services, sown)


async def test_stopped_it_says_how_much_is_left_and_goes_on_with_the_same_key(
    services: Services, sown: Sown
) -> None:
    first = asyncio.Event()
    running = asyncio.ensure_future(
        rotate_data_key(services, progress=lambda done, _: first.set() if done else None)
    )
    await first.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    status = await data_key_status(services)
    assert status.older == 1
    assert 0 < status.waiting < status.sealed
    assert "still have to be encrypted anew" in status.sentence
    await check_readable(services, sown)
    await rotate_data_key(services)
    assert await key_ids(services) == [2]


async def test_a_desktop_that_has_not_heard_of_it_seals_with_the_new_key(
    services: Services, sown: Sown
) -> None:
    other = another(services)
    await other.cipher.opened()
    await rotate_data_key(services)
    async with other.store.change() as work:
        assert (await other.cipher.current(work.connection)).key_id == 2
    await check_readable(other, sown)


@both_stores
async def test_what_is_sealed_with_the_old_key_meanwhile_is_found_before_it_goes(
    services: Services, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an order that had begun before: it sealed with the old key and commits after the pass."""
    late = iter([True])
    old = await services.cipher.opened()
    retire = settings.retire_data_keys
    async with services.store.read() as connection:
        (kept,) = [
            each
            for each in await secrets.sealed_before(connection, 99, after=0, limit=99)
            if each.asset_id == sown.activated
        ]

    async def retiring(work: UnitOfWork, newest: int) -> int:
        if next(late, False):
            async with work.connection.begin_nested():
                current = await secrets.sealed(work.connection, sown.activated)
                await secrets.seal_anew(work, 1, [(current, kept)])
        return await retire(work, newest)

    monkeypatch.setattr(settings, "retire_data_keys", retiring)
    assert old.key_id == 1
    await rotate_data_key(services)
    assert await key_ids(services) == [2]
    await check_readable(services, sown)


@both_stores
async def test_the_store_itself_keeps_a_data_key_that_is_still_needed(
    services: Services, sown: Sown
) -> None:
    async def retire_too_early() -> None:
        async with services.store.change() as work:
            await services.cipher.add_next(work)
            await settings.retire_data_keys(work, 2)

    with pytest.raises(ChangedMeanwhile):
        await retire_too_early()
    assert await key_ids(services) == [1]
    await check_readable(services, sown)


@both_stores
async def test_two_desktops_that_change_it_together_end_with_one_key(
    services: Services, sown: Sown
) -> None:
    # Where both begin at the very same moment, one joins in what the other has begun.
    await asyncio.gather(rotate_data_key(services), rotate_data_key(another(services)))
    assert len(await key_ids(services)) == 1
    await check_readable(services, sown)


async def test_without_a_key_there_is_nothing_to_change(services: Services) -> None:
    outcome = await rotate_data_key(services, new_entry=True)
    assert outcome.result is Result.UNCHANGED
    assert outcome.sentence == "There is no key yet; it is made with the first licence key."
    assert await key_ids(services) == []
    assert await latest_history(services) == []


async def test_a_right_that_is_taken_away_meanwhile_ends_it(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    """The database gives nothing out any more: it must not be asked for ever."""
    sown = await sow(postgres_services)
    address = postgres_store.person("berta", Role.MANAGER)
    async with second_desktop(postgres_services, address) as person:

        def taken_away(done: int, _total: int) -> None:
            if done == 2:
                postgres_store.fetch("UPDATE operators SET roles = 'viewer' RETURNING id")

        with pytest.raises(NotAllowed):
            await rotate_data_key(person, progress=taken_away)
    await named(postgres_services, postgres_services.login, Role.MANAGER)
    assert (await data_key_status(postgres_services)).waiting == 3
    await rotate_data_key(postgres_services)
    await check_readable(postgres_services, sown)


@pytest.mark.parametrize("refusals", [1, 99])
async def test_a_note_that_is_too_old_is_made_anew(
    services: Services, sown: Sown, monkeypatch: pytest.MonkeyPatch, refusals: int
) -> None:
    """As where the computer was asleep: the database gives nothing out, and no error either."""
    left = iter(range(refusals))
    read = secrets.sealed_before

    async def reading(*args: Any, **kwargs: Any) -> list[Sealed]:
        return [] if next(left, None) is not None else await read(*args, **kwargs)

    monkeypatch.setattr(secrets, "sealed_before", reading)
    if refusals == 1:
        await rotate_data_key(services)
        assert await key_ids(services) == [2]
    else:
        with pytest.raises(StoreFault, match="does not give"):
            await rotate_data_key(services)
    notes = [row.action for row in await latest_history(services)].count("rotate_data_key")
    # The begin, each note anew, and the end where there is one.
    assert notes == 3
    await check_readable(services, sown)


async def test_a_new_vault_entry_shuts_out_who_has_the_old_one(
    services: Services, sown: Sown
) -> None:
    async with services.store.read() as connection:
        (before,) = await settings.data_keys(connection)
    outcome = await rotate_data_key(services, new_entry=True)
    async with services.store.read() as connection:
        (now,) = await settings.data_keys(connection)
    assert now.store_id != before.store_id
    assert f"“{entry_name(now.store_id)}”" in outcome.sentence
    assert "every other desktop" in outcome.advice
    await check_readable(services, sown)
    services.vault.delete(entry_name(now.store_id))
    with pytest.raises(VaultFault) as caught:
        await KeyCipher(services.store, services.vault).opened()
    assert entry_name(now.store_id) in caught.value.advice


async def test_a_new_entry_is_not_taken_for_done_where_an_earlier_change_was_ended(
    services: Services, sown: Sown, places: Folders
) -> None:
    async with services.store.change() as work:
        await services.cipher.add_next(work)
        await work.commit()
    outcome = await rotate_data_key(services, new_entry=True)
    assert outcome.result is Result.WARNING
    assert "once more" in outcome.advice
    assert len(json.loads(places.secrets_file.read_text("utf-8"))) == 1


async def test_it_takes_the_right(services: Services, sown: Sown) -> None:
    await named(services, services.login, Role.ADMINISTRATOR)
    for asked in (rotate_data_key(services), data_key_status(services)):
        with pytest.raises(NotAllowed):
            await asked
    assert await key_ids(services) == [1]


async def test_nothing_that_the_old_key_opens_is_left_in_the_file(
    services: Services, sown: Sown, places: Folders
) -> None:
    async with services.store.read() as connection:
        before = await secrets.sealed(connection, sown.activated)
        (old,) = await settings.data_keys(connection)
    await rotate_data_key(services)
    await services.close()
    kept = b"".join(file.read_bytes() for file in places.data.glob("esd.db*"))
    assert before.key not in kept
    assert old.wrapped not in kept
