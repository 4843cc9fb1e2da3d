"""Fixtures for what has a window: the loop it runs on and a desk with a real backend."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any, TypeVar

import pytest
import pytestqt.plugin
import qasync
from PySide6.QtWidgets import QApplication

from esd_desktop.opening import open_services
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.backend import Backend
from esd_desktop.settings import Folders, load_settings
from esd_desktop.ui.bus import Bus
from esd_desktop.ui.collector import Collector
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import theme
from esd_desktop.ui.memory import Memory
from esd_desktop.ui.messages import Messages
from esd_desktop.ui.navigator import Navigator
from esd_desktop.ui.rights import OwnRights
from esd_desktop.ui.tasks import Tasks
from tests.support.connecting import order_one
from tests.support.sowing import Sown
from tests.support.stores import Template

Result = TypeVar("Result")
_LONGEST_S = 30.0


class Run:
    """Runs a scenario on the window's loop until it ends."""

    def __init__(self, loop: qasync.QEventLoop) -> None:
        self._loop = loop

    def __call__(self, scenario: Coroutine[Any, Any, Result]) -> Result:
        # Its run_until_complete would let Qt go on for a moment after the loop has ended.
        task = self._loop.create_task(asyncio.wait_for(scenario, _LONGEST_S))
        task.add_done_callback(lambda _: self._loop.stop())
        self._loop.run_forever()
        answer: Result = task.result()
        return answer


@pytest.fixture
def run(qapp: QApplication) -> Iterator[Run]:
    """The window's loop. Whenever something happens to a window it is there, as in the program,
    where it always runs: pytest-qt delivers signals and timers between scenarios, too."""
    qapp.setQuitOnLastWindowClosed(False)  # as start.py has it
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)

    def process_events() -> None:
        asyncio._set_running_loop(loop)
        try:
            qapp.processEvents()
        finally:
            asyncio._set_running_loop(None)

    collector = Collector()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pytestqt.plugin, "_process_events", process_events)
        yield Run(loop)
    collector.stop()
    loop.close()
    asyncio.set_event_loop(None)


class WithinTheThread:
    """Stands for the worker process where a test is not about it: to start one takes as long as
    many a test. What it is given and answers goes through the pipes' form all the same."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def call(self, verb: Any, *args: Any, **kwargs: Any) -> Any:
        plain = {name: value for name, value in kwargs.items() if not callable(value)}
        verb, args, plain = pickle.loads(pickle.dumps((verb, args, plain)))  # noqa: S301 - just made
        answer = await self._backend.call(verb, *args, **(kwargs | plain))
        return pickle.loads(pickle.dumps(answer))  # noqa: S301 - just made

    async def open(self, open_services: Any) -> None:
        pass

    async def let_go(self) -> None:
        pass

    def close(self) -> None:
        pass


class _Crossing(Backend):
    """Has what the program reads go through that form, too: at the start another process reads."""

    async def read(self, verb: Any, *args: Any, **kwargs: Any) -> Any:
        if not verb.__module__.startswith("esd_desktop."):
            return await super().read(verb, *args, **kwargs)
        return await WithinTheThread(self).call(verb, *args, **kwargs)


@pytest.fixture
def desk(run: Run, places: Folders) -> Iterator[Desk]:
    """A desk on an empty SQLite store."""
    bus = Bus()
    messages = Messages()
    tasks = Tasks(messages)
    backend = _Crossing(bus.announce, bus.tell_reach)
    made = Desk(
        backend=backend,
        worker=WithinTheThread(backend),
        bus=bus,
        tasks=tasks,
        messages=messages,
        navigator=Navigator(),
        memory=Memory(places.config),
        theme=theme(),
        rights=OwnRights(backend, bus, tasks),
    )
    run(made.backend.open(opening(places)))
    yield made
    run(made.tasks.close())
    made.backend.close()


def opening(places: Folders) -> Callable[[], Coroutine[Any, Any, Any]]:
    """What a backend opens: the store of these folders."""
    return partial(open_services, places, load_settings(places))


@pytest.fixture
def sown(desk: Desk, sown_store: Template[Sown]) -> Sown:
    """Accounts and assets in every state, in the desk's store."""
    return sown_store.held


@pytest.fixture
def connected_desk(desk: Desk, sandbox: SandboxControl, connected_store: Template[int]) -> Desk:
    """A desk whose store is connected to the sandbox."""
    return desk


@pytest.fixture
def bought(run: Run, connected_desk: Desk) -> int:
    """The id of an asset bought at the sandbox, not yet redeemed."""
    connections = run(connected_desk.backend.call(_connections))
    return run(connected_desk.backend.call(order_one, connections[0]))


async def _connections(services: Any) -> list[int]:
    from esd_desktop.services.browse import connection_list

    return [row.id for row in await connection_list(services)]
