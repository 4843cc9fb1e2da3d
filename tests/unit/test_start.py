"""The start: a window at once, the first page of its list, and then all the rest."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from esd_desktop import __version__, start
from esd_desktop.errors import StoreBroken
from esd_desktop.settings import Folders, save_setting
from esd_desktop.ui.curtain import Curtain
from esd_desktop.ui.first_sight import Sight, recall_sight
from esd_desktop.ui.look.theme import Scheme, Theme
from esd_desktop.ui.main_window import MainWindow
from esd_desktop.ui.memory import Memory
from esd_desktop.ui.workspace import Workspace
from tests.support.main_window import Whole, whole
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run, desk, run
from tests.unit.ui.look.conftest import look

__all__ = ["desk", "look", "run", "whole"]

_WITHIN_S = 10.0


@pytest.fixture
def window(look: Theme, places: Folders) -> MainWindow:
    made = MainWindow(Memory(places.config))
    made.show()
    return made


def _left(run: Run, whole: Whole) -> Sight:
    """Open the window, wait until all is shown, and close it; answers what it remembers."""
    run(whole.open())
    whole.window.remember()
    sight = recall_sight(whole.desk.memory, __version__)
    assert sight is not None
    return sight


def test_the_window_is_painted_while_the_rest_is_loaded(
    qapp: QApplication, look: Theme, places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = threading.Event()
    monkeypatch.setattr(Curtain, "paintEvent", lambda self, event: painted.set())
    window = MainWindow(Memory(places.config))
    window.show()
    # In place of the loading, which ends when the curtain has been seen.
    monkeypatch.setattr(start, "import_module", lambda name: painted.wait(_WITHIN_S))
    assert start._loaded(qapp, window, start._load_the_rest)
    assert painted.is_set()
    window.close()


def test_who_closes_it_meanwhile_need_not_wait_for_the_window(
    qapp: QApplication, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = threading.Event()
    window.closed.connect(gone.set)
    begin = start._Loading.begin
    monkeypatch.setattr(start, "import_module", lambda name: gone.wait(_WITHIN_S))

    def begun(loading: start._Loading) -> None:
        begin(loading)
        window.close()

    monkeypatch.setattr(start._Loading, "begin", begun)
    assert not start._loaded(qapp, window, start._load_the_rest)


def test_what_cannot_be_loaded_is_raised(
    qapp: QApplication, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "_THE_REST", ("esd_desktop.nowhere",))
    with pytest.raises(ModuleNotFoundError):
        start._loaded(qapp, window, start._load_the_rest)
    window.close()


def test_the_first_rows_stand_where_the_list_has_them(
    qapp: QApplication, run: Run, sown: Sown, whole: Whole, places: Folders
) -> None:
    sight = _left(run, whole)
    next_window = MainWindow(whole.desk.memory)
    next_window.resize(whole.window.size())
    start._shows_first_page(qapp, next_window, whole.desk.memory, _store_file(places))
    assert next_window.curtain is not None
    assert next_window.curtain.shows_rows
    column = next(place for place in sight.places if place.column == "customer")
    left, top, _, _ = sight.rows
    words = QRect(left + column.left, top, column.width, sight.row_height - 2)
    assert _inked(whole.window, words) == _inked(next_window.curtain, words)
    next_window.close()


def test_the_curtain_is_lifted_once_the_list_is_there(
    qapp: QApplication, run: Run, sown: Sown, whole: Whole, places: Folders
) -> None:
    size = _left(run, whole).size
    whole.close()
    whole.window = MainWindow(whole.desk.memory)
    whole.window.resize(*size)
    whole.window.show()
    assert start._shows_first_page(qapp, whole.window, whole.desk.memory, _store_file(places))
    whole.window.furnish(whole.desk, whole.opener)
    assert whole.window.curtain is not None
    run(whole.open())
    assert whole.window.curtain is None


def test_what_was_put_together_for_a_store_that_does_not_open_goes_away(
    qapp: QApplication, run: Run, sown: Sown, whole: Whole, places: Folders
) -> None:
    size = _left(run, whole).size
    whole.close()
    whole.window = MainWindow(whole.desk.memory)
    whole.window.resize(*size)
    whole.window.show()
    assert start._shows_first_page(qapp, whole.window, whole.desk.memory, _store_file(places))
    whole.window.furnish(whole.desk, whole.opener)

    async def broken(address: str | None) -> None:
        await until(lambda: whole.window.findChildren(Workspace))
        raise StoreBroken("The store is damaged.")

    whole.window._open_store = broken  # type: ignore[assignment]
    run(whole.open())
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert whole.window.workspace is None
    assert whole.window.curtain is None
    assert whole.window.findChildren(Workspace) == []


def test_another_version_or_another_look_of_the_system_begins_with_an_empty_window(
    run: Run, sown: Sown, whole: Whole, look: Theme
) -> None:
    look.set_scheme(Scheme.SYSTEM)
    _left(run, whole)
    memory = whole.desk.memory
    assert recall_sight(memory, "0.0.1") is None
    memory.keep("sight", {**memory.recall("sight", {}), "dark": not look.palette.dark})
    assert recall_sight(memory, __version__) is None
    memory.keep("sight", {"version": __version__, "places": "everywhere"})
    assert recall_sight(memory, __version__) is None


def test_it_reads_the_store_that_is_going_to_be_opened(places: Folders, tmp_path: Path) -> None:
    assert start._file(places, None) == places.data / "esd.db"
    assert start._file(places, f"sqlite:///{tmp_path / 'asked.db'}") == tmp_path / "asked.db"
    save_setting(places, "store", str(tmp_path / "kept.db"))
    assert start._file(places, None) == tmp_path / "kept.db"
    assert start._file(places, "postgresql://anna@db.example/esd") is None


def _store_file(places: Folders) -> Path | None:
    return start._file(places, None)


def _inked(widget: QWidget, rect: QRect) -> tuple[int, int, int]:
    """From where to where within a rectangle of a picture something is written, and its top."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8).copy(rect)
    ground = image.pixel(0, 0)
    inked = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if abs((image.pixel(x, y) & 0xFF) - (ground & 0xFF)) > 60
    ]
    assert inked
    return min(x for x, _ in inked), max(x for x, _ in inked), min(y for _, y in inked)
