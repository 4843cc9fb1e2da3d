"""One process at a time settles a lost answer; who asks meanwhile is told who has it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from esd_desktop.errors import Refused
from esd_desktop.models.statuses import AssetStatus, OperationState
from esd_desktop.models.store import tables
from esd_desktop.models.values import new_id, utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.context import Services
from esd_desktop.services.settle_doubt import settle_asset, settle_doubt
from esd_desktop.settings import Folders
from tests.support.connecting import order_one
from tests.support.desktops import later, second_desktop
from tests.support.waiting import until
from tests.unit.services.test_presence import another_process, state


@pytest.fixture
async def lost(services: Services, connected: int, sandbox: SandboxControl) -> int:
    """A licence whose return was answered, but nobody heard the answer."""
    asset = await order_one(services, connected)
    sandbox.set_fault("return", "drop_after", times=None)
    await cancel_licence(services, asset)
    sandbox.clear_faults()
    return asset


async def taken_by(services: Services, process: str) -> None:
    """A process has taken it, and two minutes of its time are left."""
    taken = {"settled_in": process, "settling_until": utc_now() + timedelta(minutes=2)}
    async with services.store.change() as work:
        await work.connection.execute(update(tables.operations).values(taken))
        await work.commit()


async def is_cancelled(services: Services, asset: int) -> bool:
    return (await asset_detail(services, asset)).status is AssetStatus.CANCELLED


@pytest.mark.both_stores
async def test_while_one_settles_it_no_other_asks_microsoft_and_giving_up_lets_it_go(
    services: Services, lost: int, sandbox: SandboxControl
) -> None:
    asked = sandbox.calls()["return"]
    sandbox.set_fault("return", "hang")
    assert services.presence is not None
    computer = services.presence.computer_of(services.process)
    async with second_desktop(services) as other:
        settling = asyncio.create_task(settle_asset(services, lost))
        await until(lambda: sandbox.calls()["return"] > asked)
        await settle_doubt(other)
        with pytest.raises(Refused, match=f"on the computer {computer}, is settling this call"):
            await settle_asset(other, lost)
        with pytest.raises(Refused, match="This program is settling this call right now"):
            await settle_asset(services, lost)
        assert sandbox.calls()["return"] == asked + 1
        settling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await settling
        await settle_doubt(other)
    assert await is_cancelled(services, lost)


async def test_what_could_not_be_settled_is_let_go_at_once(
    services: Services, lost: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("return", "error", status=403, code="ChannelForbidden")
    await settle_doubt(services)
    assert await state(services, lost) is OperationState.IN_DOUBT
    async with second_desktop(services) as other:
        await settle_doubt(other)
    assert await is_cancelled(services, lost)


async def test_of_a_process_that_was_killed_here_it_is_taken_over_at_once(
    services: Services, lost: int, places: Folders
) -> None:
    with another_process(places.data) as (process, name):
        await taken_by(services, name)
        await settle_doubt(services)
        assert not await is_cancelled(services, lost)
        process.kill()
        process.wait()
    await settle_doubt(services)
    assert await is_cancelled(services, lost)


async def test_of_a_process_elsewhere_it_is_taken_over_when_its_time_has_run_out(
    services: Services, lost: int
) -> None:
    await taken_by(services, f"elsewhere.{new_id()}")
    with pytest.raises(Refused, match="on the computer elsewhere,"):
        await settle_asset(services, lost)
    later(services, minutes=3)
    await settle_doubt(services)
    assert await is_cancelled(services, lost)


@pytest.mark.parametrize("services", ["postgresql"], indirect=True)
async def test_on_a_server_its_clock_counts_and_not_that_of_the_computer(
    services: Services, lost: int
) -> None:
    await taken_by(services, f"elsewhere.{new_id()}")
    later(services, hours=1)
    await settle_doubt(services)
    assert not await is_cancelled(services, lost)
