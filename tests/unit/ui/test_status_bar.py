"""The status bar: where the data lives, whether Microsoft answers, what runs and how to stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QMainWindow

from esd_desktop.models.backup_rows import FAILED
from esd_desktop.models.chain import Head
from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.back_up import back_up
from esd_desktop.services.browse import ServiceState
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.record import record
from esd_desktop.services.update_status import update_status
from esd_desktop.services.witness import Witness
from esd_desktop.settings import Folders
from esd_desktop.ui.actions.action import only, task_key
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.discrepancies.settling import Settling
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.orders.token_run import task_key as tokens_key
from esd_desktop.ui.status_bar import StatusBar, service_words
from esd_desktop.ui.widgets.elided import ElidedLabel
from tests.support.frame import no_store
from tests.support.waiting import until
from tests.support.widgets import press, words
from tests.support.window import Run


@pytest.fixture
def bar(desk: Desk) -> Iterator[StatusBar]:
    window = QMainWindow()
    window.resize(1200, 300)
    made = StatusBar(desk, window)
    window.setStatusBar(made)
    window.show()
    yield made
    window.close()
    window.deleteLater()


def _state(name: str, answered: timedelta | None, fault: str | None = None) -> ServiceState:
    return ServiceState(name, None if answered is None else utc_now() - answered, fault)


def test_it_says_how_microsoft_answers() -> None:
    never, hours, minutes = None, timedelta(hours=2), timedelta(minutes=5)
    away = "Microsoft cannot be reached."
    expected: tuple[tuple[list[ServiceState], Tone, str], ...] = (
        ([], Tone.NEUTRAL, "no connection is set up"),
        ([_state("GB", never)], Tone.NEUTRAL, "not asked yet"),
        ([_state("GB", timedelta())], Tone.GOOD, "answered just now"),
        ([_state("GB", hours), _state("DE", never)], Tone.GOOD, "answered 2 h ago"),
        (
            [_state("GB", timedelta()), _state("DE", minutes, away)],
            Tone.BAD,
            "DE: Microsoft cannot be reached. It last answered 5 min ago",
        ),
    )
    for states, tone, says in expected:
        told_tone, told = service_words(states)
        assert told_tone is tone
        assert says in told


def test_it_says_where_the_data_lives(run: Run, desk: Desk, bar: StatusBar) -> None:
    async def scenario() -> None:
        assert "Opening the store…" in words(bar)
        bar.look()
        await until(lambda: any(text.endswith("esd.db") for text in words(bar)))
        assert "Microsoft ESD: no connection is set up" in words(bar)

    run(scenario())


def test_without_a_store_it_says_so_and_nothing_of_microsoft(
    run: Run, desk: Desk, bar: StatusBar
) -> None:
    async def scenario() -> None:
        await no_store(desk)
        bar.look()
        await until(lambda: words(bar) == ["No store is open."])
        assert not desk.messages.kept

    run(scenario())


@pytest.mark.parametrize("key", [task_key(1), tokens_key(1), Settling.key])
def test_it_looks_again_after_a_call(
    run: Run, connected_desk: Desk, bought: int, bar: StatusBar, key: str
) -> None:
    desk = connected_desk

    async def call() -> None:
        await desk.do(only(bought), update_status, bought)

    async def scenario() -> None:
        desk.tasks.run(key, call, owner=bar, words="Update status")
        await until(lambda: any("answered" in text for text in words(bar)), 15)

    run(scenario())


def test_what_runs_is_named_and_cancel_returns_at_once(
    run: Run, connected_desk: Desk, bought: int, bar: StatusBar, sandbox: SandboxControl
) -> None:
    desk = connected_desk

    async def call() -> None:
        await desk.do(only(bought), update_status, bought)

    async def scenario() -> None:
        sandbox.set_fault(call="read", kind="delay", seconds=20)
        desk.tasks.run(task_key(bought), call, owner=bar, words="Update status")
        assert "Update status" in words(bar)
        press(bar, "Stop")
        assert not desk.tasks.is_busy(task_key(bought))
        assert "Update status" not in words(bar)
        assert desk.messages.kept[-1].sentence == "Stopped: Update status."

    run(scenario())


def test_stop_leaves_the_keyboard_where_it_was(run: Run, desk: Desk, bar: StatusBar) -> None:
    window = bar.window()
    assert isinstance(window, QMainWindow)
    first, here = QLineEdit(), QLineEdit()
    window.setMenuWidget(first)
    window.setCentralWidget(here)

    async def waits() -> None:
        await asyncio.Event().wait()

    async def scenario() -> None:
        window.activateWindow()
        here.setFocus()
        await until(here.hasFocus)
        desk.tasks.run("one", waits, owner=bar, words="Import")
        press(bar, "Stop")
        assert not desk.tasks.is_busy("one")
        assert here.hasFocus()

    run(scenario())


def test_several_tasks_are_counted(run: Run, desk: Desk, bar: StatusBar) -> None:
    async def waits() -> None:
        await asyncio.Event().wait()

    async def counted() -> None:
        for number in (1, 2, 3):
            desk.tasks.run(f"t{number}", waits, owner=bar, words=f"Saving {number}")
        assert "Saving 1 (+2)" in words(bar)
        press(bar, "Stop")
        assert "Saving 2 (+1)" in words(bar)

    run(counted())


def test_a_long_text_gives_way_and_the_tooltip_has_all(
    run: Run, desk: Desk, bar: StatusBar
) -> None:
    async def scenario() -> None:
        fault = "Microsoft cannot be reached: " + "the network is down, " * 20
        bar._states = [ServiceState("GB", None, fault)]
        bar._show_service()
        await asyncio.sleep(0)
        label = next(one for one in bar.findChildren(ElidedLabel) if "GB" in one.text())
        await until(lambda: label.shown.endswith("…"))
        assert bar.width() <= bar.window().width()
        assert fault in label.toolTip()
        assert fault in QLabel.text(label)

    run(scenario())


def test_an_audit_that_lost_its_end_is_told(
    run: Run, desk: Desk, bar: StatusBar, places: Folders
) -> None:
    async def scenario() -> None:
        seen = Head(3, "0f" * 32)
        Witness(places.data).note(str(places.data / "esd.db"), seen)
        bar.look()
        await until(lambda: any("its end is missing" in text for text in words(bar)))

    run(scenario())


def test_a_backup_that_failed_is_told_until_one_is_made(
    run: Run, desk: Desk, bar: StatusBar, tmp_path: Path
) -> None:
    """Whichever computer it was on: the store says so to all of them."""

    async def failed(services: Services) -> None:
        async with services.store.change() as work:
            record(services, work, FAILED, "No backup could be made on server-1: the disk is full.")
            await work.commit()

    async def scenario() -> None:
        await desk.read(failed)
        bar.look()
        await until(lambda: any("the disk is full" in text for text in words(bar)))
        outcome = await desk.do(Changes(), back_up, tmp_path)
        assert outcome.changes.settings
        await until(lambda: not any("the disk is full" in text for text in words(bar)))

    run(scenario())
