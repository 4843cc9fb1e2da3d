"""The worker process, a real one: calls, faults and cancelling cross to it and back, and where it
dies the window is told and goes on."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import struct
import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from esd_desktop import errors, parts
from esd_desktop.errors import EsdError, MicrosoftFault, NotFound
from esd_desktop.models.store.engine import open_store
from esd_desktop.models.store.watch import Written
from esd_desktop.models.values import new_process
from esd_desktop.opening import open_services
from esd_desktop.services.browse import store_name
from esd_desktop.services.changes import Changes
from esd_desktop.services.microsoft.errors import TooManyRequests
from esd_desktop.services.worker.process import WorkerProcess
from esd_desktop.settings import Folders, load_settings
from tests.support import verbs
from tests.support.waiting import until

_KINDS = [kind for kind in EsdError.__subclasses__() if kind.__module__ == errors.__name__]

_MASS_WORKS = "esd_desktop.services.mass_run"
_FOR_LATER = {
    *(_MASS_WORKS, "esd_desktop.services.journal", "esd_desktop.models.store.migrations"),
    *("esd_desktop.models.portal", "esd_desktop.models.store.tables"),
    *("PySide6", "alembic", "argparse", "cryptography", "h11", "httpx2", "jinja2", "keyring"),
    *("msal", "psycopg", "pydantic", "rich", "smtplib"),
}


class Desktop:
    """A worker process as a window has it, and what it announced."""

    def __init__(self, places: Folders) -> None:
        self.told: list[Changes] = []
        self.process = new_process()
        self.opening = partial(open_services, places, load_settings(places), self.process)
        self.worker = WorkerProcess(self.told.append)


@pytest.fixture
async def desktop(places: Folders) -> AsyncIterator[Desktop]:
    made = Desktop(places)
    await made.worker.open(made.opening)
    yield made
    await asyncio.to_thread(made.worker.close)


async def test_calls_faults_and_what_is_told_meanwhile(desktop: Desktop, tmp_path: Path) -> None:
    worker = desktop.worker
    pid, process = await worker.call(verbs.process_of)
    assert pid != os.getpid()
    assert process == desktop.process  # to other programs it is the window
    steps: list[int] = []
    assert await worker.call(verbs.tell_thrice, progress=steps.append) == "done"
    assert steps == [0, 1, 2]
    with pytest.raises(NotFound) as caught:
        await worker.call(verbs.not_there)
    fault = caught.value
    assert (fault.sentence, fault.advice, fault.correlation_id) == (
        "There is no such thing.",
        "Look again.",
        "id-1",
    )
    with pytest.raises(RuntimeError, match="ZeroDivisionError: a bug"):
        await worker.call(verbs.broken)
    with pytest.raises(RuntimeError):
        await worker.call(verbs.unspeakable)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        await worker.call(lambda services: asyncio.sleep(0))
    assert (await worker.call(verbs.process_of))[0] == pid


async def test_it_answers_before_it_has_loaded_what_is_for_later(
    desktop: Desktop, places: Folders
) -> None:
    await (await open_store(places.default_store)).close()  # it is there, as at most starts
    loaded, _ = await desktop.worker.call(verbs.loaded_by_now)
    assert _FOR_LATER.intersection(loaded) == set()
    assert "esd_desktop.services.browse" in loaded  # nobody has asked for any of it yet
    collects = False
    while not (collects and _MASS_WORKS in loaded):
        await asyncio.sleep(0.1)
        loaded, collects = await desktop.worker.call(verbs.loaded_by_now)


async def test_cancelling_the_wait_stops_the_work(desktop: Desktop, tmp_path: Path) -> None:
    began, ended = tmp_path / "began", tmp_path / "ended"
    waiting = asyncio.create_task(desktop.worker.call(verbs.wait_for_ever, began, ended))
    await until(began.exists, 20)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await until(ended.exists)
    finished = tmp_path / "finished"
    finishing = asyncio.create_task(desktop.worker.call(verbs.finish_all_the_same, finished))
    await until(finished.exists)
    finishing.cancel()
    # Nobody hears the answer, but what it changed is shown.
    await until(lambda: Changes(assets=frozenset({7})) in desktop.told)


async def test_a_call_that_is_given_up_before_it_began(
    desktop: Desktop, capfd: pytest.CaptureFixture[str]
) -> None:
    pid, _ = await desktop.worker.call(verbs.process_of)
    life = desktop.worker._life
    assert life is not None
    for _ in range(20):
        life.call(verbs.process_of, (), {}).cancel()
    assert (await desktop.worker.call(verbs.process_of))[0] == pid
    assert not life._waiting  # it has heard of the end of each
    assert capfd.readouterr().err == ""


@pytest.mark.expect_log("worker_died")
async def test_a_death_is_told_and_the_next_call_starts_anew(
    desktop: Desktop, tmp_path: Path
) -> None:
    pid, _ = await desktop.worker.call(verbs.process_of)
    began = tmp_path / "began"
    waiting = asyncio.create_task(
        desktop.worker.call(verbs.wait_for_ever, began, tmp_path / "ended")
    )
    await until(began.exists, 20)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(EsdError, match="has ended unexpectedly"):
        await waiting
    await until(lambda: Changes(everything=True) in desktop.told)
    again, _ = await desktop.worker.call(verbs.process_of)
    assert again != pid


async def test_it_lets_the_store_go_and_opens_it_again(desktop: Desktop) -> None:
    await desktop.worker.call(store_name)
    await desktop.worker.let_go()
    with pytest.raises(EsdError, match="No store is open"):
        await desktop.worker.call(store_name)
    await desktop.worker.open(desktop.opening)
    assert await desktop.worker.call(store_name)


async def test_the_window_does_not_take_its_writes_for_a_strangers(
    desktop: Desktop, places: Folders
) -> None:
    windows = await open_store(places.default_store, process=desktop.process)
    strangers = await open_store(places.default_store)
    own: list[Written] = []
    foreign: list[Written] = []
    begun: list[str] = []
    both = [
        asyncio.create_task(store.watch(tell, lambda: begun.append("one")))
        for store, tell in ((windows, own.append), (strangers, foreign.append))
    ]
    await until(lambda: len(begun) == 2)
    await desktop.worker.call(verbs.write_setting, "x")
    await until(lambda: bool(foreign))
    for task in both:
        task.cancel()
    await asyncio.gather(*both, return_exceptions=True)
    await windows.close()
    await strangers.close()
    assert own == []


_WINDOW = """
import asyncio, sys, time
from functools import partial
from esd_desktop.opening import open_services
from esd_desktop.services.worker.process import WorkerProcess
from esd_desktop.settings import folders, load_settings
from tests.support.verbs import process_of

async def main():
    worker = WorkerProcess(lambda changes: None)
    await worker.open(partial(open_services, folders(), load_settings(folders())))
    print((await worker.call(process_of))[0], flush=True)
    time.sleep(60)

asyncio.run(main())
"""


def test_it_ends_with_a_window_that_is_killed(places: Folders) -> None:
    window = subprocess.Popen(
        [sys.executable, "-c", _WINDOW], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert window.stdout is not None
    assert window.stderr is not None
    with window.stdout, window.stderr:
        assert int(window.stdout.readline()) != window.pid
        window.kill()
        window.wait()
        # Both say what they have to complain of there: it ends once both are gone.
        assert window.stderr.read() == b""


def test_it_ends_where_it_cannot_load_what_it_is_told(places: Folders) -> None:
    """As where the program was uninstalled meanwhile."""
    uninstalled = b"cuninstalled\nverb\n."  # a pickle of what is in a module that is not there
    with subprocess.Popen(
        parts.command(parts.WINDOW, parts.WORKER_OPTION),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as worker:
        assert worker.stdin is not None
        worker.stdin.write(struct.pack(">Q", len(uninstalled)) + uninstalled)
        worker.stdin.flush()
        # The window's end of the pipe is still open.
        assert worker.wait(20) == 0


@pytest.mark.parametrize(
    "fault",
    [
        EsdError("One.", advice="Two.", correlation_id="three"),
        MicrosoftFault("One.", advice="Two.", in_doubt=True),
        TooManyRequests.told("More."),
        *(kind("One.", advice="Two.") for kind in _KINDS),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_every_fault_crosses_as_itself(fault: EsdError) -> None:
    crossed = pickle.loads(pickle.dumps(fault))  # noqa: S301 - just made
    assert type(crossed) is type(fault)
    assert crossed.__dict__ == fault.__dict__
    assert str(crossed) == str(fault)
