"""B3 for many: each by the verb of one, and none twice, wherever the work was interrupted."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from esd_desktop.models.mass_rows import ItemState, MassKind, MassState
from esd_desktop.models.statuses import AssetStatus, OperationKind
from esd_desktop.models.store import assets, mass_works, operations
from esd_desktop.models.values import new_id
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import mass_cancel, mass_work
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.operations import start
from tests.support.desktops import later, second_desktop
from tests.support.mass import begun, bought, carried_out, results, states, transaction_of
from tests.support.waiting import until_answered


@pytest.mark.both_stores
async def test_each_is_returned_and_credited_once(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    first, redeemed, last = await bought(services, connected, 3)
    sandbox.redeem(await transaction_of(services, redeemed))
    work_id = await begun(services, MassKind.CANCEL, [first, redeemed, last], "Bought twice")
    row, told = await carried_out(services, work_id)
    assert (row.state, row.done, row.failed) == (MassState.DONE, 2, 1)
    assert told.assets == {first, redeemed, last}
    assert len(told.invoices) == 2
    found = await results(services, work_id)
    assert "is cancelled and credited with CRN-" in found[first].sentence
    assert "has redeemed this licence" in found[redeemed].sentence
    assert found[redeemed].correlation_id
    effects = [each["kind"] for each in sandbox.effects()]
    assert effects.count("return") == 2


async def cancelled_before(services: Services, asset_id: int, correlation_id: str) -> None:
    await cancel_licence(services, asset_id, correlation_id=correlation_id)


async def refused_before(services: Services, asset_id: int, correlation_id: str) -> None:
    with pytest.raises(Exception, match="no licence"):
        await cancel_licence(services, asset_id, correlation_id=correlation_id)


@pytest.mark.both_stores
async def test_what_was_under_way_is_looked_up_and_not_asked_for_again(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    done, refused, started, not_begun = await bought(services, connected, 4)
    every = {each: new_id() for each in (done, refused, started, not_begun)}
    work_id = await begun(services, MassKind.CANCEL, list(every))
    unknown = await transaction_of(services, refused)
    sandbox.set_fault("return", "error", status=404, code="LicenceNotFound", transaction_id=unknown)
    # A process of another computer had it, and died.
    async with second_desktop(services) as other:
        async with other.store.change() as work:
            await mass_works.set_under_way(work, work_id, every)
            await work.commit()
        await cancelled_before(other, done, every[done])
        await refused_before(other, refused, every[refused])
        lost = await transaction_of(services, started)
        sandbox.set_fault("return", "drop_after", times=3, transaction_id=lost)
        await cancel_licence(other, started, correlation_id=every[started])
    sandbox.clear_faults()
    row, _ = await carried_out(services, work_id)
    assert (row.state, row.done, row.failed) == (MassState.DONE, 3, 1)
    found = await results(services, work_id)
    assert found[done].sentence.endswith("before the work was interrupted.")
    assert "no licence" in found[refused].sentence
    assert {each: found[each].correlation_id for each in every} == every
    for asset_id in (done, started, not_begun):
        assert (await asset_detail(services, asset_id)).status is AssetStatus.CANCELLED
    effects = [each["kind"] for each in sandbox.effects()]
    assert effects.count("return") == 3


@pytest.fixture
async def heard_by_another(services: Services, connected: int) -> tuple[int, dict[int, str]]:
    """A work that was interrupted in its first call, for whose answer somebody still waits."""
    first, second = await bought(services, connected, 2)
    work_id = await begun(services, MassKind.CANCEL, [first, second])
    called = {first: new_id()}
    async with services.store.change() as work:
        await mass_works.set_under_way(work, work_id, called)
        asset = await assets.for_change(work, first)
        await start(services, work, OperationKind.RETURN, asset, correlation_id=called[first])
        await work.commit()
    return work_id, called


async def test_what_comes_of_a_call_that_another_waits_for_is_told_once_he_knows(
    services: Services,
    heard_by_another: tuple[int, dict[int, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mass_cancel, "_LOOK_AGAIN_S", 0.01)
    work_id, called = heard_by_another
    carrying_out = asyncio.create_task(carried_out(services, work_id))
    await until_answered(lambda: _is_done(services, work_id, 1))
    assert sorted(await states(services, work_id)) == [ItemState.DONE, ItemState.UNDER_WAY]
    later(services, minutes=6)  # nobody can be waiting for it any more
    row, _ = await carrying_out
    assert (row.state, row.done, row.failed) == (MassState.DONE, 2, 0)
    (asset_id,) = called
    found = await results(services, work_id)
    assert found[asset_id].correlation_id == called[asset_id]
    assert (await asset_detail(services, asset_id)).status is AssetStatus.CANCELLED


async def test_a_pause_does_not_wait_for_who_waits_for_a_call(
    services: Services, heard_by_another: tuple[int, dict[int, str]]
) -> None:
    work_id, called = heard_by_another
    carrying_out = asyncio.create_task(carried_out(services, work_id))
    await until_answered(lambda: _is_done(services, work_id, 1))
    await mass_work.pause(services, work_id)
    row, _ = await carrying_out
    assert (row.state, row.done, row.failed) == (MassState.PAUSED, 1, 0)
    async with services.store.read() as connection:
        assert await mass_works.under_way(connection, work_id) == called
        assert await operations.unsettled_of(connection, *called) is not None


async def _is_done(services: Services, work_id: int, count: int) -> bool:
    return (await mass_work.work(services, work_id)).done == count


async def test_what_concerns_the_whole_connection_leaves_the_rest_waiting(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset_ids = await bought(services, connected, 2)
    work_id = await begun(services, MassKind.CANCEL, asset_ids)
    sandbox.set_fault("return", "error", status=403, code="ChannelForbidden", times=None)
    row, _ = await carried_out(services, work_id)
    assert (row.state, row.failed) == (MassState.PAUSED, 0)
    sandbox.clear_faults()
    await mass_work.go_on(services, work_id)
    row, _ = await carried_out(services, work_id)
    assert (row.state, row.done, row.failed) == (MassState.DONE, 2, 0)


async def test_pausing_lets_what_is_under_way_end(
    services: Services, connected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset_ids = await bought(services, connected, 3)
    work_id = await begun(services, MassKind.CANCEL, asset_ids)
    monkeypatch.setattr(mass_cancel, "_AT_ONCE", 1)
    original = cancel_licence

    async def pausing(*args: Any, **kwargs: Any) -> Outcome:
        await mass_work.pause(services, work_id)
        monkeypatch.setattr(mass_cancel, "cancel_licence", original)
        return await original(*args, **kwargs)

    monkeypatch.setattr(mass_cancel, "cancel_licence", pausing)
    row, _ = await carried_out(services, work_id)
    assert row.state is MassState.PAUSED
    assert 1 <= row.done < 3
    assert row.done + row.waiting == 3
