"""A store that is opened behind the window: another process reads until then, and nothing that is
written meanwhile is missed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from esd_desktop import parts
from esd_desktop.errors import EsdError, StoreBroken, StoreFault
from esd_desktop.first_opening import FirstOpening, open_first, opening_of
from esd_desktop.services import backend as backends
from esd_desktop.services import watch
from esd_desktop.services.backend import Backend
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.worker.process import WorkerProcess
from esd_desktop.settings import Folders, load_settings, save_setting
from tests.support import verbs
from tests.support.waiting import until

_NEVER_S = 3_600.0


class Start:
    """A backend and a worker process as the start of a window has them, and what they told."""

    def __init__(self, places: Folders) -> None:
        self.changes: list[Changes] = []
        self.reach: list[EsdError | None] = []
        self.backend = Backend(self.changes.append, self.reach.append)
        self.first: FirstOpening = open_first(parts.begin_worker(), places, None)
        opens = self.first.open_services
        self.worker = WorkerProcess(self.changes.append, self.first.worker, opens)

    async def open_behind(self) -> None:
        """As the window does."""
        assert self.first.open_services is not None
        await self.backend.open_behind(self.first.open_services, self.worker)

    async def reading_process(self) -> int:
        """Where a service runs that only reads."""
        pid, _ = await self.backend.read(verbs.process_of)
        return pid

    def close(self) -> None:
        self.worker.close()
        self.backend.close()


@pytest.fixture
async def start(places: Folders) -> AsyncIterator[Start]:
    made = Start(places)
    yield made
    await asyncio.to_thread(made.close)


@pytest.fixture
def _not_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "_BEHIND_AFTER_S", _NEVER_S)


@pytest.mark.usefixtures("_not_by_itself")
async def test_the_worker_reads_until_something_is_to_be_done(start: Start) -> None:
    await start.open_behind()
    assert await start.reading_process() == start.first.worker.pid
    pid, process = await start.backend.call(verbs.process_of)
    assert pid == os.getpid()
    assert process == (await start.worker.call(verbs.process_of))[1]  # one program to all others
    assert await start.reading_process() == os.getpid()


async def test_it_is_opened_by_itself(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "_BEHIND_AFTER_S", 0.0)
    await start.open_behind()
    await until(lambda: start.backend._behind is None)
    assert await start.reading_process() == os.getpid()
    assert start.reach == []


@pytest.mark.usefixtures("_not_by_itself")
async def test_what_others_wrote_meanwhile_is_told(start: Start, places: Folders) -> None:
    await start.open_behind()
    await start.backend.call(verbs.process_of)
    assert start.changes == []  # nothing was written, so nothing is read again
    await start.open_behind()
    other = Backend(lambda _: None)
    await other.open(opening_of(places, load_settings(places)))
    await other.call(verbs.write_setting, "mail.host")
    await asyncio.to_thread(other.close)
    await start.backend.call(verbs.process_of)
    await until(lambda: start.changes)
    assert start.changes[0].everything


@pytest.mark.expect_log("worker_died")
@pytest.mark.usefixtures("_not_by_itself")
async def test_a_worker_that_dies_leaves_the_reading_to_the_window(start: Start) -> None:
    await start.open_behind()
    start.first.worker.kill()
    assert await start.reading_process() == os.getpid()


async def test_a_store_that_cannot_be_opened_here_is_read_there_and_tried_again(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "_BEHIND_AFTER_S", 0.0)
    monkeypatch.setattr(watch, "_FIRST_PAUSE_S", _NEVER_S)
    first = start.first.open_services
    assert first is not None
    is_away = True

    async def away() -> Services:
        if is_away:
            raise StoreFault("The store cannot be opened.")
        return await first()

    await start.backend.open_behind(away, start.worker)
    await until(lambda: start.reach)
    assert await start.reading_process() == start.first.worker.pid
    with pytest.raises(StoreFault, match="cannot be opened"):
        await start.backend.call(verbs.process_of)
    is_away = False
    assert (await start.backend.call(verbs.process_of))[0] == os.getpid()
    await until(lambda: len(start.reach) == 2)
    assert [fault and fault.sentence for fault in start.reach] == [
        "The store cannot be opened.",
        None,
    ]


@pytest.mark.usefixtures("_not_by_itself")
async def test_another_store_may_be_opened_before(
    start: Start, places: Folders, tmp_path: Path
) -> None:
    await start.open_behind()
    save_setting(places, "store", str(tmp_path / "another.db"))
    await start.backend.open(opening_of(places, load_settings(places)))
    assert await start.reading_process() == os.getpid()
    assert (tmp_path / "another.db").exists()


@pytest.mark.usefixtures("_not_by_itself")
async def test_what_is_asked_before_is_answered_once_it_can_be_read(start: Start) -> None:
    opening = asyncio.create_task(start.open_behind())
    await asyncio.sleep(0)
    assert await start.reading_process() == start.first.worker.pid
    await opening


async def test_a_store_that_the_worker_cannot_open_answers_nobody(
    places: Folders, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"This is a letter, not a database. " * 50)
    save_setting(places, "store", str(broken))
    start = Start(places)
    opening = asyncio.create_task(start.open_behind())
    await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await start.reading_process()
    with pytest.raises(StoreBroken):
        await opening
    await asyncio.to_thread(start.close)


async def test_settings_that_cannot_be_read_open_nothing(places: Folders) -> None:
    places.config.mkdir(parents=True, exist_ok=True)
    places.settings_file.write_text("{")
    with parts.begin_worker() as worker:
        first = open_first(worker, places, None)
        assert first.open_services is None
        assert worker.stdin is not None
        worker.stdin.close()
