"""What another desktop writes is told within a second, what this one writes is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from esd_desktop.errors import EsdError, StoreFault
from esd_desktop.models.portal_rows import told_as
from esd_desktop.models.store import tables
from esd_desktop.models.store.watch import Begun, Tell, Written
from esd_desktop.services.add_account import AccountForm, add_account
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.portal.sessions import begin_session
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.services.watch import changes_of, keep_watch
from tests.support.desktops import held, second_desktop
from tests.support.sowing import Sown
from tests.support.waiting import until

# Measured alone it is 0.3 s at most; other tests may keep the machine busy.
_SOON_S = 3.0


class Watched:
    """What a watch told."""

    def __init__(self) -> None:
        self.changes: list[Changes] = []
        self.reach: list[EsdError | None] = []
        self.began = 0

    async def told(self, timeout: float = _SOON_S) -> Changes:
        """Wait for the next; answers all that came since."""
        await until(lambda: self.changes, timeout)
        together = Changes()
        while self.changes:
            together |= self.changes.pop(0)
        return together


@asynccontextmanager
async def watching(services: Services) -> AsyncIterator[Watched]:
    """Watch while the block runs."""
    watched = Watched()
    store_watch = services.store.watch

    async def counted(tell: Tell, begun: Begun, since: int | None = None) -> None:
        def began() -> None:
            watched.began += 1
            begun()

        await store_watch(tell, began, since)

    services.store.watch = counted  # type: ignore[method-assign]
    task = asyncio.create_task(keep_watch(services, watched.changes.append, watched.reach.append))
    await until(lambda: watched.began)
    try:
        yield watched
    finally:
        task.cancel()
        await asyncio.wait([task])


def form(name: str) -> AccountForm:
    return AccountForm(name, f"{name.casefold()}@example.com", "GR", "el")


@pytest.mark.both_stores
async def test_what_another_desktop_adds_is_told_and_what_is_added_here_is_not(
    services: Services,
) -> None:
    async with second_desktop(services) as other, watching(services) as watched:
        await add_account(services, form("Here"))
        added = await add_account(other, form("There"))
        changes = await watched.told()
        assert changes.everything or changes.accounts == {added.id}
        assert services.store.process != other.store.process


@pytest.mark.both_stores
async def test_who_signs_in_at_the_portal_is_told_to_the_account_alone(
    services: Services, sown: Sown
) -> None:
    async with second_desktop(services) as other, watching(services) as watched:
        acting = other.for_visitor(sown.customer, told_as("it@mueller.example"))
        async with acting.store.change() as work:
            account, address = sown.customer, "it@mueller.example"
            begin_session(acting, work, account, address, address, how="by a link")
            await work.commit()
        changes = await watched.told()
        assert changes.everything or changes == Changes(histories=frozenset({sown.customer}))


@pytest.mark.both_stores
async def test_what_is_written_here_alone_is_never_told(services: Services) -> None:
    async with (
        second_desktop(services) as other,
        watching(services) as mine,
        watching(other) as theirs,
    ):
        async with other.store.change() as work:
            await work.connection.execute(insert(tables.settings), {"name": "x", "value": "y"})
            # Left without a commit, so that it never happened.
        # Where the other has looked several times, so has the watch here.
        for host in ("one.example", "two.example", "three.example"):
            await change_settings(services, {"mail.host": host})
            told = await theirs.told()
            assert told.everything or told == Changes(settings=True)
        assert mine.changes == []


@pytest.mark.on_a_file
async def test_a_store_that_is_locked_for_a_while_is_watched_all_the_same(
    services: Services,
) -> None:
    async with watching(services) as watched, second_desktop(services) as other:
        with held(services) as holding:
            holding.execute("INSERT INTO settings (name, value) VALUES ('x', 'y')")
            await asyncio.sleep(0)
        await change_settings(other, {"mail.host": "smtp.example"})
        assert (await watched.told()).everything
        assert watched.reach == []


@pytest.mark.on_a_file
async def test_a_program_that_is_long_gone_leaves_no_row_behind(services: Services) -> None:
    async with services.store.change() as work:
        await work.connection.execute(
            insert(tables.pulses),
            [{"process": "old", "beats": 5}, {"process": "new", "beats": 990}],
        )
        await work.commit()
    for number in range(20):
        await change_settings(services, {"mail.host": f"smtp{number}.example"})
    async with second_desktop(services) as other:
        await change_settings(other, {"mail.host": "smtp.example"})
    async with services.store.read() as connection:
        kept = {row.process for row in await connection.execute(tables.pulses.select())}
        assert kept == {"new", services.store.process, other.store.process}


async def test_an_import_of_many_rows_makes_one_notice(postgres_services: Services) -> None:
    """Also where it takes many statements: equal notices of a transaction are sent once."""
    now = datetime.now(UTC)
    rows = [
        {"version": 1, "kind": "Customer", "name": "n", "search_text": "n", "created_at": now}
        for _ in range(150)
    ]
    written: list[Written] = []
    began = asyncio.Event()
    watched = asyncio.create_task(postgres_services.store.watch(written.append, began.set))
    async with asyncio.timeout(10):
        await began.wait()
    async with second_desktop(postgres_services) as other:
        for _ in range(2):
            async with other.store.change() as work:
                for _ in range(5):
                    await work.connection.execute(insert(tables.accounts).values(rows))
                await work.commit()
    await until(lambda: len(written) == 2)
    assert written == [Written("accounts", {"id": None})] * 2
    watched.cancel()
    await asyncio.wait([watched])


@pytest.mark.expect_log("bug")
@pytest.mark.on_a_file
async def test_a_bug_in_the_watch_does_not_end_it(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_watch = services.store.watch
    times = 0

    async def stumbling(tell: Tell, begun: Begun, since: int | None = None) -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise KeyError("a bug")
        await store_watch(tell, begun, since)

    monkeypatch.setattr(services.store, "watch", stumbling)
    async with second_desktop(services) as other, watching(services) as watched:
        await change_settings(other, {"mail.host": "smtp.example"})
        assert (await watched.told()).everything


async def test_a_file_that_is_gone_is_told(services: Services) -> None:
    async def gone(tell: Tell, begun: Begun, since: int | None = None) -> None:
        raise StoreFault("The store's file cannot be opened.")

    services.store.watch = gone  # type: ignore[method-assign]
    reach: list[EsdError | None] = []
    task = asyncio.create_task(keep_watch(services, lambda _: None, reach.append))
    await until(lambda: reach)
    task.cancel()
    await asyncio.wait([task])
    assert len(reach) == 1


_ONE, _TWO = frozenset({7}), frozenset({8})
_ONE_OF_TWO = Changes(assets=_ONE, histories=_TWO)


@pytest.mark.parametrize(
    ("written", "changes"),
    [
        (Written(), Changes(everything=True)),
        (Written("assets", {"id": None}), Changes(everything=True)),
        (Written("assets", {"id": _ONE}), Changes(assets=_ONE)),
        (Written("outbox", {"id": _ONE, "asset_id": _ONE}), Changes(mails=_ONE, assets=_ONE)),
        (Written("audit", {"asset_id": frozenset(), "account_id": frozenset()}), Changes()),
        (Written("audit", {"asset_id": _ONE, "account_id": _TWO}), _ONE_OF_TWO),
        (Written("tax_rates"), Changes(settings=True)),
    ],
)
def test_what_was_written_is_what_views_read_anew(written: Written, changes: Changes) -> None:
    assert changes_of(written) == changes
