"""Who carries a mass work out: one process at a time, and the next one where it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from esd_desktop.models.mass_rows import ItemState, MassKind, MassState
from esd_desktop.models.rights import Role
from esd_desktop.models.store import mass_works
from esd_desktop.models.store.mass_works import ItemResult, TakenOver
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import mass_run, mass_work
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.mass_run import run_work, run_works
from esd_desktop.services.presence import Presence
from tests.support.desktops import later, second_desktop
from tests.support.mass import EVERYTHING, begun, bought, carried_out, states, transaction_of
from tests.support.people import named
from tests.support.sowing import Sown
from tests.support.waiting import until

UPDATE = MassKind.UPDATE_STATUS


@asynccontextmanager
async def running_works(services: Services) -> AsyncIterator[list[Changes]]:
    """As in the worker process of a window."""
    told: list[Changes] = []
    task = asyncio.create_task(run_works(services, told.append, asyncio.Event()))
    yield told
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def taken(services: Services, work_id: int, *, gone: str | None = None) -> bool:
    async with services.store.change() as work:
        took = await mass_works.take(work, work_id, services.process, now=services.now(), gone=gone)
        await work.commit()
        return took


async def state_of(services: Services, work_id: int) -> MassState:
    return (await mass_work.work(services, work_id)).state


@pytest.mark.both_stores
async def test_one_process_at_a_time_has_it(services: Services, sown: Sown) -> None:
    work_id = (await mass_work.begin(services, UPDATE, EVERYTHING)).id
    async with second_desktop(services) as other:
        assert await taken(other, work_id)
        assert await taken(other, work_id)  # still
        assert not await taken(services, work_id)
        assert not await run_work(services, work_id, lambda _: None)
        assert await taken(services, work_id, gone=other.process)
        # It was only asleep, and must not write over the other's results.
        async with other.store.change() as work:
            with pytest.raises(TakenOver):
                await mass_works.end_items(
                    work,
                    work_id,
                    other.process,
                    [ItemResult(sown.activated, ItemState.DONE, "Done.")],
                    now=other.now(),
                    per_second=0.0,
                )


@pytest.mark.on_a_file
async def test_what_has_not_been_held_for_a_minute_is_free(services: Services, sown: Sown) -> None:
    work_id = (await mass_work.begin(services, UPDATE, EVERYTHING)).id
    async with second_desktop(services) as other:
        assert await taken(other, work_id)
        later(services, seconds=59)
        assert not await taken(services, work_id)
        later(services, seconds=61)
        assert await taken(services, work_id)
        # The clock was set back meanwhile.
        later(other, hours=-1)
        assert await taken(other, work_id)


async def test_a_work_goes_on_where_its_process_has_died(
    services: Services, connected: int
) -> None:
    asset_ids = await bought(services, connected, 2)
    work_id = await begun(services, UPDATE, asset_ids)
    assert services.presence is not None
    dead = Presence(services.presence._folder.parent)
    async with services.store.change() as work:
        await mass_works.take(work, work_id, dead.name, now=services.now(), gone=None)
        await work.commit()
    dead._held.close()  # as the system does with a process that is killed
    async with running_works(services) as told:
        await until(lambda: any(work_id in each.works for each in told), 10)
        while await state_of(services, work_id) is not MassState.DONE:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert await states(services, work_id) == [ItemState.UNCHANGED] * 2


async def test_nobody_goes_on_with_the_work_of_somebody_else(
    services: Services, connected: int
) -> None:
    asset_ids = await bought(services, connected, 1)
    theirs = await begun(services, UPDATE, asset_ids)
    services.operator = "Berta"
    own = await begun(services, UPDATE, asset_ids)
    async with running_works(services):
        while await state_of(services, own) is not MassState.DONE:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert await state_of(services, theirs) is MassState.RUNNING
    await mass_work.pause(services, theirs)
    await mass_work.go_on(services, theirs)  # now it is Berta's
    row, _ = await carried_out(services, theirs)
    assert (row.state, row.run_by) == (MassState.DONE, "Berta")


async def test_a_right_that_was_taken_away_ends_it(services: Services, connected: int) -> None:
    asset_ids = await bought(services, connected, 1)
    work_id = await begun(services, UPDATE, asset_ids)
    await named(services, "chef", Role.ADMINISTRATOR)
    await named(services, services.operator, Role.VIEWER)
    async with running_works(services):
        await asyncio.sleep(0.05)
    assert await states(services, work_id) == [ItemState.WAITING]


async def test_closing_lets_go_and_the_next_program_goes_on(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset_ids = await bought(services, connected, 2)
    hanging = await transaction_of(services, asset_ids[1])
    sandbox.set_fault("read", "hang", transaction_id=hanging)
    work_id = await begun(services, UPDATE, asset_ids)
    async with running_works(services) as told:
        await until(lambda: any(asset_ids[0] in each.assets for each in told), 10)
    assert (await mass_work.work(services, work_id)).running_in == ""
    assert await states(services, work_id) == [ItemState.UNCHANGED, ItemState.WAITING]
    sandbox.clear_faults()
    async with second_desktop(services) as other:
        row, _ = await carried_out(other, work_id)
    assert (row.state, row.unchanged) == (MassState.DONE, 2)


@pytest.mark.expect_log("bug")
async def test_a_bug_is_met_once_and_told(
    services: Services, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_run: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(mass_run._STEPS, UPDATE, broken)
    work_id = (await mass_work.begin(services, UPDATE, EVERYTHING)).id
    row, _ = await carried_out(services, work_id)
    assert row.state is MassState.PAUSED
    assert "fault of ours" in row.reason


async def test_old_results_are_forgotten_and_what_they_came_to_is_kept(
    services: Services, connected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset_ids = await bought(services, connected, 3)
    old = await begun(services, UPDATE, asset_ids)
    await carried_out(services, old)
    later(services, days=31)
    newer = await begun(services, UPDATE, asset_ids)
    await carried_out(services, newer)
    monkeypatch.setattr(mass_run, "_FORGOTTEN_AT_ONCE", 2)
    monkeypatch.setattr(mass_run, "_BREATH_S", 0.0)
    async with running_works(services):
        while await states(services, old):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (await mass_work.work(services, old)).unchanged == 3
    assert len(await states(services, newer)) == 3


@pytest.mark.both_stores
async def test_results_are_kept_for_thirty_days_and_the_counts_for_ever(
    services: Services, sown: Sown
) -> None:
    ended = (await mass_work.begin(services, UPDATE, EVERYTHING)).id
    await mass_work.stop(services, ended)
    later(services, hours=29 * 24)
    assert await mass_run.forget_some_results(services) == 0
    later(services, hours=31 * 24)
    goes_on = (await mass_work.begin(services, UPDATE, EVERYTHING)).id
    before = await mass_work.work(services, ended)
    assert await mass_run.forget_some_results(services) == before.total > 0
    assert await mass_work.items(services, ended) == []
    assert await mass_work.work(services, ended) == before
    assert len(await mass_work.items(services, goes_on)) == before.total
