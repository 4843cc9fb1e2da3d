"""The bridge to the worker: answers, faults and cancelling cross it both ways."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy.pool import QueuePool

from esd_desktop.errors import EsdError, NotFound, StoreBroken
from esd_desktop.models.statuses import OperationState
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.backend import Backend
from esd_desktop.services.browse import (
    account,
    account_list,
    asset_detail,
    connection_list,
    latest_history,
    store_name,
)
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.services.finishing import to_the_end
from esd_desktop.services.provision import provision
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.settings import Folders
from esd_desktop.ui.desk import Desk
from tests.support.connecting import order
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run, opening


def test_services_run_on_a_thread_of_their_own(run: Run, desk: Desk) -> None:
    async def thread_of(services: Services) -> int:
        return threading.get_ident()

    assert run(desk.read(thread_of)) != threading.get_ident()


def test_a_fault_comes_back_as_itself(run: Run, desk: Desk) -> None:
    with pytest.raises(NotFound):
        run(desk.read(account, 4711))


def test_cancelling_the_wait_cancels_the_work(run: Run, desk: Desk) -> None:
    began, ended = threading.Event(), threading.Event()

    async def long(services: Services) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def scenario() -> None:
        task = asyncio.get_running_loop().create_task(desk.read(long))
        await until(began.is_set)
        task.cancel()
        await until(ended.is_set)

    run(scenario())


def test_every_change_is_announced_once(run: Run, desk: Desk, sown: Sown) -> None:
    told: list[Changes] = []
    desk.bus.store_changed.connect(told.append)
    touching = Changes(assets=frozenset({sown.activated}))
    run(desk.do(touching, delete_asset, sown.activated))
    run(desk.do(touching, restore_asset, sown.activated))
    assert told == [touching, touching]


def test_a_refused_change_is_announced_too(run: Run, desk: Desk, sown: Sown) -> None:
    told: list[Changes] = []
    desk.bus.store_changed.connect(told.append)
    touching = Changes(assets=frozenset({sown.cancelled}))
    with pytest.raises(EsdError):
        run(desk.do(touching, delete_asset, sown.cancelled))
    assert told == [touching]


def test_a_store_that_cannot_be_opened_leaves_the_bridge_usable(
    run: Run, places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = places.data / "broken.db"
    places.data.mkdir(parents=True, exist_ok=True)
    broken.write_bytes(b"This is a letter, not a database. " * 50)
    backend = Backend(lambda _: None)
    monkeypatch.setenv("ESD_DESKTOP_STORE", str(broken))
    with pytest.raises(StoreBroken):
        run(backend.open(opening(places)))
    with pytest.raises(EsdError):
        run(backend.call(account_list))
    monkeypatch.delenv("ESD_DESKTOP_STORE")
    run(backend.open(opening(places)))
    assert run(backend.call(account_list)) == []
    backend.close()


def test_closing_ends_the_thread_and_what_runs(run: Run, places: Folders) -> None:
    backend = Backend(lambda _: None)
    run(backend.open(opening(places)))
    began = threading.Event()

    async def long(services: Services) -> None:
        began.set()
        await asyncio.Event().wait()

    async def scenario() -> None:
        task = asyncio.get_running_loop().create_task(backend.call(long))
        await until(began.is_set)
        await asyncio.to_thread(backend.close)
        with pytest.raises(asyncio.CancelledError):
            await task

    run(scenario())
    assert not backend._thread.is_alive()


@pytest.mark.parametrize("verb", [account_list, latest_history])
def test_reads_that_are_given_up_leave_the_store_usable(
    run: Run, desk: Desk, verb: Callable[[Services], Coroutine[Any, Any, object]]
) -> None:
    async def scenario() -> None:
        for pauses in range(40):
            task = asyncio.get_running_loop().create_task(desk.read(verb))
            for _ in range(pauses):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await desk.read(verb)
        while await desk.read(checked_out):
            pass  # the one given up last is still being cleaned up after

    run(scenario())
    gc.collect()  # a connection that got lost would be warned of here


def test_closing_while_the_store_is_read_and_written_loses_no_connection(
    run: Run, places: Folders
) -> None:
    async def scenario() -> None:
        for pauses in range(0, 24, 2):
            backend = Backend(lambda _: None)
            await backend.open(opening(places))
            loop = asyncio.get_running_loop()
            change = {"mail.host": "smtp.example"}
            calls: list[asyncio.Task[Any]] = [
                loop.create_task(backend.call(account_list)),
                loop.create_task(backend.call(change_settings, change)),
                loop.create_task(backend.call(latest_history)),
                loop.create_task(backend.call(change_settings, change)),
            ]
            for _ in range(pauses):
                await asyncio.sleep(0)
            await asyncio.to_thread(backend.close)
            await asyncio.gather(*calls, return_exceptions=True)

    run(scenario())
    gc.collect()


def test_a_call_after_closing_is_refused_and_does_not_wait(run: Run, places: Folders) -> None:
    backend = Backend(lambda _: None)
    run(backend.open(opening(places)))
    backend.close()
    for late in (backend.call(account_list), backend.open(opening(places))):
        with pytest.raises(EsdError, match="closed"):
            run(late)


def test_closing_lets_a_call_to_microsoft_be_written_down(
    run: Run, places: Folders, connected_desk: Desk, bought: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("return", "hang")

    async def scenario() -> None:
        asking = asyncio.get_running_loop().create_task(
            connected_desk.backend.call(cancel_licence, bought)
        )
        await until(lambda: sandbox.calls()["return"])
        await asyncio.to_thread(connected_desk.backend.close)
        with pytest.raises(asyncio.CancelledError):
            await asking

    run(scenario())
    again = Backend(lambda _: None)
    sandbox.set_fault("return", "hang")  # for the journal
    run(again.open(opening(places)))
    detail = run(again.call(asset_detail, bought))
    assert detail.unsettled is not None
    assert detail.unsettled.state is OperationState.IN_DOUBT
    # Closed while it connects, anyio would let go of the socket without closing it.
    run(until(lambda: sandbox.calls()["return"] == 2))
    again.close()


def test_another_store_is_opened_only_when_what_runs_on_the_old_has_ended(
    run: Run, places: Folders, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, ended = threading.Event(), []

    async def long(services: Services) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(services.store.name)
            assert await account_list(services) == []

    async def scenario() -> None:
        task = asyncio.get_running_loop().create_task(desk.read(long))
        await until(began.is_set)
        monkeypatch.setenv("ESD_DESKTOP_STORE", str(places.data / "other.db"))
        await desk.backend.open(opening(places))
        assert len(ended) == 1
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await desk.read(store_name) != ended[0]

    run(scenario())


def test_closing_waits_for_what_a_cancelled_call_still_writes_down(
    run: Run, places: Folders
) -> None:
    backend = Backend(lambda _: None)
    run(backend.open(opening(places)))
    began, written = threading.Event(), threading.Event()

    async def write_down() -> None:
        for _ in range(20):
            await asyncio.sleep(0.005)
        written.set()

    async def call(services: Services) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await to_the_end(write_down())
            raise

    async def scenario() -> None:
        task = asyncio.get_running_loop().create_task(backend.call(call))
        await until(began.is_set)
        # As the window does: the waiting is given up first, then everything closes.
        task.cancel()
        await asyncio.to_thread(backend.close)
        assert written.is_set()

    run(scenario())


async def checked_out(services: Services) -> int:
    """How many of the store's connections are in use."""
    pool = services.store._engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


def test_a_mail_that_a_call_queued_goes_at_once(
    run: Run, connected_desk: Desk, sandbox: SandboxControl
) -> None:
    """D3: the welcome mail of a licence does not wait for the journal's next minute."""

    async def scenario() -> None:
        (connection,) = await connected_desk.read(connection_list)
        (asset_id,) = await connected_desk.backend.call(order, connection.id)
        await connected_desk.do(Changes(), provision, asset_id)
        await until(sandbox.mails)

    run(scenario())
    assert len(sandbox.mails()) == 1
