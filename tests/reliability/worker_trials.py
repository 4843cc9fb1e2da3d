"""Two workers on one PostgreSQL store carry out what a desktop asked for; one of them is killed,
and nothing is lost or done twice. ``python3 dev.py crash --workers 100`` runs it."""

from __future__ import annotations

import json
import multiprocessing
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, LiteralString

from esd_desktop.models.mass_rows import MassKind
from esd_desktop.models.statuses import AssetStatus
from esd_desktop.models.store import mass_works, tables
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from esd_desktop.services.context import Services
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.shared_settings import NEVER, NIGHTLY_AT, change_settings
from tests.reliability import worker_life
from tests.reliability.flows import differing, every, mails_about
from tests.reliability.oracle import look_outside, violations
from tests.reliability.race.desktop import Place
from tests.reliability.race.judging import settled
from tests.support.connecting import connect
from tests.support.mass import begun, bought
from tests.support.postgres import PostgresServer, lived
from tests.support.postgres_keeper import OWNER

_LICENCES = 12
_KINDS = tuple(MassKind)
# A few more than there are in the longest of them, so that some trials kill nobody.
_MOST_STEPS = 110
_LONGEST_S = 1.2
# Where a worker that is only slow was taken for gone, its job came to nothing elsewhere; if it dies
# then, its work is free after a minute, and queued again within another one.
_ENDS_WITHIN_S = 150.0
_LOOK_EVERY_S = 0.02
_LOG = "esd-desktop.log"
_LOUD = ("warning", "error", "critical")
_STATE: LiteralString = "SELECT state FROM mass_works"


@dataclass(frozen=True, slots=True)
class WorkerVerdict:
    """What came of a trial; ``wrong`` is empty where nothing was lost or doubled."""

    kind: MassKind
    killed: bool
    wrong: Sequence[str]


def held_with_workers(folder: Path, trials: int, seed: int) -> int:
    """Hold so many trials on a server and a sandbox of their own, and tell of each; answers how
    many failed."""
    failures = 0
    with (
        PostgresServer(folder / "postgres.json") as server,
        SandboxProcess(folder / "sandbox") as sandbox,
    ):
        arena = WorkerTrials(folder, server, sandbox.addresses, seed)
        for number in range(trials):
            verdict = arena.hold(number)
            failures += bool(verdict.wrong)
            fate = "killed" if verdict.killed else "lived"
            print(f"{number:>5}  {verdict.kind:<14}{fate}", *verdict.wrong, sep="\n    ")
        arena.close()
    return failures


class WorkerTrials:
    """A store with licences, copied for each trial, and a sandbox that knows them."""

    def __init__(
        self, folder: Path, server: PostgresServer, addresses: SandboxAddresses, seed: int
    ) -> None:
        self._folder = folder
        self._server = server
        self._seed = seed
        self._control = SandboxControl(addresses)
        self._scenery = f"esd_scenery_{id(self)}"
        self._control.begin_again()
        server.run("CREATE DATABASE {} TEMPLATE {} OWNER {}", self._scenery, "esd_template", OWNER)
        place = Place(folder, server.address(self._scenery), sandbox=folder)
        self._place, self._assets, self._earlier = lived(_prepared(place, self._control))
        self._licences = self._control.licences()

    def close(self) -> None:
        """Let the sandbox go, and the store."""
        self._control.close()
        self._server.run("DROP DATABASE {} WITH (FORCE)", self._scenery)

    def hold(self, number: int) -> WorkerVerdict:
        """One trial: of even numbers one worker dies at a step, of odd ones at some moment."""
        chance = random.Random(f"{self._seed}/{number}")
        kind = _KINDS[number % len(_KINDS)]
        name = f"{self._scenery}_{number}"
        self._server.run("CREATE DATABASE {} TEMPLATE {} OWNER {}", name, self._scenery, OWNER)
        self._control.begin_again()
        self._control.seed(self._licences)
        place = replace(self._place, store=self._server.address(name))
        try:
            work_id = lived(_asked(place, kind, self._assets))
            wrong, killed = self._let_work(place, name, number, chance)
            wrong += lived(self._judged(place, kind, work_id))
        finally:
            self._server.run("DROP DATABASE {} WITH (FORCE)", name)
        return WorkerVerdict(kind, killed, wrong)

    def _let_work(
        self, place: Place, database: str, number: int, chance: random.Random
    ) -> tuple[list[str], bool]:
        at_a_step = number % 2 == 0
        dies_at = chance.randint(1, _MOST_STEPS) if at_a_step else None
        names = [f"{number}-first", f"{number}-second"]
        first = _started(place, names[0], dies_at)
        second = _started(place, names[1], None)
        if not at_a_step:
            first.join(chance.random() * _LONGEST_S)
            first.kill()
        wrong = self._wait(database, second)
        for worker in (first, second):
            if worker.is_alive():
                worker.terminate()
            worker.join(_ENDS_WITHIN_S)
        if second.exitcode != 0:
            wrong.append(f"the worker that lived ended with {second.exitcode}")
        logged = [loud for name in names for loud in _logged(place.folder / name / _LOG)]
        return wrong + logged, first.exitcode == -signal.SIGKILL

    def _wait(self, database: str, worker: BaseProcess) -> list[str]:
        deadline = time.monotonic() + _ENDS_WITHIN_S
        with self._server.connect(database, OWNER) as connection:
            while (state := connection.execute(_STATE).fetchone()) == ("Running",):
                if not worker.is_alive() or time.monotonic() > deadline:
                    return ["the work was never done"]
                time.sleep(_LOOK_EVERY_S)
        return differing("the work", state, ("Done",))

    async def _judged(self, place: Place, kind: MassKind, work_id: int) -> list[str]:
        services = await place.opened("judge")
        try:
            await settled(services)
            outside = look_outside(self._control, frozenset(self._earlier))
            wrong = await violations(services, outside)
            wrong += await _items(services, work_id, len(self._assets))
            wrong += await _COME_OF[kind](services, self._assets)
        finally:
            await services.close()
        return wrong


async def _prepared(
    place: Place, sandbox: SandboxControl
) -> tuple[Place, tuple[int, ...], tuple[str, ...]]:
    services = await place.opened(worker_life.HOME)
    try:
        # What a night begins would be counted to what was asked for.
        await change_settings(services, {NIGHTLY_AT: NEVER})
        connection = await connect(services, sandbox.addresses)
        assets = await bought(services, connection, _LICENCES)
        await send_due_mails(services)
    finally:
        await services.close()
    gone = tuple(mail["message_id"] for mail in sandbox.mails())
    return replace(place, connection=connection), assets, gone


async def _asked(place: Place, kind: MassKind, assets: Sequence[int]) -> int:
    services = await place.opened("asker")
    try:
        return await begun(services, kind, assets)
    finally:
        await services.close()


def _started(place: Place, name: str, dies_at: int | None) -> BaseProcess:
    """A worker, once it has begun."""
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker_life.__name__])
    here, there = context.Pipe(duplex=False)
    with here, there:
        worker: BaseProcess = context.Process(
            target=worker_life.live, args=(place, name, dies_at, there)
        )
        worker.start()
        there.close()
        here.recv()
    return worker


def _logged(log: Path) -> list[str]:
    """Records of WARNING and more; the last line of who was killed may be cut short."""
    found = []
    for line in log.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if entry["level"] in _LOUD:
            found.append(f"logged: {entry['event']} {entry.get('exception', '')}".strip())
    return found


async def _items(services: Services, work_id: int, total: int) -> list[str]:
    """Each has its result, once."""
    async with services.store.read() as connection:
        row = await mass_works.one(connection, work_id)
    return [
        *differing("the items", row.total, total),
        *differing("the results", row.ended, total),
        *differing("those that failed", row.failed, 0),
        *differing("who has the work", row.running_in, ""),
    ]


async def _updated(services: Services, assets: Sequence[int]) -> list[str]:
    """Answers are written together with their results, so that each is in the history once."""
    rows = await every(services, tables.audit)
    told = Counter(row.asset_id for row in rows if row.action == "update_status")
    return differing("the answers in the history", told, Counter(assets))


async def _resent(services: Services, assets: Sequence[int]) -> list[str]:
    sent = await mails_about(services, "welcome")
    return differing("the mails with the key", dict(sent), dict.fromkeys(assets, 2))


async def _cancelled(services: Services, assets: Sequence[int]) -> list[str]:
    rows = await every(services, tables.assets)
    found = {row.id: row.status for row in rows}
    return differing("the licences", found, dict.fromkeys(assets, AssetStatus.CANCELLED))


_COME_OF = {
    MassKind.UPDATE_STATUS: _updated,
    MassKind.RESEND: _resent,
    MassKind.CANCEL: _cancelled,
}
