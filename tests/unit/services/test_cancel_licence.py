"""B3, Cancel: Microsoft first, then the record, and the credit exactly once."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.errors import MicrosoftFault, Refused
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import (
    AssetStatus,
    InvoiceKind,
    OperationState,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.errors import ChannelForbidden, ReturnWindowClosed
from esd_desktop.services.settle_doubt import settle_doubt
from esd_desktop.services.update_status import update_status
from tests.support.connecting import order_one
from tests.support.sowing import Sown


def credits_of(detail: AssetDetail) -> list[str]:
    return [str(line.amount) for line in detail.invoices if line.kind is InvoiceKind.CREDIT]


def returns_in(sandbox: SandboxControl) -> int:
    return sum(effect["kind"] == "return" for effect in sandbox.effects())


async def test_cancelled_returned_and_credited_in_full(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    outcome = await cancel_licence(services, asset, comment="Ordered by mistake")
    detail = await asset_detail(services, asset)
    assert outcome.result is Result.DONE
    assert detail.status is AssetStatus.CANCELLED
    assert detail.token_status is TokenStatus.RETURN_ACCEPTED
    assert detail.return_status is ReturnStatus.SUCCESS
    (charge,) = (line for line in detail.invoices if line.kind is InvoiceKind.INVOICE)
    assert credits_of(detail) == [f"-{charge.amount}"]
    assert returns_in(sandbox) == 1
    told = {row.action: row.changes for row in await asset_history(services, asset)}
    assert told["cancel"] == {"status": ["Active", "Cancelled"]}
    assert told["update_status"] == {
        "token_status": ["Activated", "Return Accepted"],
        "return_status": ["NONE", "SUCCESS"],
    }


async def test_a_redeemed_licence_is_refused_and_brought_up_to_date(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.redeem((await asset_detail(services, asset)).client_transaction_id)
    outcome = await cancel_licence(services, asset)
    detail = await asset_detail(services, asset)
    assert outcome.result is Result.REFUSED
    assert detail.status is AssetStatus.ACTIVE
    assert detail.token_status is TokenStatus.REDEEMED
    assert detail.activation_date is not None
    assert detail.return_refusal
    assert credits_of(detail) == []


async def test_after_the_return_window_the_reason_is_kept(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.set_fault("return", "error", status=409, code="ReturnWindowClosed")
    with pytest.raises(ReturnWindowClosed):
        await cancel_licence(services, asset)
    detail = await asset_detail(services, asset)
    assert detail.status is AssetStatus.ACTIVE
    assert detail.return_refusal
    assert detail.unsettled is None


async def test_a_plain_no_leaves_all_as_it_was(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.set_fault("return", "error", status=403, code="ChannelForbidden")
    with pytest.raises(ChannelForbidden):
        await cancel_licence(services, asset)
    detail = await asset_detail(services, asset)
    assert detail.status is AssetStatus.ACTIVE
    assert detail.unsettled is None
    assert credits_of(detail) == []


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "cut_short", "html"])
async def test_a_lost_answer_is_in_doubt_and_settled_without_doing_it_twice(
    services: Services, connected: int, sandbox: SandboxControl, fault: str
) -> None:
    asset = await order_one(services, connected)
    sandbox.set_fault("return", fault, times=None)
    outcome = await cancel_licence(services, asset)
    detail = await asset_detail(services, asset)
    assert outcome.result is Result.WARNING
    assert detail.unsettled is not None
    assert detail.unsettled.state is OperationState.IN_DOUBT
    with pytest.raises(Refused):
        await cancel_licence(services, asset)
    sandbox.clear_faults()
    await settle_doubt(services)
    settled = await asset_detail(services, asset)
    assert settled.status is AssetStatus.CANCELLED
    assert len(credits_of(settled)) == 1
    assert returns_in(sandbox) == 1


async def test_two_at_once_are_one_return_and_one_credit(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    answers = await asyncio.gather(
        cancel_licence(services, asset),
        cancel_licence(services, asset),
        return_exceptions=True,
    )
    detail = await asset_detail(services, asset)
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert len(credits_of(detail)) == 1
    assert returns_in(sandbox) == 1


async def test_giving_up_the_waiting_leaves_it_in_doubt(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.set_fault("return", "hang")
    task = asyncio.create_task(cancel_licence(services, asset))
    while (await asset_detail(services, asset)).unsettled is None or not sandbox.calls()["return"]:
        assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await asset_detail(services, asset)).unsettled is not None
    sandbox.clear_faults()
    await settle_doubt(services)
    assert (await asset_detail(services, asset)).status is AssetStatus.CANCELLED


async def test_cancel_closes_what_was_returned_elsewhere(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    ctid = (await asset_detail(services, asset)).client_transaction_id
    sandbox.force(ctid, token_status="Return Accepted", return_status="SUCCESS")
    await update_status(services, asset)
    await cancel_licence(services, asset)
    detail = await asset_detail(services, asset)
    assert detail.status is AssetStatus.CANCELLED
    assert len(credits_of(detail)) == 1


async def test_what_may_not_be_cancelled_is_refused_before_microsoft_is_asked(
    services: Services, sown: Sown
) -> None:
    for asset in (
        sown.redeemed,
        sown.cancelled,
        sown.failed,
        sown.unsynchronised,
        sown.deleted,
    ):
        with pytest.raises((Refused, MicrosoftFault)) as caught:
            await cancel_licence(services, asset)
        assert isinstance(caught.value, Refused), asset
