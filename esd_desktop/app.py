"""The window's composition root: it alone wires things together, and closes them in reverse.

start.py has painted the window by then and loaded all of this. Here come log and look, the desk
(without a store) and what is in the window, which opens the store. Closing is a short story with a
deadline: nothing new is begun, what runs may finish, the rest is cancelled, the store is closed.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import qasync
import structlog
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from esd_desktop.errors import EsdError, WorkerEnded
from esd_desktop.first_opening import FirstOpening, opening_of
from esd_desktop.handing_over import listening
from esd_desktop.logs import start_logging
from esd_desktop.policy import TELL_ADMINISTRATOR, in_force
from esd_desktop.services.backend import Backend
from esd_desktop.services.worker.process import WorkerProcess
from esd_desktop.settings import Folders, LocalSettings, load_settings, save_setting, with_store
from esd_desktop.ui.bus import Bus
from esd_desktop.ui.collector import Collector
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.theme import Scheme, theme
from esd_desktop.ui.memory import Memory
from esd_desktop.ui.messages import Message, Messages
from esd_desktop.ui.navigator import Navigator
from esd_desktop.ui.rights import OwnRights
from esd_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from esd_desktop.models.store.backup_pages import Progress
    from esd_desktop.services.changes import Changes, Outcome
    from esd_desktop.services.context import Services
    from esd_desktop.ui.main_window import MainWindow

    Drive = Callable[[Desk, MainWindow], Awaitable[None]]

log = structlog.get_logger(__name__)


_FINISH_WITHIN_S = 3.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def live(
    application: QApplication,
    window: MainWindow,
    places: Folders,
    memory: Memory,
    store: str | None,
    first: FirstOpening | None,
    drive: Drive | None,
) -> int:
    """Work with a window that is on the screen until it is closed; answers the exit code."""
    start_logging(places.logs)
    collector = Collector(application)
    loop = qasync.QEventLoop(application)
    with loop:
        loop.run_until_complete(_live(window, places, memory, store, first, drive))
    collector.stop()
    return 0


async def _live(
    window: MainWindow,
    places: Folders,
    memory: Memory,
    store: str | None,
    first: FirstOpening | None,
    drive: Drive | None,
) -> None:
    messages = Messages()
    with nothing_unnoticed(messages), closed_by_signals(window), links_followed(window, places):
        await asyncio.sleep(0)  # the window answers between any two of these
        theme()  # made with its first use
        await asyncio.sleep(0)
        _dress(places, messages)
        await asyncio.sleep(0)
        desk = make_desk(places, memory, messages, first)
        for _ in window.furnishing(desk, StoreOpener(desk, places, store, first)):
            await asyncio.sleep(0)
        # It can be closed while it is furnished, before anybody waits for that.
        if window.isVisible():
            window.open()
            await _worked(desk, window, drive)
        await close_desk(desk, window)


async def _worked(desk: Desk, window: MainWindow, drive: Drive | None) -> None:
    """Wait until the person, or who drives in a person's place, has closed the window."""
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    if drive is None:
        await closed.wait()
        return
    try:
        await drive(desk, window)
    finally:
        window.close()


def _dress(places: Folders, messages: Messages) -> None:
    """Put on the look that the person chose, and tell of what the policy says in vain."""
    try:
        theme().set_scheme(Scheme(load_settings(places).theme))
    except EsdError as fault:
        messages.fault(fault)
    for trouble in in_force().troubles:
        messages.post(Message(Tone.WARNING, trouble, TELL_ADMINISTRATOR))


def make_desk(
    places: Folders, memory: Memory, messages: Messages, first: FirstOpening | None = None
) -> Desk:
    """Everything the screens are handed; no store is open yet."""
    bus, tasks = Bus(), Tasks(messages)
    backend = Backend(bus.announce, bus.tell_reach)

    def announce(changes: Changes) -> None:
        bus.announce(changes)
        if changes.mails:
            backend.send_mails()

    if first is None:
        worker = WorkerProcess(announce)
    else:
        worker = WorkerProcess(announce, first.worker, first.open_services)
    return Desk(
        backend=backend,
        worker=worker,
        bus=bus,
        tasks=tasks,
        messages=messages,
        navigator=Navigator(),
        memory=memory,
        theme=theme(),
        rights=OwnRights(backend, bus, tasks),
    )


async def close_desk(desk: Desk, window: MainWindow) -> None:
    """Finish or stop what runs, then close the store. The window is out of sight by then."""
    for question in window.findChildren(QDialog):
        question.close()
    await desk.tasks.close(finish_within_s=_FINISH_WITHIN_S)
    await asyncio.to_thread(desk.worker.close)
    await asyncio.to_thread(desk.backend.close)
    desk.memory.write()


@contextmanager
def nothing_unnoticed(messages: Messages) -> Iterator[None]:
    """Tell and log what nobody catches: in a slot, on the loop, on another thread."""
    loop = asyncio.get_running_loop()

    def tell(error: BaseException) -> None:
        if isinstance(error, EsdError):
            messages.fault(error)
        else:
            messages.bug(error)

    def on_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            tell(error)
        else:
            log.error("loop", what=context["message"])

    def on_thread(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None:
            loop.call_soon_threadsafe(tell, failed.exc_value)

    before = sys.excepthook, threading.excepthook
    sys.excepthook = lambda _, error, trace: tell(error.with_traceback(trace))
    threading.excepthook = on_thread
    loop.set_exception_handler(on_loop)
    try:
        yield
    finally:
        loop.set_exception_handler(None)
        sys.excepthook, threading.excepthook = before


@contextmanager
def closed_by_signals(window: QWidget) -> Iterator[None]:
    """Ctrl+C in the terminal, or the system's wish to end, closes the window as a person would."""
    loop = asyncio.get_running_loop()
    # Python takes a signal between two of its own steps; the collector's clock gives it one soon.
    before = {
        number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(window.close))
        for number in _SIGNALS
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def links_followed(window: MainWindow, places: Folders) -> Iterator[None]:
    """Links that the system gives to another start of the program come to this window."""
    loop = asyncio.get_running_loop()

    def heard(link: str) -> None:
        loop.call_soon_threadsafe(window.follow_link, link)

    with listening(places, heard):
        yield


class StoreOpener:
    """Opens the store at an address and, where that worked, keeps it for the next start."""

    def __init__(
        self, desk: Desk, places: Folders, first: str | None, opened: FirstOpening | None = None
    ) -> None:
        self._desk = desk
        self._places = places
        self._first = first
        self._opened = opened

    async def __call__(self, address: str | None) -> None:
        first, self._opened = self._opened, None
        wanted = self._wanted(address)
        if address is None and await self._is_open_in_worker(first, wanted):
            return
        await self._desk.worker.let_go()
        opening = opening_of(self._places, wanted)
        await self._desk.backend.open(opening)
        await self._desk.worker.open(opening)
        if address:
            is_default = address == self._places.default_store
            save_setting(self._places, "store", "" if is_default else address)
            self._first = None

    async def restore(self, backup: Path, progress: Progress) -> Outcome:
        """Put a backup in the place of what the store that was last opened holds, and open that.
        Raises EsdError; nothing is open then."""
        from esd_desktop.opening import restore

        wanted = self._wanted()
        done: list[Outcome] = []

        opening = opening_of(self._places, wanted)

        async def restored() -> Services:
            done.append(await restore(self._places, wanted, backup, progress))
            return await opening()

        await self._desk.worker.let_go()
        await self._desk.backend.open(restored)
        await self._desk.worker.open(opening)
        return done[0]

    def _wanted(self, address: str | None = None) -> LocalSettings:
        """The settings with the store that is to be opened. Raises Refused where that is not the
        administrator's; trying again then opens the administrator's."""
        first, settings = self._first, load_settings(self._places)
        if not address and "store" in in_force().values:
            self._first = None
        return with_store(settings, address or first or None)

    async def _is_open_in_worker(self, first: FirstOpening | None, wanted: LocalSettings) -> bool:
        """Whether the worker process has opened it, as it does at the start: then it reads for the
        window until the store is open here, too. Raises EsdError where it cannot be opened."""
        if first is None or first.open_services is None or first.settings != wanted:
            return False
        try:
            await self._desk.backend.open_behind(first.open_services, self._desk.worker)
        except WorkerEnded:
            return False
        return True
