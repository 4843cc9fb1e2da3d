"""Trying again: the same ids, the gate of a 429, what stays in doubt, and giving up."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from msgspec.structs import replace

from esd_desktop.errors import MicrosoftFault
from esd_desktop.models.licence import Purchase
from esd_desktop.models.values import new_id, utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.microsoft.errors import (
    AlreadyRedeemed,
    ChannelForbidden,
    LicenceNotFound,
    RequestRefused,
    ServiceUnavailable,
    TooManyRequests,
    Unreachable,
)
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.microsoft.http import TimeLimits
from esd_desktop.services.microsoft.profile import CallIds
from esd_desktop.services.microsoft.retry import Persistence, told_pause
from tests.support.waiting import until
from tests.unit.services.microsoft.conftest import QUICK, MakeGateway


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "status": 503},
        {"kind": "html", "status": 502},
        {"kind": "drop_before"},
        {"kind": "drop_after"},
        {"kind": "cut_short"},
    ],
    ids=lambda fault: fault["kind"],
)
async def test_a_passing_fault_is_got_over_with_the_same_ids(
    gateway: EsdGateway,
    sandbox: SandboxControl,
    purchase: Purchase,
    ids: CallIds,
    fault: dict[str, str],
) -> None:
    sandbox.set_fault("issue", times=2, **fault)
    await gateway.issue(purchase, ids)
    noted = [note for note in sandbox.call_log() if note["call"] == "issue"]
    assert [note["request_id"] for note in noted] == [ids.request_id] * 3
    assert [note["correlation_id"] for note in noted] == [ids.correlation_id] * 3
    assert len(sandbox.effects()) == 1


async def test_attempts_are_bounded(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    sandbox.set_fault("read", "error", status=503, times=None)
    with pytest.raises(ServiceUnavailable):
        await gateway.read(new_id(), ids)
    assert sandbox.calls()["read"] == QUICK.attempts


@pytest.mark.parametrize(("status", "code"), [(400, "InvalidRequest"), (403, "ChannelForbidden")])
async def test_a_no_is_not_asked_for_again(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds, status: int, code: str
) -> None:
    sandbox.set_fault("read", "error", status=status, code=code, times=None)
    with pytest.raises(MicrosoftFault):
        await gateway.read(new_id(), ids)
    assert sandbox.calls()["read"] == 1


@pytest.mark.parametrize("wait", ["1", "date"])
async def test_a_429_holds_back_the_whole_connection(
    gateway: EsdGateway, sandbox: SandboxControl, purchase: Purchase, ids: CallIds, wait: str
) -> None:
    await gateway.issue(purchase, ids)
    if wait == "date":
        wait = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    sandbox.set_fault("read", "error", status=429, code="TooManyRequests", retry_after=wait)
    began = time.monotonic()
    answered = gateway.last_answer_at
    first = asyncio.create_task(gateway.read(purchase.client_transaction_id, ids))
    await until(lambda: gateway.last_answer_at != answered)
    await gateway.check(ids)
    assert time.monotonic() - began > 0.8
    await first
    assert sandbox.calls()["read"] == 2


async def test_a_429_is_no_attempt(
    gateway: EsdGateway, sandbox: SandboxControl, purchase: Purchase, ids: CallIds
) -> None:
    sandbox.set_fault("issue", "gateway_429", retry_after="0", times=QUICK.attempts + 3)
    await gateway.issue(purchase, ids)
    assert sandbox.calls()["issue"] == QUICK.attempts + 4


async def test_too_long_a_wait_is_told_at_once_with_its_end(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    sandbox.set_fault("products", "gateway_429", retry_after="3600")
    until = (utc_now() + timedelta(hours=1)).astimezone()
    for _ in range(2):
        with pytest.raises(TooManyRequests) as caught:
            await gateway.check(ids)
        minutes = {f"{until + timedelta(minutes=more):%H:%M}" for more in (0, 1)}
        assert any(minute in caught.value.sentence for minute in minutes)
    # The second call did not even ask.
    assert sandbox.calls()["products"] == 1


async def test_an_absurd_wait_is_told_and_not_waited_for(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    sandbox.set_fault("products", "gateway_429", retry_after="9" * 20)
    with pytest.raises(TooManyRequests, match="takes calls again after"):
        await gateway.check(ids)


@pytest.mark.parametrize("wait", ["never", "-5", "Fri, 99 Foo 2026"])
async def test_a_senseless_retry_after_names_no_time(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds, wait: str
) -> None:
    sandbox.set_fault("products", "gateway_429", retry_after=wait)
    await gateway.check(ids)
    assert sandbox.calls()["products"] == 2


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 10, 21, 7, 28, 0, tzinfo=UTC)
    assert told_pause("120", now) == 120
    assert told_pause("Wed, 21 Oct 2026 07:28:30 GMT", now) == 30
    assert told_pause("Wed, 21 Oct 2026 07:00:00 GMT", now) == 0
    assert told_pause("soon", now) is None
    # An offset beyond what a date can hold.
    assert told_pause(f"Wed, 21 Oct 2026 07:28:30 +{'9' * 20}", now) is None
    assert told_pause(None, now) is None


async def test_a_doubt_outlives_a_connection_that_is_refused_later() -> None:
    faults = iter(
        [
            ServiceUnavailable.told(in_doubt=True),
            Unreachable.told("Nobody answers.", in_doubt=False),
            Unreachable.told("Nobody answers.", in_doubt=False),
        ]
    )

    async def attempt() -> None:
        raise next(faults)

    with pytest.raises(Unreachable) as caught:
        await Persistence(QUICK).carry(attempt)
    assert caught.value.in_doubt
    assert next(faults, None) is None


async def test_a_doubt_outlives_what_says_nothing_of_the_licence(
    gateway: EsdGateway, sandbox: SandboxControl, purchase: Purchase, ids: CallIds
) -> None:
    for status, code, kind in (
        (403, "ChannelForbidden", ChannelForbidden),
        (404, "SomethingNew", RequestRefused),
    ):
        sandbox.set_fault("return", "drop_before")
        sandbox.set_fault("return", "error", status=status, code=code)
        with pytest.raises(kind) as caught:
            await gateway.give_back(purchase.client_transaction_id, None, ids)
        assert caught.value.in_doubt


async def test_what_says_how_the_licence_stands_ends_a_doubt(
    gateway: EsdGateway, sandbox: SandboxControl, purchase: Purchase, ids: CallIds
) -> None:
    sandbox.set_fault("return", "drop_before")
    with pytest.raises(LicenceNotFound) as unknown:
        await gateway.give_back(purchase.client_transaction_id, None, ids)
    assert not unknown.value.in_doubt
    await gateway.issue(purchase, ids)
    sandbox.redeem(purchase.client_transaction_id)
    sandbox.set_fault("return", "error", status=503)
    with pytest.raises(AlreadyRedeemed) as redeemed:
        await gateway.give_back(purchase.client_transaction_id, None, ids)
    assert not redeemed.value.in_doubt


@pytest.mark.parametrize("call", ["issue", "token"])
async def test_cancelling_returns_at_once(
    gateway: EsdGateway, sandbox: SandboxControl, purchase: Purchase, ids: CallIds, call: str
) -> None:
    sandbox.set_fault(call, "hang", times=None)
    buying = asyncio.create_task(gateway.issue(purchase, ids))
    await until(lambda: sandbox.calls()[call])
    began = time.monotonic()
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    assert time.monotonic() - began < 0.5
    sandbox.clear_faults()
    await gateway.issue(purchase, ids)


async def test_a_cancelled_sign_in_is_truly_stopped(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    sandbox.set_fault("token", "hang")
    checking = asyncio.create_task(gateway.check(ids))
    await until(lambda: sandbox.calls()["token"])
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
    # Its thread ends as well: otherwise closing the program would wait for the time-out.
    async with asyncio.timeout(2):
        await asyncio.get_running_loop().shutdown_default_executor()


async def test_cancelling_while_the_gate_is_shut(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    sandbox.set_fault("products", "gateway_429", retry_after="4")
    checking = asyncio.create_task(gateway.check(ids))
    await until(lambda: sandbox.calls()["products"])
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking


async def test_an_attempt_is_bounded_however_slowly_it_drips(
    make_gateway: MakeGateway, sandbox: SandboxControl, purchase: Purchase, ids: CallIds
) -> None:
    gateway = make_gateway(replace(QUICK, attempts=1), TimeLimits(attempt=0.4))
    sandbox.set_fault("issue", "delay", seconds=2.0)
    with pytest.raises(Unreachable, match="in time") as caught:
        await gateway.issue(purchase, ids)
    assert caught.value.in_doubt
    sandbox.set_fault("token", "delay", seconds=2.0)
    with pytest.raises(Unreachable, match="in time") as before:
        await make_gateway(replace(QUICK, attempts=1), TimeLimits(attempt=0.4)).issue(purchase, ids)
    assert not before.value.in_doubt
