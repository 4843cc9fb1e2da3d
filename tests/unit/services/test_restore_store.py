"""Restoring a backup: the store is as it was, nothing that was there is lost, nothing that the
world has seen happens again."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select, text

from esd_desktop.errors import Refused, StoreBroken, StoreBusy
from esd_desktop.models.notification import OutboxMail
from esd_desktop.models.portal import PortalLink
from esd_desktop.models.rights import Role
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import backups
from esd_desktop.models.store.audit_chain import verify_chain
from esd_desktop.models.store.backup_pages import Stop
from esd_desktop.models.store.backup_tables import PUTTING
from esd_desktop.models.store.engine import open_store
from esd_desktop.models.store.tables import (
    number_series,
    outbox,
    portal_links,
    portal_sessions,
)
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.opening import open_services, restore
from esd_desktop.services.browse import account_list, asset_detail, asset_page, latest_history
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.portal.sessions import begin_session
from esd_desktop.services.restore_store import look_before_restoring
from esd_desktop.services.reveal_key import Purpose, reveal
from esd_desktop.services.verify_audit import verify_audit
from esd_desktop.settings import Folders, load_settings
from tests.support.backups import at_file, backed_up, kept_file, more, settings_of
from tests.support.desktops import second_desktop
from tests.support.older_stores import first_version
from tests.support.people import named
from tests.support.postgres import PostgresStore
from tests.support.sowing import Sown, sow

_LETTING_IN = (portal_sessions, portal_links)


@pytest.mark.both_stores
async def test_the_store_is_as_it_was_and_goes_on(services: Services, places: Folders) -> None:
    sown = await sow(services)
    backup = await backed_up(services)
    await delete_asset(services, sown.activated)
    later = await more(services, sown)
    prospect = await look_before_restoring(services, backup)
    assert prospect.cost == (
        "What came later (1 licence, 1 account, 1 order, 1 invoice) would not be in the store "
        "any more."
    )
    settings = settings_of(services, places)
    await services.close()
    done = await restore(places, settings, backup)
    assert "What came later (1 licence, 1 account, 1 order, 1 invoice) is only in" in done.sentence
    anew = await open_services(places, settings)
    assert (await asset_detail(anew, sown.activated)).deleted_at is None
    secret = await reveal(anew, sown.activated, Purpose.SHOW_KEY)
    assert secret.reveal() == sown.key
    row = (await latest_history(anew))[1]
    assert (row.action, row.sentence) == ("restore_store", done.sentence)
    # Records that come now get the ids after those that are there, and all are found by words.
    assert await more(anew, sown) == later
    for search, count in (("müller", 3), ("late arrivals", 1)):
        assert len(await asset_page(anew, AssetQuery(search=search), 0, 10)) == count
    assert (await verify_audit(anew)).rows > 2
    await anew.close()
    kept = await open_store(str(kept_file(done)))
    async with kept.read() as connection:
        assert (await verify_chain(connection)).broken is None
        query = text("SELECT deleted_at IS NOT NULL FROM assets WHERE id = :id")
        assert await connection.scalar(query, {"id": sown.activated})
        assert await connection.scalar(query, {"id": later}) == 0
        words = text("SELECT count(*) FROM account_words WHERE account_words MATCH '\"müller\"'")
        assert await connection.scalar(words) == 1
    await kept.close()


@pytest.mark.both_stores
async def test_what_the_world_has_seen_does_not_happen_again(
    services: Services, places: Folders
) -> None:
    sown = await sow(services)
    async with services.store.change() as work:
        await work.connection.execute(
            number_series.insert().values(name="invoice-2026", last_number=7)
        )
        work.add(_mail(services, sown.activated))
        work.add(_link(services))
        begin_session(services, work, sown.customer, "it@mueller.example", "Anna", how="by a link")
        await work.commit()
    backup = await backed_up(services)
    async with services.store.change() as work:
        await work.connection.execute(number_series.update().values(last_number=9))
        await work.connection.execute(
            number_series.insert().values(name="credit-2026", last_number=3)
        )
        await work.connection.execute(
            outbox.update().values(state=MailState.SENT, sent_at=services.now())
        )
        await work.commit()
    settings = settings_of(services, places)
    await services.close()
    await restore(places, settings, backup)
    anew = await open_services(places, settings)
    async with anew.store.read() as connection:
        numbers = (await connection.execute(select(number_series))).all()
        states = (await connection.scalars(select(outbox.c.state))).all()
        let_in = [await connection.scalar(select(func.count()).select_from(t)) for t in _LETTING_IN]
    await anew.close()
    assert let_in == [0, 0], "nobody is signed in at the portal, and no link is good"
    assert sorted(map(tuple, numbers)) == [("credit-2026", 3), ("invoice-2026", 9)]
    assert states == [MailState.SENT]


def _link(services: Services) -> PortalLink:
    now = services.now()
    return PortalLink(
        address="it@mueller.example",
        language="de",
        message_id="<two@esd.example>",
        token_hash="0" * 64,
        state=MailState.SENT,
        attempts=1,
        next_attempt_at=now,
        asked_at=now,
        ends_at=now + timedelta(minutes=15),
    )


def _mail(services: Services, asset_id: int) -> OutboxMail:
    return OutboxMail(
        message_id="<one@esd.example>",
        template="welcome",
        asset_id=asset_id,
        to_address="anna@example.com",
        state=MailState.QUEUED,
        attempts=0,
        next_attempt_at=services.now(),
        queued_by="anna",
        queued_at=services.now(),
    )


_GUARDS = """
SELECT CAST(tgrelid AS regclass)::text, tgname, tgenabled::text FROM pg_trigger
WHERE NOT tgisinternal UNION ALL
SELECT CAST(conrelid AS regclass)::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace UNION ALL
SELECT tablename, policyname, cmd FROM pg_policies ORDER BY 1, 2, 3
"""


async def test_a_server_has_all_its_guards_afterwards_and_tells_the_other_desktops(
    postgres_services: Services, postgres_store: PostgresStore, places: Folders
) -> None:
    await sow(postgres_services)
    backup = await backed_up(postgres_services)
    before = postgres_store.fetch(_GUARDS)
    with postgres_store.server.connect(postgres_store.name) as other:
        other.execute("LISTEN esd_written")
        await restore(places, settings_of(postgres_services, places), backup)
        told = [notice.payload for notice in other.notifies(timeout=1, stop_after=20)]
    assert postgres_store.fetch(_GUARDS) == before
    assert any('"table" : null' in payload for payload in told)


async def test_on_a_server_only_the_owner_of_the_tables_can(
    postgres_services: Services, postgres_store: PostgresStore, places: Folders
) -> None:
    await sow(postgres_services)
    address = postgres_store.person("berta", Role.ADMINISTRATOR)
    settings = replace(load_settings(places), store=address)
    services = await open_services(places, settings)
    backup = await backed_up(services)
    await services.close()
    with pytest.raises(Refused, match="Only esd_owner") as refused:
        await restore(places, settings, backup)
    assert "among its people" in refused.value.advice
    assert len(await _ids(postgres_services)) == 7


@pytest.mark.on_a_file
async def test_without_the_right_nothing_is_touched(
    services: Services, sown: Sown, places: Folders
) -> None:
    backup = await backed_up(services)
    await named(services, services.login, Role.MANAGER)
    await services.close()
    before = Path(services.store.name).read_bytes()
    with pytest.raises(Refused, match="restore the store"):
        await restore(places, load_settings(places), backup)
    assert Path(services.store.name).read_bytes() == before


@pytest.mark.on_a_file
async def test_while_another_program_has_the_file_open_it_is_refused(
    services: Services, sown: Sown, places: Folders
) -> None:
    backup = await backed_up(services)
    await delete_asset(services, sown.activated)
    async with second_desktop(services) as other:
        assert await account_list(other)
        await services.close()
        with pytest.raises(StoreBusy, match="Another program has this store open"):
            await restore(places, load_settings(places), backup)
        assert (await asset_detail(other, sown.activated)).deleted_at is not None
    done = await restore(places, load_settings(places), backup)
    assert "restored" in done.sentence


@pytest.mark.on_a_file
async def test_stopped_in_the_middle_the_store_is_as_it_was_before(
    services: Services, sown: Sown, places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = await backed_up(services)
    await delete_asset(services, sown.activated)
    await services.close()
    monkeypatch.setattr(backups, "_PAGES_AT_ONCE", 1)
    step = Stop.step
    seen: list[str] = []

    def stepped(stop: Stop, words: str, done: int, total: int) -> None:
        step(stop, words, done, total)
        if words == PUTTING and done > 3:
            stop._asked.wait(20)

    def tell(words: str, done: int, _total: int) -> None:
        seen.append(words)
        if words == PUTTING and done > 3:
            working.cancel()

    monkeypatch.setattr(Stop, "step", stepped)

    working = asyncio.ensure_future(restore(places, load_settings(places), backup, tell))
    with pytest.raises(asyncio.CancelledError):
        await working
    assert seen.count(PUTTING) < 40
    assert list(Path(services.store.name).parent.glob("*before-restore*")) == []
    anew = await open_services(places, load_settings(places))
    assert (await asset_detail(anew, sown.activated)).deleted_at is not None
    await anew.close()


@pytest.mark.both_stores
async def test_who_stops_it_when_it_is_done_is_told_that_it_is_done(
    services: Services, places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    sown = await sow(services)
    backup = await backed_up(services)
    await delete_asset(services, sown.activated)
    await verify_audit(services)
    settings = settings_of(services, places)
    await services.close()
    exchange, commit = backups._exchange_pages, UnitOfWork.commit
    loop = asyncio.get_running_loop()
    stopped = threading.Event()

    def stop() -> None:
        working.cancel()
        stopped.set()

    def exchanged(*args: Any) -> None:
        exchange(*args)
        loop.call_soon_threadsafe(stop)
        assert stopped.wait(20)

    async def committed(work: UnitOfWork) -> None:
        await commit(work)
        if work.connection.dialect.name == "postgresql":
            working.cancel()
            await asyncio.sleep(0)

    monkeypatch.setattr(backups, "_exchange_pages", exchanged)
    monkeypatch.setattr(UnitOfWork, "commit", committed)
    working = asyncio.ensure_future(restore(places, settings, backup))
    done = await working
    monkeypatch.undo()
    assert "The store was restored" in done.sentence
    anew = await open_services(places, settings)
    assert (await asset_detail(anew, sown.activated)).deleted_at is None
    # The end of the audit that was seen before is gone, and known to be.
    assert (await verify_audit(anew)).rows
    await anew.close()


_DAMAGE = b"\x5a" * 2_000


@pytest.mark.parametrize("damage", ["all of it", "the records"])
@pytest.mark.on_a_file
async def test_a_store_that_cannot_be_read_any_more_is_replaced_and_kept(
    services: Services, sown: Sown, places: Folders, damage: str
) -> None:
    backup = await backed_up(services)
    await services.close()
    file = Path(services.store.name)
    damaged = _DAMAGE * 3 if damage == "all of it" else _without(file, "assets")
    file.write_bytes(damaged)
    done = await restore(places, load_settings(places), backup)
    assert "The damaged file, as it was, is in" in done.sentence
    assert _DAMAGE in kept_file(done).read_bytes()
    anew = await open_services(places, load_settings(places))
    assert len(await account_list(anew)) == 4
    assert (await verify_audit(anew)).rows == 2
    await anew.close()


def _without(file: Path, table: str) -> bytes:
    """The file with the first page of a table overwritten."""
    with closing(sqlite3.connect(file)) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = database.execute(query, (table,)).fetchone()
    whole = file.read_bytes()
    return whole[: (page - 1) * size] + _DAMAGE + whole[(page - 1) * size + len(_DAMAGE) :]


@pytest.mark.on_a_file
async def test_a_backup_that_is_of_no_use_touches_nothing(
    services: Services, sown: Sown, places: Folders, tmp_path: Path
) -> None:
    (tmp_path / "letter.db").write_text("Dear customer, " * 500)
    await services.close()
    file = Path(services.store.name)
    before = file.read_bytes()
    with pytest.raises(StoreBroken, match=r"letter\.db is of no use"):
        await restore(places, load_settings(places), tmp_path / "letter.db")
    assert file.read_bytes() == before
    assert sorted(each.name for each in file.parent.glob("*.db*")) == ["esd.db"]


@pytest.mark.on_a_file
async def test_the_backup_of_an_older_version_is_brought_up_to_date(
    services: Services, places: Folders, tmp_path: Path
) -> None:
    first_version(tmp_path / "old.db")
    await services.close()
    await restore(places, load_settings(places), tmp_path / "old.db")
    anew = await open_services(places, load_settings(places))
    (account,) = await account_list(anew)
    assert account.name == "Bluebird Architects"
    await anew.close()
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        assert old.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


async def test_the_backup_of_another_store_says_so(
    services: Services, sown: Sown, places: Folders, tmp_path: Path
) -> None:
    """Its numbers are its own: they are not mixed with those of the store that was here."""
    async with services.store.change() as work:
        await work.connection.execute(
            number_series.insert().values(name="invoice-2026", last_number=7)
        )
        await work.commit()
    other = await open_services(places, at_file(places, tmp_path / "other.db"))
    backup = await backed_up(other)
    await other.close()
    prospect = await look_before_restoring(services, backup)
    assert "It is of another store: all that this store holds (7 licences" in prospect.cost
    await services.close()
    await restore(places, load_settings(places), backup)
    anew = await open_services(places, load_settings(places))
    async with anew.store.read() as connection:
        assert (await connection.execute(select(number_series))).all() == []
    await anew.close()


async def _ids(services: Services) -> Sequence[int]:
    async with services.store.read() as connection:
        return (await connection.scalars(text("SELECT id FROM assets"))).all()
