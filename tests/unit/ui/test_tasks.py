"""The one runner: one task a key, faults become messages, nothing outlives its owner."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import SIGNAL, QObject

from esd_desktop.errors import EsdError, InvalidInput
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.messages import Messages
from esd_desktop.ui.tasks import Tasks, while_wanted
from tests.support.waiting import until
from tests.support.window import Run


@pytest.fixture
def tasks() -> Tasks:
    return Tasks(Messages())


def test_the_same_key_runs_once(run: Run, tasks: Tasks) -> None:
    async def scenario() -> None:
        owner, gate, calls = QObject(), asyncio.Event(), []

        async def work() -> None:
            calls.append(1)
            await gate.wait()

        started = [tasks.run("asset:1", work, owner=owner, words="Updating") for _ in range(5)]
        assert started == [True, False, False, False, False]
        assert [task.words for task in tasks.running()] == ["Updating"]
        await until(lambda: calls)
        gate.set()
        await until(lambda: not tasks.is_busy("asset:1"))
        assert len(calls) == 1
        assert tasks.run("asset:1", work, owner=owner)
        await tasks.close()

    run(scenario())


def test_only_the_latest_of_its_kind_goes_on(run: Run, tasks: Tasks) -> None:
    async def scenario() -> None:
        owner, done = QObject(), []

        async def first() -> None:
            await asyncio.Event().wait()

        async def second() -> None:
            done.append("second")

        tasks.run("search", first, owner=owner, latest=True)
        tasks.run("search", second, owner=owner, latest=True)
        await until(lambda: done)
        await until(lambda: not tasks.is_busy("search"))

    run(scenario())


def test_a_fault_is_told_and_the_next_task_runs(run: Run, tasks: Tasks) -> None:
    async def scenario() -> None:
        owner = QObject()
        messages = tasks._messages

        async def refused() -> None:
            raise InvalidInput("That cannot be.", advice="Try this.")

        async def failed() -> None:
            raise EsdError("The world is broken.", correlation_id="c-1")

        for number, work in enumerate((refused, failed)):
            tasks.run(f"work {number}", work, owner=owner)
        await until(lambda: len(messages.kept) == 2)
        first, second = messages.kept
        assert (first.tone, first.sentence, first.advice) == (
            Tone.WARNING,
            "That cannot be.",
            "Try this.",
        )
        assert (second.tone, second.correlation_id) == (Tone.BAD, "c-1")

    run(scenario())


def test_a_task_ends_with_its_owner(run: Run, tasks: Tasks) -> None:
    async def scenario() -> None:
        owner, ended = QObject(), asyncio.Event()

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        tasks.run("work", work, owner=owner)
        await asyncio.sleep(0)
        owner.deleteLater()
        await asyncio.wait_for(ended.wait(), 5)
        await until(lambda: not tasks.is_busy("work"))

    run(scenario())


def test_cancel_returns_at_once(run: Run, tasks: Tasks) -> None:
    async def scenario() -> None:
        owner = QObject()
        changed: list[str] = []
        tasks.changed.connect(changed.append)

        async def work() -> None:
            await asyncio.Event().wait()

        tasks.run("work", work, owner=owner, words="Waiting")
        tasks.cancel("work")
        assert not tasks.is_busy("work")
        assert tasks.running() == []
        assert changed == ["work", "work"]

    run(scenario())


def test_closing_lets_what_has_words_finish_and_stops_the_rest(run: Run, tasks: Tasks) -> None:
    async def scenario() -> None:
        owner, gate = QObject(), asyncio.Event()
        ended: list[str] = []

        async def save() -> None:
            await gate.wait()
            ended.append("saved")

        async def read() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("reading stopped")
                gate.set()

        tasks.run("save", save, owner=owner, words="Saving")
        tasks.run("read", read, owner=owner)
        await asyncio.sleep(0)
        await tasks.close(finish_within_s=5)
        assert ended == ["reading stopped", "saved"]
        assert not tasks.run("later", read, owner=owner)

    run(scenario())


def test_closing_stops_what_does_not_finish_in_time(run: Run, tasks: Tasks) -> None:
    async def scenario() -> None:
        owner, ended = QObject(), asyncio.Event()

        async def hangs() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        tasks.run("call", hangs, owner=owner, words="Calling")
        await asyncio.sleep(0)
        await tasks.close(finish_within_s=0.05)
        assert ended.is_set()

    run(scenario())


def test_closing_waits_for_what_was_cancelled_before(run: Run, tasks: Tasks) -> None:
    async def scenario() -> None:
        owner, ended = QObject(), asyncio.Event()

        async def writes_down_at_last() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                ended.set()

        tasks.run("call", writes_down_at_last, owner=owner)
        await asyncio.sleep(0)
        tasks.cancel("call")
        await tasks.close()
        assert ended.is_set()

    run(scenario())


def test_an_owner_that_outlives_its_tasks_does_not_collect_them(run: Run, tasks: Tasks) -> None:
    async def scenario() -> None:
        owner = QObject()
        held = []

        async def work() -> None:
            await asyncio.sleep(0)

        for number in range(3):
            tasks.run(f"work {number}", work, owner=owner)
            await until(lambda: not tasks.running() and not tasks._alive)
            await asyncio.sleep(0)
            held.append(owner.receivers(SIGNAL("destroyed(QObject*)")))
        assert len(set(held)) == 1

    run(scenario())


@pytest.mark.expect_log("bug")
def test_a_bug_is_told_and_logged(run: Run, tasks: Tasks) -> None:
    async def scenario() -> None:
        async def broken() -> None:
            raise ZeroDivisionError

        tasks.run("work", broken, owner=QObject(tasks))
        await until(lambda: tasks._messages.kept)
        assert "inside ESD Desktop" in tasks._messages.kept[-1].sentence

    run(scenario())


async def test_a_fault_that_comes_with_the_end_of_the_waiting_is_no_fault_any_more() -> None:
    """Its view may be gone by then."""
    caught: list[BaseException] = []

    async def fails() -> None:
        raise EsdError("It cannot be read.")

    async def read() -> None:
        try:
            with while_wanted():
                await asyncio.gather(fails(), asyncio.Event().wait())
        except BaseException as error:
            caught.append(error)
            raise

    reading = asyncio.create_task(read())
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # it has failed, and nobody has heard of it yet
    reading.cancel()
    await asyncio.wait([reading])
    assert [type(error) for error in caught] == [asyncio.CancelledError]
