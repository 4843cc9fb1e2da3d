"""D4: a request is withdrawn until it is decided, and both sides are told."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.errors import InvalidInput, Refused
from esd_desktop.models.statuses import AssetStatus, RequestState
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import approve
from esd_desktop.services.withdraw_request import withdraw_request
from tests.support.connecting import order_one
from tests.support.desktops import second_desktop
from tests.support.requesting import CUSTOMER, both, latest, requested, returns_in, told


async def test_the_customer_withdraws(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    await withdraw_request(services, request.id, request.version, withdrawn_by=CUSTOMER)
    row = await latest(services, asset)
    assert (row.state, row.decided_by) == (RequestState.WITHDRAWN, CUSTOMER)
    detail = await asset_detail(services, asset)
    assert (detail.status, detail.request) == (AssetStatus.ACTIVE, None)
    assert returns_in(sandbox) == 0
    assert await told(services, asset) == both("cancellation_requested", "cancellation_withdrawn")
    assert CUSTOMER in (await asset_history(services, asset))[0].sentence


async def test_staff_withdraw_under_their_own_name(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    await withdraw_request(services, request.id, request.version)
    assert (await latest(services, asset)).decided_by == services.operator


async def test_a_name_that_is_too_long_is_refused(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    with pytest.raises(InvalidInput, match="at most 320"):
        await withdraw_request(services, request.id, request.version, withdrawn_by="x" * 321)
    assert (await latest(services, asset)).state is RequestState.REQUESTED


async def test_what_is_decided_is_not_withdrawn(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    await approve(services, request.id, request.version)
    with pytest.raises(Refused, match=r"approved this request on .*the licence is cancelled"):
        await withdraw_request(services, request.id, request.version, withdrawn_by=CUSTOMER)
    assert (await latest(services, asset)).state is RequestState.APPROVED


@pytest.mark.both_stores
async def test_withdrawing_while_somebody_approves_is_one_or_the_other(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    request = await requested(services, asset)
    async with second_desktop(services) as other:
        answers = await asyncio.gather(
            withdraw_request(services, request.id, request.version, withdrawn_by=CUSTOMER),
            approve(other, request.id, request.version),
            return_exceptions=True,
        )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    withdrawn = (await latest(services, asset)).state is RequestState.WITHDRAWN
    cancelled = (await asset_detail(services, asset)).status is AssetStatus.CANCELLED
    assert withdrawn is not cancelled
    assert returns_in(sandbox) == int(cancelled)
    end = "cancellation_withdrawn" if withdrawn else "cancellation_confirmed"
    assert await told(services, asset) == both("cancellation_requested", end)
