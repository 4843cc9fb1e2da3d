"""Clocks that jump and computers that fall asleep: nothing is lost or doubled by it, and nothing
waits for hours."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.provision import provision
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_doubt
from tests.reliability.oracle import look_outside, violations
from tests.reliability.seams import Kind, Step, When, steps
from tests.support.connecting import order
from tests.support.waiting import until

Verb = Callable[[Services, int], Coroutine[Any, Any, Outcome]]
_HOURS = 6
_ANSWERS_AFTER_S = 0.5


def set_clock(services: Services, hours: int) -> None:
    services.clock = lambda: utc_now() + timedelta(hours=hours)


async def in_order(services: Services, sandbox: SandboxControl) -> list[str]:
    """What is wrong once the journal has settled and sent what it could, this very minute."""
    await settle_doubt(services)
    await send_due_mails(services)
    return await violations(services, look_outside(sandbox))


@pytest.fixture
async def asset(services: Services, connected: int) -> int:
    """A licence that is ordered, and not bought yet."""
    (made,) = await order(services, connected)
    await services.cipher.opened()
    return made


async def issued(services: Services, asset: int) -> Outcome:
    return await provision(services, asset)


async def returned(services: Services, asset: int) -> Outcome:
    return await cancel_licence(services, asset)


async def has(services: Services, asset: int, verb: Verb) -> None:
    """What goes before a verb."""
    if verb is returned:
        await provision(services, asset)
        await send_due_mails(services)


@pytest.mark.parametrize("verb", [issued, returned])
@pytest.mark.parametrize("hours", [_HOURS, -_HOURS])
async def test_the_clock_is_set_while_microsoft_is_asked(
    services: Services, sandbox: SandboxControl, asset: int, verb: Verb, hours: int
) -> None:
    """The journal looks meanwhile; it may take the call for an abandoned one."""
    await has(services, asset, verb)
    call = "issue" if verb is issued else "return"
    before = sandbox.calls()[call]
    sandbox.set_fault(call, "delay", seconds=_ANSWERS_AFTER_S)
    asking = asyncio.create_task(verb(services, asset))
    await until(lambda: sandbox.calls()[call] > before)
    set_clock(services, hours)
    await settle_doubt(services)
    assert not (await asking).refused
    assert await in_order(services, sandbox) == []


@pytest.mark.parametrize("verb", [issued, returned])
async def test_what_was_begun_before_the_clock_was_set_back_is_settled_at_once(
    services: Services, sandbox: SandboxControl, asset: int, verb: Verb
) -> None:
    """Microsoft has answered, and the store could take neither that nor that it is in doubt."""
    set_clock(services, _HOURS)
    await has(services, asset, verb)

    def away(step: Step) -> None:
        if step.number > 1 and step.when is When.BEFORE:
            raise sqlite3.OperationalError("database or disk is full")

    with steps(away, [Kind.COMMIT]):
        told = await verb(services, asset)
    assert "could not be written down" in told.sentence
    set_clock(services, 0)
    sent_later = [
        wrong for wrong in await in_order(services, sandbox) if "still waits" not in wrong
    ]
    assert sent_later == []


@dataclass
class Time:
    """The computer's own clock, which never goes back but may leap."""

    ahead: float = 0.0

    def leap(self, hours: float) -> None:
        self.ahead += hours * 3600


@pytest.fixture
def own_clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    made, passing = Time(), time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: passing() + made.ahead)
    return made


@pytest.mark.parametrize("verb", [issued, returned])
async def test_a_laptop_falls_asleep_while_microsoft_is_asked(
    services: Services, sandbox: SandboxControl, asset: int, verb: Verb, own_clock: Time
) -> None:
    """Woken up, every time limit is over at once."""
    await has(services, asset, verb)
    call = "issue" if verb is issued else "return"
    before = sandbox.calls()[call]
    sandbox.set_fault(call, "delay", seconds=_ANSWERS_AFTER_S)
    asking = asyncio.create_task(verb(services, asset))
    await until(lambda: sandbox.calls()[call] > before)
    own_clock.leap(_HOURS)
    set_clock(services, _HOURS)
    told = await asking
    assert "did not answer in time" in told.sentence
    assert "nothing is done twice" in told.advice
    assert await in_order(services, sandbox) == []


async def test_a_token_that_ran_out_in_its_sleep_is_renewed(
    services: Services, sandbox: SandboxControl, asset: int
) -> None:
    """Linux does not count the time asleep, so the program takes the token for a fresh one."""
    await provision(services, asset)
    sandbox.revoke_tokens()
    assert not (await returned(services, asset)).refused
    assert await in_order(services, sandbox) == []
