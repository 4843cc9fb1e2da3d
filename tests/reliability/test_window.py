"""While something is away, hangs or is locked, the window answers within 100 ms, and Stop ends the
waiting at once. Afterwards everything works again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.resend_link import resend_link
from esd_desktop.services.shared_settings import mail_password
from esd_desktop.services.update_status import update_status
from esd_desktop.services.vault import FileVault
from esd_desktop.settings import Folders
from esd_desktop.ui.actions.action import only
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.main_window import MainWindow
from tests.reliability.faults.stillness import LONGEST_S, beating
from tests.support.ledger import write
from tests.support.main_window import Whole, whole
from tests.support.waiting import until
from tests.support.widgets import press
from tests.support.window import Run, bought, connected_desk, desk, run

__all__ = ["bought", "connected_desk", "desk", "run", "whole"]

_KEY = "the hindered"
_LOOKED_AT_S = 0.3
_NOWHERE = "esd.nowhere.invalid"


@dataclass(frozen=True)
class World:
    """Everything around the program that can be in its way."""

    sandbox: SandboxControl
    process: SandboxProcess
    store: str


Hardship = Callable[[World], AbstractContextManager[object]]
Verb = Callable[[Desk, int], Coroutine[Any, Any, object]]


@contextmanager
def service_hangs(world: World) -> Iterator[None]:
    world.sandbox.set_fault("any", "hang", times=None)
    yield
    world.sandbox.clear_faults()


@contextmanager
def service_sleeps(world: World) -> Iterator[None]:
    """As a laptop does whose lid is closed: its system takes connections, nobody answers."""
    os.kill(world.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(world.process.pid, signal.SIGCONT)


@contextmanager
def elsewhere(world: World, address: str) -> Iterator[None]:
    """The connection names an address that is no good."""
    right = world.sandbox.addresses.service_url
    write(world.store, "UPDATE connections SET service_url = ?", address)
    yield
    write(world.store, "UPDATE connections SET service_url = ?", right)


@contextmanager
def takes_and_says_nothing() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


@contextmanager
def connection_hangs(world: World) -> Iterator[None]:
    with takes_and_says_nothing() as port, elsewhere(world, f"https://127.0.0.1:{port}/esd"):
        yield


@contextmanager
def names_are_not_found(world: World) -> Iterator[None]:
    """As without a network: the system asks for the name, and nobody answers for a long time."""
    gave_up, known = threading.Event(), socket.getaddrinfo

    def asking(host: str, *rest: Any, **options: Any) -> Any:
        if host == _NOWHERE:
            gave_up.wait()
        return known(host, *rest, **options)

    with pytest.MonkeyPatch.context() as patched, elsewhere(world, f"https://{_NOWHERE}/esd"):
        patched.setattr(socket, "getaddrinfo", asking)
        yield
        gave_up.set()


@contextmanager
def store_is_locked(world: World) -> Iterator[None]:
    with closing(sqlite3.connect(world.store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def mail_server_hangs(world: World) -> Iterator[None]:
    right = str(world.sandbox.addresses.smtp_port)
    change = "UPDATE settings SET value = ? WHERE name = 'mail.port'"
    with takes_and_says_nothing() as port:
        write(world.store, change, str(port))
        yield
    write(world.store, change, right)


@contextmanager
def keyring_asks_somebody(world: World) -> Iterator[None]:
    """It waits until a person has unlocked it."""
    unlocked, get = threading.Event(), FileVault.get

    def waiting(vault: FileVault, name: str) -> object:
        unlocked.wait()
        return get(vault, name)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FileVault, "get", waiting)
        yield
        unlocked.set()


async def asks_microsoft(desk: Desk, asset: int) -> object:
    return await desk.do(only(asset), update_status, asset)


async def writes(desk: Desk, asset: int) -> object:
    return await desk.do(only(asset), delete_asset, asset)


async def mails(desk: Desk, asset: int) -> object:
    return await desk.do(only(asset), resend_link, asset)


async def opens_a_secret(desk: Desk, asset: int) -> object:
    return await desk.read(mail_password)


HARDSHIPS: list[tuple[Hardship, Verb]] = [
    (service_hangs, asks_microsoft),
    (connection_hangs, asks_microsoft),
    (names_are_not_found, asks_microsoft),
    (mail_server_hangs, mails),
    (store_is_locked, writes),
    (keyring_asks_somebody, opens_a_secret),
]
if sys.platform != "win32":
    HARDSHIPS.append((service_sleeps, asks_microsoft))


async def hindered(desk: Desk, window: MainWindow, verb: Verb, asset: int) -> None:
    """Begin, work on with the window, and stop."""
    begun = desk.tasks.run(_KEY, partial(_carried_out, desk, verb, asset), owner=window, words="It")
    assert begun
    (task,) = [one for one in asyncio.all_tasks() if one.get_name() == _KEY]
    with beating() as gaps:
        await until(lambda: sum(gaps.whole) > _LOOKED_AT_S, 30)
        assert not task.done(), list(desk.messages.kept)
    with beating() as stopping:
        press(window.statusBar(), "Stop")
        await until(task.done, 30)
    assert gaps.longest < LONGEST_S, sorted(gaps.own)[-3:]
    assert sum(stopping.own) < LONGEST_S, stopping


async def _carried_out(desk: Desk, verb: Verb, asset: int) -> None:
    await verb(desk, asset)


# The HTTP library forgets a line whose handshake is cancelled; Python closes it when it collects.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_the_window_answers_and_stop_ends_it_at_once(
    run: Run,
    connected_desk: Desk,
    bought: int,
    whole: Whole,
    sandbox: SandboxControl,
    sandbox_process: SandboxProcess,
    places: Folders,
) -> None:
    desk = connected_desk
    world = World(sandbox, sandbox_process, str(places.data / "esd.db"))

    async def scenario(window: MainWindow, hardship: Hardship, verb: Verb) -> None:
        with hardship(world):
            await hindered(desk, window, verb, bought)
        assert await asks_microsoft(desk, bought)

    window = run(whole.open())
    for hardship, verb in HARDSHIPS:
        run(scenario(window, hardship, verb))


def test_what_holds_the_window_up_is_measured(run: Run) -> None:
    """The measure itself: neither waiting nor computing on the window's thread goes unseen."""

    def wait() -> None:
        threading.Event().wait(1.5 * LONGEST_S)

    def compute() -> None:
        sum(number * number for number in range(4_000_000))

    async def longest(hold_up: Callable[[], None]) -> float:
        with beating() as gaps:
            await until(lambda: gaps.own)
            hold_up()
            beats = len(gaps.own)
            await until(lambda: len(gaps.own) > beats)
        return gaps.longest

    assert run(longest(lambda: None)) < LONGEST_S
    assert run(longest(wait)) > LONGEST_S
    assert run(longest(compute)) > LONGEST_S
