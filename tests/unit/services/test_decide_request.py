"""D4: approving cancels, declining does not, and one request is decided once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from esd_desktop.errors import (
    ChangedMeanwhile,
    InvalidInput,
    MicrosoftFault,
    NotFound,
    Refused,
)
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import AssetStatus, InvoiceKind, Requester, RequestState
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import approve, decline
from esd_desktop.services.microsoft.errors import ChannelForbidden, ReturnWindowClosed
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.services.update_status import update_status
from tests.support.connecting import order_one
from tests.support.desktops import second_desktop
from tests.support.requesting import STAFF, both, latest, requested, returns_in, told

Attempt = Callable[[], Coroutine[Any, Any, Outcome]]


def credits_of(detail: AssetDetail) -> list[str]:
    return [line.number for line in detail.invoices if line.kind is InvoiceKind.CREDIT]


async def test_approving_returns_cancels_credits_and_tells_both(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    outcome = await approve(services, request.id, request.version, comment="As you wish")
    detail = await asset_detail(services, asset)
    row = await latest(services, asset)
    assert outcome.result is Result.DONE
    assert outcome.changes.requests == {request.id}
    assert detail.status is AssetStatus.CANCELLED
    assert detail.request is None
    assert [row.credit_number] == credits_of(detail)
    assert (row.state, row.decision_comment) == (RequestState.APPROVED, "As you wish")
    assert row.decided_by == services.operator
    assert returns_in(sandbox) == 1
    assert await told(services, asset) == both("cancellation_requested", "cancellation_confirmed")
    told_of = [each for each in await asset_history(services, asset) if "Told by" in each.sentence]
    assert [each.action for each in told_of] == ["approve_request", "request_cancellation"]


async def test_declining_needs_a_reason_and_changes_nothing_else(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    with pytest.raises(InvalidInput):
        await decline(services, request.id, request.version, comment="  ")
    assert (await latest(services, asset)) == request
    await decline(services, request.id, request.version, comment="It is in use")
    row = await latest(services, asset)
    assert (row.state, row.decision_comment) == (RequestState.DECLINED, "It is in use")
    detail = await asset_detail(services, asset)
    assert (detail.status, detail.request) == (AssetStatus.ACTIVE, None)
    assert returns_in(sandbox) == 0
    assert await told(services, asset) == both("cancellation_requested", "cancellation_declined")


async def test_a_declined_request_may_be_made_again(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    first = await requested(services, asset)
    await decline(services, first.id, first.version, comment="It is in use")
    second = await requested(services, asset)
    assert second.id != first.id
    await approve(services, second.id, second.version)
    assert (await latest(services, asset)).state is RequestState.APPROVED


async def test_a_request_that_is_not_there(services: Services, connected: int) -> None:
    with pytest.raises(NotFound):
        await approve(services, 4711, 1)
    with pytest.raises(NotFound):
        await decline(services, 4711, 1, comment="No")


@pytest.mark.parametrize("reason", ["redeemed", "too late"])
async def test_microsofts_no_for_good_ends_the_request_with_its_reason(
    services: Services, connected: int, sandbox: SandboxControl, reason: str
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    if reason == "redeemed":
        sandbox.redeem((await asset_detail(services, asset)).client_transaction_id)
        outcome = await approve(services, request.id, request.version)
        assert outcome.result is Result.REFUSED
        assert outcome.changes.requests == {request.id}
    else:
        sandbox.set_fault("return", "error", status=409, code="ReturnWindowClosed")
        with pytest.raises(ReturnWindowClosed):
            await approve(services, request.id, request.version)
    row = await latest(services, asset)
    detail = await asset_detail(services, asset)
    assert row.state is RequestState.REFUSED
    assert row.outcome == detail.return_refusal
    assert row.decided_by == services.operator
    assert detail.status is AssetStatus.ACTIVE
    assert credits_of(detail) == []
    assert await told(services, asset) == both("cancellation_requested", "cancellation_declined")


@pytest.mark.parametrize("where", ["sign-in", "forbidden"])
async def test_a_no_that_says_nothing_of_the_licence_lets_it_be_approved_again(
    services: Services, connected: int, sandbox: SandboxControl, where: str
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    code, status = ("Unauthorized", 401) if where == "sign-in" else ("ChannelForbidden", 403)
    sandbox.set_fault("return", "error", status=status, code=code, times=None)
    with pytest.raises(MicrosoftFault):
        await approve(services, request.id, request.version, comment="Yes")
    row = await latest(services, asset)
    assert row.state is RequestState.REQUESTED
    assert row.outcome
    assert (row.decided_by, row.decided_at, row.decision_comment) == (None, None, None)
    assert await told(services, asset) == both("cancellation_requested")
    # Whoever looked at it before does not know of that yet.
    with pytest.raises(ChangedMeanwhile):
        await approve(services, row.id, request.version)
    sandbox.clear_faults()
    await approve(services, row.id, row.version)
    assert (await latest(services, asset)).state is RequestState.APPROVED
    assert (await latest(services, asset)).outcome is None
    assert returns_in(sandbox) == 1
    assert await told(services, asset) == both("cancellation_requested", "cancellation_confirmed")


async def test_a_licence_that_is_known_to_be_redeemed_is_refused_before_microsoft_is_asked(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    sandbox.redeem((await asset_detail(services, asset)).client_transaction_id)
    await update_status(services, asset)
    with pytest.raises(Refused, match="redeemed"):
        await approve(services, request.id, request.version)
    assert (await latest(services, asset)) != request  # its licence is redeemed now
    assert (await latest(services, asset)).state is RequestState.REQUESTED
    assert sandbox.calls()["return"] == 0
    await decline(services, request.id, request.version, comment="You redeemed it")


async def test_what_was_returned_elsewhere_is_closed_by_approving(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    ctid = (await asset_detail(services, asset)).client_transaction_id
    sandbox.force(ctid, token_status="Return Accepted", return_status="SUCCESS")
    await update_status(services, asset)
    await approve(services, request.id, request.version)
    assert (await asset_detail(services, asset)).status is AssetStatus.CANCELLED
    assert (await latest(services, asset)).state is RequestState.APPROVED


async def test_a_direct_cancel_approves_what_waits(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    await requested(services, asset)
    outcome = await cancel_licence(services, asset)
    row = await latest(services, asset)
    assert (row.state, row.decided_by) == (RequestState.APPROVED, services.operator)
    assert outcome.changes.requests == {row.id}
    assert await told(services, asset) == both("cancellation_requested", "cancellation_confirmed")


@pytest.mark.parametrize("second", ["approves", "declines", "cancels"])
@pytest.mark.both_stores
async def test_two_desktops_deciding_at_once_are_one_return_and_one_credit(
    services: Services, connected: int, sandbox: SandboxControl, second: str
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    async with second_desktop(services) as other:
        verbs: dict[str, Attempt] = {
            "approves": lambda: approve(other, request.id, request.version),
            "declines": lambda: decline(other, request.id, request.version, comment="No"),
            "cancels": lambda: cancel_licence(other, asset),
        }
        answers = await asyncio.gather(
            approve(services, request.id, request.version),
            verbs[second](),
            return_exceptions=True,
        )
    (refused,) = [answer for answer in answers if isinstance(answer, Refused)]
    row = await latest(services, asset)
    detail = await asset_detail(services, asset)
    if row.state is RequestState.DECLINED:
        assert "Berta declined this request on" in refused.sentence
        assert (returns_in(sandbox), credits_of(detail)) == (0, [])
        assert await told(services, asset) == both(
            "cancellation_requested", "cancellation_declined"
        )
        return
    assert row.state is RequestState.APPROVED
    assert (returns_in(sandbox), len(credits_of(detail))) == (1, 1)
    assert await told(services, asset) == both("cancellation_requested", "cancellation_confirmed")


@pytest.mark.parametrize("verb", [approve, decline])
@pytest.mark.both_stores
async def test_the_second_is_told_who_decided_what_and_when(
    services: Services, connected: int, verb: object
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    async with second_desktop(services) as other:
        await decline(other, request.id, request.version, comment="No")
    with pytest.raises(Refused, match=r"Berta declined this request on \d+ \w+ \d{4}, \d\d:\d\d"):
        await verb(services, request.id, request.version, comment="Yes")  # type: ignore[operator]
    assert await told(services, asset) == both("cancellation_requested", "cancellation_declined")


@pytest.mark.parametrize("requester", Requester)
async def test_four_eyes_refuse_who_entered_it_and_only_him(
    services: Services, connected: int, sandbox: SandboxControl, requester: Requester
) -> None:
    """Also where it was entered in the customer's name: nobody could tell that it was his wish."""
    asset = await order_one(services, connected)
    await change_settings(services, {"requests.four_eyes": "yes"})
    request = await requested(services, asset, requester=requester)
    services.operator = f" {services.operator.upper()} "
    attempts: list[Attempt] = [
        lambda: approve(services, request.id, request.version),
        lambda: cancel_licence(services, asset),
    ]
    for verb in attempts:
        with pytest.raises(Refused, match="somebody else must approve"):
            await verb()
    assert sandbox.calls()["return"] == 0
    assert (await latest(services, asset)) == request
    async with second_desktop(services) as other:
        await approve(other, request.id, request.version)
    assert (await latest(services, asset)).decided_by == "Berta"


async def test_without_the_policy_one_person_may_do_both(
    services: Services, connected: int
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset, requester=Requester.STAFF)
    await approve(services, request.id, request.version)
    assert (await latest(services, asset)).state is RequestState.APPROVED


async def test_without_a_confirmation_the_customer_gets_no_mail(
    services: Services, connected: int
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset, confirm_by_mail=False)
    await approve(services, request.id, request.version)
    assert [address for _, address in await told(services, asset)] == [STAFF, STAFF]


async def test_why_an_approval_failed_is_not_why_it_is_declined(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    sandbox.set_fault("return", "error", status=403, code="ChannelForbidden")
    with pytest.raises(ChannelForbidden):
        await approve(services, request.id, request.version)
    waiting = await latest(services, asset)
    assert waiting.outcome
    await decline(services, waiting.id, waiting.version, comment="It is in use")
    row = await latest(services, asset)
    assert (row.outcome, row.decision_comment) == (None, "It is in use")
