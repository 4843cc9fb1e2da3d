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
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from esd_desktop import __version__
from esd_desktop.folders import Folders, folders
from esd_desktop.policy import in_force
from esd_desktop.ui.main_window import MainWindow
from esd_desktop.ui.memory import Memory
from esd_desktop.ui.qt import load_qt

if TYPE_CHECKING:
    from esd_desktop.app import Drive

_THE_REST = ("esd_desktop.app", "esd_desktop.opening", "esd_desktop.ui.workspace")
_PAINTED_WITHIN_S = 0.2
# While much is loaded, Python's lock goes round quickly enough for the window not to be felt.
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
    drive: Drive | None = None,
) -> int:
    """Show the window until it is closed; answers the exit code.

    ``store`` goes before the store of the settings. ``link`` is what to show first, as ui/links.py
    has it. ``drive`` works the window in a person's place,
    as the tour does; the window is closed once it is through.
    """
    load_qt()
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
    _show_first_page(window, memory, _file(places, store))
    if not _loaded(application, window):
        return 0
    from esd_desktop.app import live

    return live(application, window, places, memory, store, drive)


class _Loading(QObject):
    """Loads what is not needed for the first painting, on a thread of its own."""

    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fault: BaseException | None = None
        self._thread = threading.Thread(target=self._load, name="esd-loading", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def wait(self) -> None:
        """Wait for its end; whatever kept it from going through is raised here."""
        self._thread.join()
        if self.fault is not None:
            raise self.fault

    def _load(self) -> None:
        try:
            _load_log()
            for module in _THE_REST:
                import_module(module)
        except BaseException as fault:  # noqa: BLE001 - raised where it is waited for
            self.fault = fault
        self.ended.emit()


def _load_log() -> None:
    """Load structlog without rich, which it would take along for a console that a window has not;
    that alone is two thirds of what it loads."""
    if "rich" not in sys.modules:
        modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
        modules["rich"] = None
        import_module("structlog")
        del modules["rich"]


def _let_it_be_painted(application: QApplication, window: MainWindow) -> None:
    """Let the system show the window, if it does so soon."""
    until = time.monotonic() + _PAINTED_WITHIN_S
    while window.curtain and not window.curtain.is_painted and time.monotonic() < until:
        application.processEvents()


def _show_first_page(window: MainWindow, memory: Memory, file: Path | None) -> None:
    """Where it cannot be had at once, it comes with everything else."""
    from getpass import getuser

    from esd_desktop.ui.first_sight import recall_sight

    sight = recall_sight(memory, __version__)
    if file is None or sight is None or sight.size != window.size().toTuple():
        return
    from esd_desktop.models.asset_rows import AssetQuery, AssetSort
    from esd_desktop.services.first_page import read_first_page

    try:
        login = getuser()
    except (OSError, KeyError):  # no such user: a container with a bare user id
        return
    asked = AssetQuery(**{**sight.query, "sort": AssetSort(sight.query["sort"])})
    rows = read_first_page(file, login, asked, sight.most_rows)
    if rows and window.curtain is not None:
        window.curtain.show_picture(sight.with_rows(rows))


def _file(places: Folders, store: str | None) -> Path | None:
    """The file that is going to be opened; None where it is a server's."""
    # Another one than the administrator's will be refused, so nothing of it is shown.
    said = in_force().values.get("store") or store or places.said("store") or places.default_store
    path = said.removeprefix("sqlite:///")
    return None if "://" in path else Path(path).expanduser()


def _loaded(application: QApplication, window: MainWindow) -> bool:
    """Load the rest while the window answers; False where the person closes it meanwhile."""
    loading = _Loading()
    # Not quit(), which would close the window.
    loading.ended.connect(application.exit)
    window.closed.connect(application.exit)
    # Nothing is open that would have to be closed in order.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_EVERY_S)
    loading.begin()
    application.exec()
    sys.setswitchinterval(usual)
    signal.signal(signal.SIGINT, before)
    window.closed.disconnect(application.exit)
    loading.wait()
    return window.isVisible()
