"""The composition root: opening, what nobody catches, and closing without losing anything."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtWidgets import QApplication

from esd_desktop import app, parts, start
from esd_desktop.app import StoreOpener, close_desk, closed_by_signals, nothing_unnoticed
from esd_desktop.errors import EsdError
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import OperationState, TokenStatus
from esd_desktop.opening import open_services
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.update_status import update_status
from esd_desktop.settings import Folders, load_settings, save_setting
from esd_desktop.ui.actions.action import only, task_key
from esd_desktop.ui.ask import Question, ask
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import Scheme, Theme
from esd_desktop.ui.main_window import MainWindow
from esd_desktop.ui.memory import Memory
from esd_desktop.ui.messages import Messages
from tests.support.main_window import Whole, whole
from tests.support.waiting import until
from tests.support.widgets import window
from tests.support.window import Run, bought, connected_desk, desk, run
from tests.unit.ui.look.conftest import look

__all__ = ["bought", "connected_desk", "desk", "look", "run", "whole"]

_START_WITHIN_S = 30.0


def test_the_look_of_the_settings_is_put_on(look: Theme, places: Folders) -> None:
    save_setting(places, "theme", "dark")
    app._dress(places, Messages())
    assert look.scheme is Scheme.DARK


def test_settings_that_cannot_be_read_are_told_and_the_window_starts_all_the_same(
    run: Run, look: Theme, desk: Desk, places: Folders
) -> None:
    places.settings_file.parent.mkdir(parents=True, exist_ok=True)
    places.settings_file.write_text("{", "utf-8")
    app._dress(places, desk.messages)

    async def scenario() -> None:
        main = MainWindow(desk.memory)
        main.furnish(desk, StoreOpener(desk, places, None))
        assert "cannot be read" in main.toasts.shown[-1].sentence
        main.deleteLater()

    run(scenario())


class Button(QObject):
    """Something with a signal."""

    pressed = Signal()


@pytest.mark.expect_log("bug")
@pytest.mark.qt_no_exception_capture
def test_a_bug_in_a_slot_is_told_and_the_window_goes_on(run: Run) -> None:
    messages, made = Messages(), Button()

    def broken() -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        before = sys.excepthook
        with nothing_unnoticed(messages):
            made.pressed.connect(broken)
            made.pressed.emit()
            assert "inside ESD Desktop" in messages.kept[-1].sentence
        assert sys.excepthook is before

    run(scenario())


@pytest.mark.expect_log("bug")
def test_a_bug_on_the_loop_or_on_a_thread_is_told(run: Run) -> None:
    messages = Messages()

    def broken() -> None:
        raise KeyError

    async def scenario() -> None:
        before = threading.excepthook
        with nothing_unnoticed(messages):
            asyncio.get_running_loop().call_soon(broken)
            await until(lambda: len(messages.kept) == 1)
            thread = threading.Thread(target=_other_place)
            thread.start()
            thread.join()
            await until(lambda: len(messages.kept) == 2)
        assert threading.excepthook is before

    run(scenario())


def _other_place() -> None:
    raise IndexError


def test_a_fault_of_the_world_that_nobody_catches_is_told_in_its_words(run: Run) -> None:
    messages = Messages()

    def refused() -> None:
        raise EsdError("The world is broken.")

    async def scenario() -> None:
        with nothing_unnoticed(messages):
            asyncio.get_running_loop().call_soon(refused)
            await until(lambda: messages.kept)
        assert messages.kept[-1].sentence == "The world is broken."

    run(scenario())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window(run: Run, whole: Whole, number: int) -> None:
    async def scenario() -> None:
        closed: list[bool] = []
        before = signal.getsignal(number)
        whole.window.closed.connect(lambda: closed.append(True))
        with closed_by_signals(whole.window):
            os.kill(os.getpid(), number)
            await until(lambda: closed)
        assert signal.getsignal(number) == before

    run(scenario())


def test_a_window_that_is_closed_while_it_is_furnished_ends_the_program(
    run: Run, qapp: QApplication, look: Theme, places: Folders
) -> None:
    kept = QByteArray(b"of the last time")

    async def scenario() -> None:
        memory = Memory(places.config)
        memory.keep_bytes("docks", kept)
        window = MainWindow(memory)
        window.show()
        asyncio.get_running_loop().call_soon(window.close)
        await asyncio.wait_for(app._live(window, places, memory, None, None, None), _START_WITHIN_S)
        assert memory.recall_bytes("docks") == kept
        assert window.workspace is None
        window.deleteLater()

    # As start.py has it.
    qapp.setQuitOnLastWindowClosed(False)
    run(scenario())
    qapp.setQuitOnLastWindowClosed(True)


def test_what_runs_may_finish_and_its_outcome_is_kept(
    run: Run,
    whole: Whole,
    connected_desk: Desk,
    bought: int,
    sandbox: SandboxControl,
    places: Folders,
) -> None:
    desk = connected_desk
    sandbox.redeem(_transaction(run, desk, bought))

    async def call() -> None:
        await desk.do(only(bought), update_status, bought)

    async def scenario() -> None:
        sandbox.set_fault(call="read", kind="delay", seconds=0.3)
        desk.tasks.run(task_key(bought), call, owner=whole.window, words="Update status")
        await until(lambda: sandbox.calls()["read"])
        whole.window.close()
        await close_desk(desk, whole.window)

    run(scenario())
    assert run(_detail(places, bought)).token_status is TokenStatus.REDEEMED


def test_a_call_that_does_not_end_in_time_is_left_in_doubt(
    run: Run,
    whole: Whole,
    connected_desk: Desk,
    bought: int,
    sandbox: SandboxControl,
    places: Folders,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = connected_desk
    monkeypatch.setattr(app, "_FINISH_WITHIN_S", 0.1)

    async def call() -> None:
        await desk.do(only(bought), cancel_licence, bought)

    async def scenario() -> None:
        sandbox.set_fault(call="return", kind="hang")
        desk.tasks.run(task_key(bought), call, owner=whole.window, words="Cancel licence")
        await until(lambda: sandbox.calls()["return"])
        began = time.monotonic()
        whole.window.close()
        await close_desk(desk, whole.window)
        assert time.monotonic() - began < 5
        assert not desk.tasks.run("later", call, owner=whole.window)

    run(scenario())
    unsettled = run(_detail(places, bought)).unsettled
    assert unsettled is not None
    assert unsettled.state is OperationState.IN_DOUBT


def test_an_open_question_is_answered_with_no_when_the_window_closes(
    run: Run, whole: Whole, desk: Desk
) -> None:
    answers: list[bool] = []

    async def asks() -> None:
        question = Question("Cancel this ESD licence?", "", yes="Cancel licence", no="Keep licence")
        answers.append((await ask(whole.window, question)).yes)

    async def scenario() -> None:
        desk.tasks.run("asset:1", asks, owner=whole.window, words="Cancel licence")
        await window("Cancel this ESD licence?")
        began = time.monotonic()
        whole.window.close()
        await close_desk(desk, whole.window)
        assert time.monotonic() - began < 2
        assert answers == [False]

    run(scenario())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_program_starts_in_a_process_and_ends_cleanly(
    places: Folders, number: signal.Signals
) -> None:
    # That the program makes it anew tells that it has started.
    (places.data / "esd.db").unlink()
    with subprocess.Popen(
        [sys.executable, "-m", "esd_desktop"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    ) as process:
        try:
            _until(lambda: (places.data / "esd.db").exists() or process.poll() is not None)
            process.send_signal(number)
            said, _ = process.communicate(timeout=_START_WITHIN_S)
        finally:
            process.kill()
    assert said.decode() == ""
    assert process.returncode == 0
    # The shape of the window is kept at the very end.
    assert (places.config / "window.ini").exists()


def test_arguments_that_mean_nothing_to_the_program_go_to_qt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from esd_desktop.__main__ import main

    given: list[tuple[list[str], str | None]] = []

    def run_window(arguments: list[str], store: str | None, **_: object) -> int:
        given.append((arguments, store))
        return 0

    monkeypatch.setattr(parts, "begin_worker", lambda: None)
    monkeypatch.setattr(start, "run_window", run_window)
    command = ["esd-desktop", "--store", "my.db", "-platform", "offscreen"]
    monkeypatch.setattr(sys, "argv", command)
    assert main() == 0
    assert given == [(["esd-desktop", "-platform", "offscreen"], "my.db")]


def test_what_is_loaded_after_qt_is_not_searched_by_it() -> None:
    # In a process of its own, as a start is: here the garbage and the imports are the tests'.
    code = """
import linecache
from esd_desktop.ui.qt import load_qt
load_qt()
import gc, esd_desktop.start
assert not gc.isenabled()
assert not [file for file in linecache.cache if "esd_desktop" in file]
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_who_calls_qt_wrongly_is_told_how_to_call_it() -> None:
    code = """
from esd_desktop.ui.qt import load_qt
load_qt()
import sys
from PySide6.QtCore import QSize
from PySide6.support.signature import parser
assert compile.__module__ == "builtins"
assert "argparse" not in sys.modules and "pyside_type_init" not in vars(parser)
try:
    QSize().expandedTo("more")
except TypeError as fault:
    said = str(fault)
assert "Supported signatures:" in said and "expandedTo(" in said, said
assert "pyside_type_init" in vars(parser) and not hasattr(parser, "nothing")
"""
    subprocess.run([sys.executable, "-c", code], check=True)


async def _detail(places: Folders, asset_id: int) -> AssetDetail:
    """The asset as it is in the store at the next start."""
    services = await open_services(places, load_settings(places))
    try:
        return await asset_detail(services, asset_id)
    finally:
        await services.close()


def _until(condition: Callable[[], object]) -> None:
    """Wait where no loop runs."""
    deadline = time.monotonic() + _START_WITHIN_S
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.02)


def _transaction(run: Run, desk: Desk, asset_id: int) -> str:
    return run(desk.read(asset_detail, asset_id)).client_transaction_id
