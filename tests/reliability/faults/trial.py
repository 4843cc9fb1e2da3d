"""One trial: a flow in which a call fails, what is told of it, and what has become of everything
once nothing fails any more."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from esd_desktop.errors import EsdError
from esd_desktop.models.operation import ABANDONED_AFTER
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import tables
from esd_desktop.models.store.operations import UNSETTLED
from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.services.microsoft.http import TimeLimits
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_doubt
from tests.conftest import QUICK
from tests.reliability.faults.blows import Striking
from tests.reliability.flows import Flow, every
from tests.reliability.oracle import look_outside, violations
from tests.reliability.scene import Scene
from tests.reliability.seams import steps
from tests.scenarios.faults.telling import is_plain

# The longest that a mail waits for its next attempt, and longer than any call is waited for.
_NEXT_ROUND = timedelta(minutes=70)
_ROUNDS = 3
_TOLD = (Result.WARNING, Result.REFUSED)
assert _NEXT_ROUND > ABANDONED_AFTER


@dataclass
class Found:
    """What came of a trial. ``said`` is the sentence that the person was told, if any was;
    ``unsettled``: something was left for the journal; ``wrong`` has a sentence for each thing that
    must not be."""

    struck: int = 0
    said: str = ""
    unsettled: bool = False
    wrong: list[str] = field(default_factory=list)


async def carried_out(
    scene: Scene, flow: Flow, sandbox: SandboxControl, striking: Striking
) -> Found:
    """Carry the flow out with a fault in it, let the journal settle, and go on with the flow."""
    found = Found()
    scene.set_sandbox(sandbox)
    flow.stage(sandbox, scene)
    services = await _opened(scene)
    try:
        with _bugs(found), steps(striking, [striking.blow.kind]):
            done = await _act(services, flow, scene, found)
            await _journal(services, found)
        striking.heal()
        found.struck = len(striking.struck)
        found.unsettled = await _is_unsettled(services)
        with _bugs(found):
            await _judge(services, flow, scene, sandbox, found, done=done)
    finally:
        await services.close()
    found.wrong += _integrity(scene)
    return found


async def _opened(scene: Scene) -> Services:
    """A program that has just been started: no token, no data key, no connection is open yet."""
    services = await scene.opened()
    services.gateways = Gateways(QUICK, TimeLimits(read=2.0))
    return services


async def _act(services: Services, flow: Flow, scene: Scene, found: Found) -> bool:
    """Whether the flow was carried out, as far as was told."""
    try:
        outcome = await flow.act(services, scene)
    except EsdError as fault:
        _told(found, fault.sentence, fault.advice)
        return False
    except Exception as bug:  # noqa: BLE001 - that is what is looked for
        found.wrong.append(f"a bug: {bug!r}")
        return False
    if isinstance(outcome, Outcome) and outcome.result in _TOLD:
        _told(found, outcome.sentence, outcome.advice)
        return False
    return True


def _told(found: Found, sentence: str, advice: str) -> None:
    found.said = f"{sentence} {advice}".strip()
    if not is_plain(found.said) or not sentence.endswith("."):
        found.wrong.append(f"told in words that are not for a person: {found.said}")


async def _journal(services: Services, found: Found) -> None:
    """A round of the journal, whatever stands in its way."""
    for round_of in (settle_doubt, send_due_mails):
        try:
            await round_of(services)
        except EsdError:
            pass  # it waits for next time
        except Exception as bug:  # noqa: BLE001
            found.wrong.append(f"a bug in the journal: {bug!r}")


async def _is_unsettled(services: Services) -> bool:
    operations = await every(services, tables.operations)
    mails = await every(services, tables.outbox)
    return any(each.state in UNSETTLED for each in operations) or any(
        each.state is MailState.QUEUED for each in mails
    )


async def _judge(
    services: Services,
    flow: Flow,
    scene: Scene,
    sandbox: SandboxControl,
    found: Found,
    *,
    done: bool,
) -> None:
    """Now nothing fails. What was told as done is done, nothing is lost or doubled, and the person
    can go on to the goal."""
    await _settled(services, found)
    found.wrong += await flow.halfway(services, scene)
    found.wrong += await _violations(services, sandbox, scene)
    if done:
        short = await flow.short_of_goal(services, scene)
        found.wrong += [f"told as done, but {sentence}" for sentence in short]
    try:
        await flow.go_on(services, scene)
    except EsdError as fault:
        found.wrong.append(f"it cannot be gone on with: {fault}")
    await _settled(services, found)
    found.wrong += await flow.short_of_goal(services, scene)
    found.wrong += await _violations(services, sandbox, scene)


async def _settled(services: Services, found: Found) -> None:
    for number in range(1, _ROUNDS + 1):
        ahead = number * _NEXT_ROUND
        services.clock = lambda ahead=ahead: utc_now() + ahead  # type: ignore[misc]
        await _journal(services, found)
        if not await _is_unsettled(services):
            break


async def _violations(services: Services, sandbox: SandboxControl, scene: Scene) -> list[str]:
    outside = look_outside(sandbox, frozenset(scene.earlier))
    return await violations(services, outside, frozenset(scene.foreign))


def _integrity(scene: Scene) -> list[str]:
    with closing(sqlite3.connect(scene.store)) as database:
        ((said,),) = database.execute("PRAGMA integrity_check")
    return [] if said == "ok" else [f"the store is damaged: {said}"]


@contextmanager
def _bugs(found: Found) -> Iterator[None]:
    """What is logged as a bug, or as anything else to be warned of, must not be."""

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.wrong.append(f"logged: {record.name}: {record.getMessage()}")

    watch = Watch(logging.WARNING)
    logging.root.addHandler(watch)
    try:
        yield
    finally:
        logging.root.removeHandler(watch)
