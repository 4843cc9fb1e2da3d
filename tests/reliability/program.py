"""The program as a process of its own, for each thing that is done with it in a trial.

Each function here is the whole life of such a process. What it logs and what it says on standard
error is kept in the folder of its scene.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Coroutine, Iterable
from contextlib import closing, suppress
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from esd_desktop.errors import EsdError
from esd_desktop.logs import start_logging
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import operations, tables
from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.backend import Backend
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_doubt
from tests.conftest import QUICK
from tests.reliability.every_flow import FLOWS
from tests.reliability.flows import Flow, every
from tests.reliability.oracle import look_outside, violations
from tests.reliability.scene import Scene, ended, first_scene
from tests.reliability.seams import LASTING, Kind, Step, When, steps

STEPS = "steps.json"
VERDICT = "verdict.json"
_LOG = "esd-desktop.log"
_LOUD = ("warning", "error", "critical")
# More than any wait of the journal's: a call counts as abandoned after five.
_MINUTES = 10
_LOOK_EVERY_S = 0.01


def prepare(folder: Path, addresses: SandboxAddresses, flows: tuple[str, ...]) -> None:
    """Make the first scene, and from it that of each flow, in folders of the flows' names."""
    chosen = [FLOWS[name] for name in flows]
    _live(folder, prepared(folder, SandboxControl(addresses), chosen))


def record(folder: Path, flow: str) -> None:
    """Go through a flow undisturbed, and write down its steps."""

    async def recorded() -> None:
        with steps(kinds=LASTING) as seen:
            await _go_through(FLOWS[flow], Scene.read(folder))
        (folder / STEPS).write_text(json.dumps([(*step.at, step.what) for step in seen]))

    _live(folder, recorded())


def die_at(folder: Path, flow: str, step: tuple[Kind, int, When]) -> None:
    """Go through a flow, and be killed at a step of it."""

    def strike(reached: Step) -> None:
        if reached.at == step:
            os.kill(os.getpid(), signal.SIGKILL)

    async def killed() -> None:
        with steps(strike, LASTING):
            await _go_through(FLOWS[flow], Scene.read(folder))

    _live(folder, killed())


def work(folder: Path, flow: str, began: Connection) -> None:
    """Go through a flow as in the window, with the journal beside it, and then close; whoever
    started this may kill it at any moment from ``began`` on."""
    began.send(None)
    doing = _worked if FLOWS[flow].beside_the_journal else _go_through
    _live(folder, doing(FLOWS[flow], Scene.read(folder)))


def start_again(folder: Path, began: Connection) -> None:
    """Open the program, let the journal do its rounds until nothing is left to be settled, and
    close."""

    async def settled() -> None:
        began.send(None)
        services = await Scene.read(folder).opened()
        try:
            await _settle(services)
        finally:
            await services.close()

    _live(folder, settled())


def judge(folder: Path, addresses: SandboxAddresses, flow: str) -> None:
    """Look at what has become of a trial, do what is left to be done, look again, and write down
    what is wrong."""
    _live(folder, _judged(FLOWS[flow], Scene.read(folder), SandboxControl(addresses)))


def _live(folder: Path, life: Coroutine[Any, Any, None]) -> None:
    with (folder / "stderr").open("ab") as said:
        os.dup2(said.fileno(), 2)
    start_logging(folder / "logs")
    asyncio.run(life)


async def prepared(folder: Path, sandbox: SandboxControl, flows: Iterable[Flow]) -> None:
    """Make the first scene, and from it that of each flow, in folders of the flows' names."""
    sandbox.begin_again()
    first = Scene(folder / "first")
    first.files.mkdir(parents=True)
    made = await _made(first, partial(first_scene, sandbox=sandbox, folder=first.folder), sandbox)
    for flow in flows:
        scene = made.copied_to(folder / flow.name)
        if type(flow).set_up is not Flow.set_up:
            scene.set_sandbox(sandbox)
            set_up = partial(flow.set_up, sandbox=sandbox, scene=scene)
            scene = await _made(scene, set_up, sandbox)
        scene.keep()


async def _made(
    scene: Scene, make: Callable[[Services], Coroutine[Any, Any, Scene]], sandbox: SandboxControl
) -> Scene:
    services = await scene.opened()
    services.gateways = Gateways(QUICK)
    try:
        return await ended(services, sandbox, await make(services))
    finally:
        await services.close()


async def _go_through(flow: Flow, scene: Scene) -> None:
    """One thing after the other, so that every run has the same steps."""
    services = await scene.opened()
    try:
        await flow.act(services, scene)
        await send_due_mails(services)
    finally:
        await services.close()


async def _worked(flow: Flow, scene: Scene) -> None:
    async def verb(services: Services) -> Outcome:
        await flow.act(services, scene)
        return Outcome("Done.", changes=Changes(everything=True))

    backend = Backend(lambda changes: None)
    try:
        await backend.open(scene.opened)
        await backend.call(verb)
        while await backend.call(_is_unsettled):  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(_LOOK_EVERY_S)
    finally:
        backend.close()


async def _settle(services: Services) -> None:
    """What the journal does once the program was started again. A dead process waits for no answer,
    so its calls are settled at once; a mail that it had claimed is tried some minutes later."""
    await settle_doubt(services)
    if await _in_doubt(services):
        sys.exit("A dead process left a call that was not settled at once.")
    await _rounds(services)


async def _rounds(services: Services) -> None:
    """The journal's rounds, with a minute from one to the next."""
    for minute in range(_MINUTES):
        services.clock = partial(_ahead, timedelta(minutes=minute))
        await settle_doubt(services)
        await send_due_mails(services)
        if not await _is_unsettled(services):
            return


def _ahead(time: timedelta) -> datetime:
    return utc_now() + time


async def _is_unsettled(services: Services) -> bool:
    mails = await every(services, tables.outbox)
    return await _in_doubt(services) or any(row.state is MailState.QUEUED for row in mails)


async def _in_doubt(services: Services) -> bool:
    calls = await every(services, tables.operations)
    return any(row.state in operations.UNSETTLED for row in calls)


async def _judged(flow: Flow, scene: Scene, sandbox: SandboxControl) -> None:
    wrong = _integrity(scene.store)
    services = await scene.opened()
    try:
        wrong += await _violations(services, scene, sandbox)
        wrong += await flow.halfway(services, scene)
        after = await _gone_on(flow, services, scene, sandbox)
    finally:
        await services.close()
        sandbox.close()
    wrong += [f"after going on, {each}" for each in after]
    wrong += _logged(scene.folder / "logs" / _LOG)
    (scene.folder / VERDICT).write_text(json.dumps(wrong), encoding="utf-8")


async def _gone_on(
    flow: Flow, services: Services, scene: Scene, sandbox: SandboxControl
) -> list[str]:
    try:
        await flow.go_on(services, scene)
    except EsdError as fault:
        return [f"the person is stuck: {fault.sentence}"]
    await _rounds(services)
    wrong = await _violations(services, scene, sandbox)
    return wrong + await flow.short_of_goal(services, scene)


async def _violations(services: Services, scene: Scene, sandbox: SandboxControl) -> list[str]:
    outside = look_outside(sandbox, frozenset(scene.earlier))
    return await violations(services, outside, frozenset(scene.foreign))


def _integrity(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as database:
        ((said,), *_) = database.execute("PRAGMA integrity_check")
        orphans = database.execute("PRAGMA foreign_key_check").fetchall()
    return [f"the store's integrity: {said}"] * (said != "ok") + [
        f"a row of {table} refers to nothing" for table, *_ in orphans
    ]


def _logged(log: Path) -> list[str]:
    """Records of WARNING and more; the last line of a killed process may be cut short."""
    found = []
    for line in log.read_text(encoding="utf-8").splitlines():
        with suppress(ValueError):
            entry = json.loads(line)
            if entry["level"] in _LOUD:
                found.append(f"logged: {entry['event']} {entry.get('exception', '')}".strip())
    return found
