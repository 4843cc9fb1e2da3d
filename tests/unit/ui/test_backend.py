"""The bridge to the worker: answers, faults and cancelling cross it both ways."""

from __future__ import annotations

import asyncio
import threading

import pytest

from esd_desktop.errors import EsdError, NotFound, StoreBroken
from esd_desktop.services.backend import Backend
from esd_desktop.services.browse import account, account_list
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.services.changes import Changes
from esd_desktop.settings import Folders
from esd_desktop.ui.desk import Desk
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
