"""Returning once more what is cancelled here and still active at Microsoft; nothing is credited."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.errors import Refused
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import AssetStatus, InvoiceKind, ReturnStatus, TokenStatus
from esd_desktop.models.store import assets
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.return_again import return_again
from esd_desktop.services.settle_doubt import settle_doubt
from tests.support.connecting import order_one
from tests.support.desktops import second_desktop
from tests.unit.services.test_settle_discrepancy import contradicted, listed


def credited(detail: AssetDetail) -> int:
    return sum(line.kind is InvoiceKind.CREDIT for line in detail.invoices)


def returns(sandbox: SandboxControl) -> int:
    return sum(effect["kind"] == "return" for effect in sandbox.effects())


async def test_microsoft_takes_it_back_and_nothing_is_credited_again(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await contradicted(services, connected, sandbox)
    before = returns(sandbox)
    done = await return_again(services, asset)
    detail = await asset_detail(services, asset)
    assert done.result is Result.DONE
    assert returns(sandbox) == before + 1
    assert credited(detail) == 1
    assert detail.discrepancy is None
    assert await listed(services) == {}
    newest = (await asset_history(services, asset))[0]
    assert newest.sentence.endswith("the record was cancelled before.")
    assert newest.correlation_id == done.correlation_id


async def test_a_record_that_was_cancelled_without_a_return_gets_one_and_no_credit(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    async with services.store.change() as work:
        (await assets.for_change(work, asset)).status = AssetStatus.CANCELLED
        await work.commit()
    await return_again(services, asset)
    detail = await asset_detail(services, asset)
    assert detail.token_status is TokenStatus.RETURN_ACCEPTED
    assert detail.return_status is ReturnStatus.SUCCESS
    assert credited(detail) == 0


async def test_what_microsoft_has_taken_back_meanwhile_is_only_read(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await contradicted(services, connected, sandbox)
    ctid = (await asset_detail(services, asset)).client_transaction_id
    sandbox.force(ctid, token_status="Return Accepted", return_status="SUCCESS")
    before = returns(sandbox)
    assert (await return_again(services, asset)).result is Result.UNCHANGED
    assert returns(sandbox) == before
    assert await listed(services) == {}


async def test_a_licence_with_another_key_is_left_alone(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await contradicted(services, connected, sandbox)
    async with services.store.change() as work:
        (await assets.for_change(work, asset)).key_last_five = "OTHER"
        await work.commit()
    before = returns(sandbox)
    with pytest.raises(Refused, match="another licence key"):
        await return_again(services, asset)
    assert returns(sandbox) == before


async def test_an_active_licence_is_cancelled_instead(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    with pytest.raises(Refused, match="cancel it instead"):
        await return_again(services, asset)


async def test_a_lost_answer_is_settled_later_without_a_credit(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await contradicted(services, connected, sandbox)
    sandbox.set_fault("return", "drop_after", times=None)
    assert (await return_again(services, asset)).result is Result.WARNING
    assert "in-doubt" in {row.kind for row in (await listed(services)).values()}
    sandbox.clear_faults()
    await settle_doubt(services)
    assert await listed(services) == {}
    assert credited(await asset_detail(services, asset)) == 1


@pytest.mark.both_stores
async def test_two_at_once_ask_once(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await contradicted(services, connected, sandbox)
    before = returns(sandbox)
    async with second_desktop(services) as other:
        await asyncio.gather(
            return_again(services, asset), return_again(other, asset), return_exceptions=True
        )
    assert returns(sandbox) == before + 1
    assert await listed(services) == {}


async def test_a_licence_that_was_just_cancelled_has_nothing_to_return(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    await cancel_licence(services, asset)
    before = returns(sandbox)
    assert (await return_again(services, asset)).result is Result.UNCHANGED
    assert returns(sandbox) == before
