"""The window's composition root: it alone wires things together, and closes them in reverse.

The window's place is painted first; settings, log and look are all it needs. The services, most of
what there is to load, are loaded on a thread meanwhile. Then come the desk (without a store) and
the window, which opens the store. Closing is a short story with a deadline: nothing new is begun,
what runs may finish, the rest is cancelled, the store is closed.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import qasync
import structlog
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from esd_desktop import __version__
from esd_desktop.errors import EsdError
from esd_desktop.logs import start_logging
from esd_desktop.settings import Folders, LocalSettings, folders, load_settings, save_setting
from esd_desktop.ui.bus import Bus
from esd_desktop.ui.collector import Collector
from esd_desktop.ui.curtain import Curtain
from esd_desktop.ui.look.theme import Scheme, theme
from esd_desktop.ui.memory import Memory
from esd_desktop.ui.messages import Messages
from esd_desktop.ui.navigator import Navigator
from esd_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from esd_desktop.services.context import Services
    from esd_desktop.ui.desk import Desk
    from esd_desktop.ui.main_window import MainWindow

    Drive = Callable[[Desk, MainWindow], Awaitable[None]]

log = structlog.get_logger(__name__)


# Most of what there is to load; the window needs it, its first painting does not.
_THE_REST = ("esd_desktop.opening", "esd_desktop.ui.main_window")
_FINISH_WITHIN_S = 3.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_window(
    arguments: list[str], store: str | None = None, *, drive: Drive | None = None
) -> int:
    """Show the window until it is closed; answers the exit code.

    ``store`` goes before the store of the settings. ``drive`` works the window in a person's place,
    as the tour does; the window is closed once it is through.
    """
    application = QApplication(arguments)
    application.setApplicationName("ESD Desktop")
    application.setApplicationVersion(__version__)
    application.setQuitOnLastWindowClosed(False)
    places = folders()
    start_logging(places.logs)
    collector = Collector(application)
    loop = qasync.QEventLoop(application)
    with loop:
        loop.run_until_complete(_live(places, store, drive))
    collector.stop()
    return 0


async def _live(places: Folders, store: str | None, drive: Drive | None) -> None:
    messages = Messages()
    _dress(places, messages)
    with nothing_unnoticed(messages):
        if not await _loaded(places):
            return
        from esd_desktop.ui.main_window import MainWindow

        desk = make_desk(places, messages)
        window = MainWindow(desk, StoreOpener(desk, places, store))
        with closed_by_signals(window):
            window.show()
            window.open()
            await _worked(desk, window, drive)
            await close_desk(desk, window)


async def _loaded(places: Folders) -> bool:
    """Show the window's place until the rest of the program is loaded; False where the person
    closes it meanwhile."""
    memory = Memory(places.config)
    curtain = Curtain(memory)
    with closed_by_signals(curtain):
        curtain.show()
        # Qt paints in the next turns of the loop; the loading leaves it time for them.
        for module in _THE_REST:
            await asyncio.to_thread(import_module, module)
    stays = curtain.isVisible()
    memory.keep_bytes("geometry", curtain.saveGeometry())
    curtain.deleteLater()
    return stays


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
    """Put on the look that the person chose."""
    try:
        theme().set_scheme(Scheme(load_settings(places).theme))
    except EsdError as fault:
        messages.fault(fault)


def make_desk(places: Folders, messages: Messages) -> Desk:
    """Everything the screens are handed; no store is open yet."""
    from esd_desktop.services.backend import Backend
    from esd_desktop.ui.desk import Desk

    bus = Bus()
    return Desk(
        backend=Backend(bus.announce),
        bus=bus,
        tasks=Tasks(messages),
        messages=messages,
        navigator=Navigator(),
        memory=Memory(places.config),
        theme=theme(),
    )


async def close_desk(desk: Desk, window: MainWindow) -> None:
    """Finish or stop what runs, then close the store. The window is out of sight by then."""
    for question in window.findChildren(QDialog):
        question.close()
    await desk.tasks.close(finish_within_s=_FINISH_WITHIN_S)
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


class StoreOpener:
    """Opens the store at an address and, where that worked, keeps it for the next start."""

    def __init__(self, desk: Desk, places: Folders, first: str | None) -> None:
        self._desk = desk
        self._places = places
        self._first = first

    async def __call__(self, address: str | None) -> None:
        settings = load_settings(self._places)
        wanted = address or self._first or settings.store
        await self._desk.backend.open(lambda: self._services(settings, wanted))
        if address:
            is_default = address == self._places.default_store
            save_setting(self._places, "store", "" if is_default else address)
            self._first = None

    async def _services(self, settings: LocalSettings, wanted: str) -> Services:
        from esd_desktop.opening import open_services

        return await open_services(self._places, settings.model_copy(update={"store": wanted}))
