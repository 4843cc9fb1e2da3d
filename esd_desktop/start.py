"""The start of the window: paint first, load then.

An empty window is painted at once, where it stood last time. Then comes the first page of the list
that was in front, read by itself. All the rest is loaded on a thread while the window can be moved
and closed; app.py takes over from there. So nothing of the program may be imported here that these
two do not need.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from esd_desktop import __version__, parts
from esd_desktop.folders import Folders, folders
from esd_desktop.late import leave_store
from esd_desktop.policy import in_force
from esd_desktop.ui.main_window import MainWindow
from esd_desktop.ui.memory import Memory
from esd_desktop.ui.qt import load_qt

if TYPE_CHECKING:
    from esd_desktop.app import Drive
    from esd_desktop.first_opening import FirstOpening
    from esd_desktop.models.asset_rows import AssetRow
    from esd_desktop.ui.first_sight import Sight

# What wires everything, and what it then puts into the window.
_THE_REST = (
    "esd_desktop.app",
    "esd_desktop.ui.certificate_notice",
    "esd_desktop.ui.status_bar",
    "esd_desktop.ui.activity",
    "esd_desktop.ui.dialogs",
    "esd_desktop.ui.menus",
    "esd_desktop.ui.widgets.toasts",
    "esd_desktop.ui.workspace",
)
_PAINTED_WITHIN_S = 0.2
# While others compute, too, Python's lock goes round quickly enough for the window not to be felt.
_SWITCH_EVERY_S = 0.0005


class Application(QApplication):
    """``link_wanted``: on macOS the system tells the program of a link so, at its start and
    afterwards."""

    link_wanted = Signal(str)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent):
            self.link_wanted.emit(event.url().toString())
            return True
        return super().event(event)


def run_window(
    arguments: list[str],
    store: str | None = None,
    *,
    link: str = "",
    worker: Popen[bytes] | None = None,
    drive: Drive | None = None,
) -> int:
    """Show the window until it is closed; answers the exit code.

    ``store`` goes before the store of the settings. ``link`` is what to show first, as ui/links.py
    has it. ``worker`` is the window's worker process, where it has been begun already. ``drive``
    works the window in a person's place, as the tour does; the window is closed once it is through.
    """
    worker = worker or parts.begin_worker()
    try:
        return _run(arguments, store, link, worker, drive)
    finally:
        # By this it ends, also where the window was closed before anything else would end it.
        assert worker.stdin is not None
        with suppress(OSError):  # it has ended by itself, with something still to be told
            worker.stdin.close()


def _run(
    arguments: list[str], store: str | None, link: str, worker: Popen[bytes], drive: Drive | None
) -> int:
    load_qt()
    sys.setswitchinterval(_SWITCH_EVERY_S)
    application = Application(arguments)
    application.setApplicationName("ESD Desktop")
    application.setApplicationVersion(__version__)
    application.setQuitOnLastWindowClosed(False)
    places = folders()
    memory = Memory(places.config)
    window = MainWindow(memory)
    application.link_wanted.connect(window.follow_link)
    window.show()
    if link:
        window.follow_link(link)
    _let_it_be_painted(application, window)
    if not _shows_first_page(application, window, memory, _file(places, store)):
        return 0
    first: list[FirstOpening] = []
    load = partial(_load_beside, worker, places, store, first.append)
    if not _loaded(application, window, load):
        return 0
    from esd_desktop.app import live

    return live(application, window, places, memory, store, first[0], drive)


class _Loading(QObject):
    """Loads what is not needed for the first painting, on a thread of its own."""

    ended = Signal()

    def __init__(self, load: Callable[[], None]) -> None:
        super().__init__()
        self.fault: BaseException | None = None
        self._load = load
        self._thread = threading.Thread(target=self._run, name="esd-loading", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def wait(self) -> None:
        """Wait for its end; whatever kept it from going through is raised here."""
        self._thread.join()
        if self.fault is not None:
            raise self.fault

    def _run(self) -> None:
        try:
            self._load()
        except BaseException as fault:  # noqa: BLE001 - raised where it is waited for
            self.fault = fault
        self.ended.emit()


def _load_beside(
    worker: Popen[bytes], places: Folders, store: str | None, tell: Callable[[FirstOpening], None]
) -> None:
    """The worker process opens the store meanwhile, as soon as it is told which."""
    leave_store()
    from esd_desktop.logs import load_structlog

    load_structlog()
    from esd_desktop.first_opening import open_first

    tell(open_first(worker, places, store))
    _load_the_rest()


def _load_the_rest() -> None:
    for module in _THE_REST:
        import_module(module)


def _let_it_be_painted(application: QApplication, window: MainWindow) -> None:
    """Let the system show the window, if it does so soon."""
    until = time.monotonic() + _PAINTED_WITHIN_S
    while window.curtain and not window.curtain.is_painted and time.monotonic() < until:
        application.processEvents()


def _shows_first_page(
    application: QApplication, window: MainWindow, memory: Memory, file: Path | None
) -> bool:
    """Where it cannot be had at once, it comes with everything else. False where the person closes
    the window meanwhile."""
    from esd_desktop.ui.first_sight import recall_sight

    sight = recall_sight(memory, __version__)
    if file is None or sight is None or sight.size != window.size().toTuple():
        return True
    rows: list[AssetRow] = []
    is_there = _loaded(application, window, lambda: rows.extend(_first_rows(file, sight)))
    if rows and window.curtain is not None:
        window.curtain.show_picture(sight.with_rows(rows))
    return is_there


def _first_rows(file: Path, sight: Sight) -> Sequence[AssetRow]:
    """Nothing where they cannot be had. What it takes to paint them is loaded too."""
    from getpass import getuser

    from esd_desktop.models.asset_rows import AssetQuery, AssetSort
    from esd_desktop.services.first_page import read_first_page

    import_module("esd_desktop.ui.assets.columns")
    try:
        login = getuser()
    except (OSError, KeyError):  # no such user: a container with a bare user id
        return ()
    asked = AssetQuery(**{**sight.query, "sort": AssetSort(sight.query["sort"])})
    return read_first_page(file, login, asked, sight.most_rows) or ()


def _file(places: Folders, store: str | None) -> Path | None:
    """The file that is going to be opened; None where it is a server's."""
    # Another one than the administrator's will be refused, so nothing of it is shown.
    said = in_force().values.get("store") or store or places.said("store") or places.default_store
    path = said.removeprefix("sqlite:///")
    return None if "://" in path else Path(path).expanduser()


def _loaded(application: QApplication, window: MainWindow, load: Callable[[], None]) -> bool:
    """Load something while the window answers; False where the person closes it meanwhile."""
    loading = _Loading(load)
    # Not quit(), which would close the window.
    loading.ended.connect(application.exit)
    window.closed.connect(application.exit)
    # Nothing is open that would have to be closed in order.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    loading.begin()
    application.exec()
    signal.signal(signal.SIGINT, before)
    window.closed.disconnect(application.exit)
    loading.wait()
    return window.isVisible()
