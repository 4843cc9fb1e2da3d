"""A race from its beginning to the verdict."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from esd_desktop.models.rights import Role
from esd_desktop.sandbox.process import SandboxProcess
from tests.reliability.race import desktop
from tests.reliability.race.desktop import Place, Told, work
from tests.reliability.race.judging import Verdict, judged
from tests.reliability.race.plan import Action, drawn
from tests.reliability.race.scenery import prepared
from tests.support.postgres import PostgresServer, lived
from tests.support.postgres_keeper import OWNER

# What they are. Each has a login of the server's, so that the database asks as well.
_ROLES = (Role.MANAGER, Role.AGENT, Role.MANAGER, Role.APPROVER)
# A desktop that does nothing for so long hangs. Its longest wait is for a lock or for Microsoft.
_MOVES_WITHIN_S = 120.0
_LOOK_EVERY_S = 0.05
_LOG = "esd-desktop.log"
_LOUD = ("warning", "error", "critical")


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it; ``wrong`` is empty where nothing was lost or doubled."""

    told: Sequence[Told]
    seconds: float
    verdict: Verdict
    wrong: Sequence[str]

    @property
    def actions(self) -> int:
        """How many were done."""
        return sum(sum(counts.values()) for told in self.told for counts in told.counts.values())


def race(
    folder: Path,
    server: PostgresServer,
    desktops: int,
    actions: int,
    seed: int,
    *,
    restarts: int = 0,
) -> Report:
    """Let so many desktops do so many actions. ``restarts``: how often the server, which must then
    be nobody else's, is shut down and started again while they work."""
    plan = drawn(actions, seed)
    names = [f"desktop-{number}" for number in range(1, desktops + 1)]
    shares = {name: plan[number::desktops] for number, name in enumerate(names)}
    with server.store() as store, SandboxProcess(folder / "sandbox"):
        place = Place(folder, store.address, folder / "sandbox")
        place = replace(place, connection=lived(prepared(place)))
        store.name_person(OWNER, Role.MANAGER)
        places = {
            name: replace(place, store=store.person(name, role))
            for name, role in zip(names, cycle(_ROLES), strict=False)
        }
        began = time.monotonic()
        wrong = _let_work(places, shares, partial(_restarted, server), restarts)
        seconds = time.monotonic() - began
        told = [Told.read(file) for file in sorted(folder.glob("desktop-*.json"))]
        edits = [edit for each in told for edit in each.edits]
        verdict = lived(judged(place, edits, once=not restarts))
        verdict.facts["deadlocks"] = store.fetch(_DEADLOCKS)[0][0]
    wrong += [bug for each in told for bug in each.bugs]
    wrong += [loud for name in names for loud in _logged(folder / name / _LOG)]
    return Report(told, seconds, verdict, [*wrong, *verdict.wrong])


_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


def _restarted(server: PostgresServer) -> None:
    server.stop()
    server.start()


def _let_work(
    places: dict[str, Place],
    shares: dict[str, list[Action]],
    restart: Callable[[], None],
    restarts: int,
) -> list[str]:
    """Start every desktop and wait for all of them; what went wrong with one as a process."""
    context = _context()
    total = sum(len(share) for share in shares.values())
    due = [total * number // (restarts + 1) for number in range(restarts, 0, -1)]
    watched = []
    for name, share in shares.items():
        done = context.Value("i", 0)
        process = context.Process(target=work, args=(places[name], name, share, done), name=name)
        process.start()
        watched.append(_Watched(process, done))
    while [each for each in watched if each.goes_on()]:
        if due and sum(each.done for each in watched) >= due[-1]:
            due.pop()
            restart()
        time.sleep(_LOOK_EVERY_S)
    return [each.wrong for each in watched if each.wrong]


def _context() -> ForkServerContext | SpawnContext:
    """Where the system can do it, a server that has the program's modules forks the desktops."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([desktop.__name__])
    return context


class _Watched:
    """A desktop as it is seen from outside."""

    def __init__(self, process: BaseProcess, done: Synchronized[int]) -> None:
        self._process = process
        self._done = done
        self._moved = time.monotonic()
        self.done = -1
        self.wrong = ""

    def goes_on(self) -> bool:
        """Whether it is still at work; one that hangs is ended."""
        if self._done.value != self.done:
            self.done, self._moved = self._done.value, time.monotonic()
        if self._process.is_alive() and time.monotonic() - self._moved > _MOVES_WITHIN_S:
            self.wrong = f"{self._process.name} hung after {self.done} actions"
            self._process.kill()
            self._process.join()
        if self._process.exitcode and not self.wrong:
            self.wrong = f"{self._process.name} ended with {self._process.exitcode}"
        return self._process.is_alive()


def _logged(log: Path) -> list[str]:
    """Records of WARNING and more: each would be a bug."""
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [
        f"{log.parent.name} logged {entry['event']}: {entry.get('exception', '')}"
        for entry in entries
        if entry["level"] in _LOUD
    ]
