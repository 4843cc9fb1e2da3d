"""Fixtures for what has a window: the loop it runs on and a desk with a real backend."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any, Protocol, TypeVar

import pytest
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
from esd_desktop.ui.tasks import Tasks
from tests.support.connecting import connect, order_one
from tests.support.sowing import Sown, sow

Result = TypeVar("Result")
_LONGEST_S = 30.0


class Run(Protocol):
    """Runs a scenario on the window's loop until it ends."""

    def __call__(self, scenario: Coroutine[Any, Any, Result]) -> Result: ...


@pytest.fixture
def run(qapp: QApplication) -> Iterator[Run]:
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)

    def run_scenario(scenario: Coroutine[Any, Any, Result]) -> Result:
        answer: Result = loop.run_until_complete(asyncio.wait_for(scenario, _LONGEST_S))
        return answer

    collector = Collector()
    yield run_scenario
    collector.stop()
    loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def desk(run: Run, places: Folders) -> Iterator[Desk]:
    """A desk on an empty SQLite store."""
    bus = Bus()
    messages = Messages()
    made = Desk(
        backend=Backend(bus.announce),
        bus=bus,
        tasks=Tasks(messages),
        messages=messages,
        navigator=Navigator(),
        memory=Memory(places.config),
        theme=theme(),
    )
    run(made.backend.open(opening(places)))
    yield made
    run(made.tasks.close())
    made.backend.close()


def opening(places: Folders) -> Callable[[], Coroutine[Any, Any, Any]]:
    """What a backend opens: the store of these folders."""
    return partial(open_services, places, load_settings(places))


@pytest.fixture
def sown(run: Run, desk: Desk) -> Sown:
    """Accounts and assets in every state, in the desk's store."""
    return run(desk.backend.call(sow))


@pytest.fixture
def connected_desk(run: Run, desk: Desk, sandbox: SandboxControl) -> Desk:
    """A desk whose store is connected to the sandbox."""
    run(desk.backend.call(connect, sandbox.addresses))
    return desk


@pytest.fixture
def bought(run: Run, connected_desk: Desk) -> int:
    """The id of an asset bought at the sandbox, not yet redeemed."""
    connections = run(connected_desk.backend.call(_connections))
    return run(connected_desk.backend.call(order_one, connections[0]))


async def _connections(services: Any) -> list[int]:
    from esd_desktop.services.browse import connection_list

    return [row.id for row in await connection_list(services)]
