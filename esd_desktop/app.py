"""The window's composition root: it alone wires things together, and closes them in reverse."""

from __future__ import annotations

import asyncio
import sys

import qasync
import structlog
from PySide6.QtWidgets import QApplication

from esd_desktop import __version__
from esd_desktop.errors import EsdError
from esd_desktop.logs import start_logging
from esd_desktop.opening import open_services
from esd_desktop.services.backend import Backend
from esd_desktop.services.context import Services
from esd_desktop.settings import Folders, LocalSettings, folders, load_settings, save_setting
from esd_desktop.ui.bus import Bus
from esd_desktop.ui.collector import Collector
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import Scheme, theme
from esd_desktop.ui.main_window import MainWindow, closing
from esd_desktop.ui.memory import Memory
from esd_desktop.ui.messages import Messages
from esd_desktop.ui.navigator import Navigator
from esd_desktop.ui.tasks import Tasks

log = structlog.get_logger(__name__)


def run_window(arguments: list[str], store: str | None = None) -> int:
    """Show the window until it is closed; answers the exit code. ``store`` goes before the store of
    the settings."""
    application = QApplication(arguments)
    application.setApplicationName("ESD Desktop")
    application.setApplicationVersion(__version__)
    application.setQuitOnLastWindowClosed(False)
    places = folders()
    start_logging(places.logs)
    collector = Collector(application)
    loop = qasync.QEventLoop(application)
    with loop:
        loop.run_until_complete(_live(places, store))
    collector.stop()
    return 0


async def _live(places: Folders, store: str | None) -> None:
    desk = make_desk(places)
    sys.excepthook = lambda kind, error, trace: desk.messages.bug(error.with_traceback(trace))
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: desk.messages.bug(
            context.get("exception") or RuntimeError(context["message"])
        )
    )
    window = MainWindow(desk, StoreOpener(desk, places, store))
    window.show()
    window.open()
    await closing(window)
    await close_desk(desk)


def make_desk(places: Folders) -> Desk:
    """Everything the screens are handed; no store is open yet."""
    bus = Bus()
    messages = Messages()
    look = theme()
    try:
        look.set_scheme(Scheme(load_settings(places).theme))
    except EsdError as fault:
        messages.fault(fault)
    return Desk(
        backend=Backend(bus.announce),
        bus=bus,
        tasks=Tasks(messages),
        messages=messages,
        navigator=Navigator(),
        memory=Memory(places.config),
        theme=look,
    )


async def close_desk(desk: Desk) -> None:
    """Stop what runs, then close the store; the window goes on drawing meanwhile."""
    await desk.tasks.close()
    await asyncio.to_thread(desk.backend.close)
    desk.memory.write()


class StoreOpener:
    """Opens the store at an address and, where that worked, keeps the address for the next start."""

    def __init__(self, desk: Desk, places: Folders, first: str | None) -> None:
        self._desk = desk
        self._places = places
        self._first = first

    async def __call__(self, address: str | None) -> None:
        settings = load_settings(self._places)
        wanted = address or self._first or settings.store
        await self._desk.backend.open(lambda: self._services(settings, wanted))
        if address:
            save_setting(self._places, "store", address)
            self._first = None

    async def _services(self, settings: LocalSettings, wanted: str) -> Services:
        return await open_services(self._places, settings.model_copy(update={"store": wanted}))
