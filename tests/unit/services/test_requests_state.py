"""A request is Approving exactly while its return is unsettled, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from esd_desktop.errors import EsdError, Refused
from esd_desktop.models.rights import Role
from esd_desktop.models.statuses import AssetStatus, InvoiceKind, Requester, RequestState
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import approve, decline
from esd_desktop.services.request_cancellation import request_cancellation
from esd_desktop.services.settle_doubt import settle_doubt
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.services.withdraw_request import withdraw_request
from tests.support.connecting import order_one
from tests.support.desktops import later, second_desktop
from tests.support.postgres import PostgresStore
from tests.support.requesting import both, latest, requested, returns_in, told
from tests.support.sowing import sow
from tests.support.waiting import until

Attempt = Callable[[], Coroutine[Any, Any, Outcome]]


async def is_approved_once(services: Services, asset: int, sandbox: SandboxControl) -> None:
    detail = await asset_detail(services, asset)
    row = await latest(services, asset)
    assert detail.status is AssetStatus.CANCELLED
    assert sum(line.kind is InvoiceKind.CREDIT for line in detail.invoices) == 1
    assert returns_in(sandbox) == 1
    assert row.state is RequestState.APPROVED
    assert await told(services, asset) == both("cancellation_requested", "cancellation_confirmed")


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "html"])
async def test_a_lost_answer_stays_approving_until_it_is_settled(
    services: Services, connected: int, sandbox: SandboxControl, fault: str
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    sandbox.set_fault("return", fault, times=None)
    outcome = await approve(services, request.id, request.version, comment="Yes")
    row = await latest(services, asset)
    assert outcome.result is Result.WARNING
    assert (row.state, row.decision_comment) == (RequestState.APPROVING, "Yes")
    assert await told(services, asset) == both("cancellation_requested")
    attempts: list[Attempt] = [
        lambda: approve(services, row.id, row.version),
        lambda: decline(services, row.id, row.version, comment="No"),
        lambda: withdraw_request(services, row.id, row.version),
    ]
    for verb in attempts:
        with pytest.raises(Refused, match=r"approved this request on .*has not answered yet"):
            await verb()
    sandbox.clear_faults()
    changes = await settle_doubt(services)
    assert request.id in changes.requests
    await is_approved_once(services, asset, sandbox)
    settled = await latest(services, asset)
    assert (settled.decided_at, settled.decision_comment) == (row.decided_at, "Yes")


async def test_a_doubt_that_ends_in_a_no_ends_the_request_too(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    sandbox.set_fault("return", "drop_before", times=None)
    await approve(services, request.id, request.version)
    sandbox.clear_faults()
    sandbox.redeem((await asset_detail(services, asset)).client_transaction_id)
    await settle_doubt(services)
    row = await latest(services, asset)
    assert row.state is RequestState.REFUSED
    assert await told(services, asset) == both("cancellation_requested", "cancellation_declined")
    assert returns_in(sandbox) == 0


@pytest.mark.both_stores
async def test_a_crash_between_the_claim_and_the_answer_is_finished_by_another_desktop(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    sandbox.set_fault("return", "hang")
    async with second_desktop(services) as berta:
        deciding = asyncio.create_task(approve(berta, request.id, request.version))
        await until(lambda: sandbox.calls()["return"])
        assert (await latest(services, asset)).state is RequestState.APPROVING
        # Nothing of hers reaches the store any more: her desktop is gone.
        await berta.store.close()
        deciding.cancel()
        await asyncio.gather(deciding, return_exceptions=True)
    sandbox.clear_faults()
    later(services, minutes=6)
    await settle_doubt(services)
    await is_approved_once(services, asset, sandbox)
    assert (await latest(services, asset)).decided_by == "Berta"


@pytest.mark.both_stores
async def test_two_desktops_settling_it_tell_each_side_once(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    sandbox.set_fault("return", "drop_after", times=None)
    await approve(services, request.id, request.version)
    sandbox.clear_faults()
    async with second_desktop(services) as other:
        await asyncio.gather(settle_doubt(services), settle_doubt(other))
    await is_approved_once(services, asset, sandbox)


async def test_a_return_that_was_accepted_after_all_corrects_a_refused_request(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    """Two desktops ask under one operation: one is refused, the other is not."""
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    sandbox.set_fault("return", "delay", seconds=1.0)
    deciding = asyncio.create_task(approve(services, request.id, request.version))
    await until(lambda: sandbox.calls()["return"])
    sandbox.set_fault("return", "error", status=409, code="ReturnWindowClosed")
    async with second_desktop(services) as other:
        later(other, minutes=6)  # a clock that is ahead takes the call for abandoned
        await settle_doubt(other)
    assert (await latest(services, asset)).state is RequestState.REFUSED
    await deciding
    row = await latest(services, asset)
    assert (row.state, row.outcome) == (RequestState.APPROVED, None)
    assert (await asset_detail(services, asset)).status is AssetStatus.CANCELLED


async def test_four_eyes_are_two_logins_whatever_they_call_themselves(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    sown = await sow(postgres_services)
    await change_settings(postgres_services, {"requests.four_eyes": "yes"})
    anna = postgres_store.person("anna", Role.MANAGER)
    boris = postgres_store.person("boris", Role.APPROVER)
    async with (
        second_desktop(postgres_services, anna) as hers,
        second_desktop(postgres_services, boris) as his,
    ):
        await request_cancellation(hers, sown.activated, requester=Requester.STAFF)
        request = await latest(hers, sown.activated)
        hers.operator = "Somebody else"
        with pytest.raises(Refused, match="somebody else must approve"):
            await approve(hers, request.id, request.version)
        # He gets as far as the connection, which is no real one here.
        with pytest.raises(EsdError) as elsewhere:
            await approve(his, request.id, request.version)
        assert "somebody else" not in str(elsewhere.value)
