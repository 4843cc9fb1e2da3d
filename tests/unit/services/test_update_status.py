"""B1, Update License Status: two allowed changes, no change is no error, all else is an anomaly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from esd_desktop.errors import ChangedMeanwhile, Refused
from esd_desktop.models.licence import LicenceAnswer
from esd_desktop.models.rows import AssetQuery, AssetView
from esd_desktop.models.statuses import AssetStatus, ReturnStatus, TokenStatus
from esd_desktop.models.store import assets
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_counts, asset_detail, asset_history
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.services.microsoft.errors import (
    ServiceUnavailable,
    StrangeStatus,
)
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.update_status import update_status
from tests.support.connecting import order_one
from tests.support.desktops import held
from tests.support.sowing import Sown
from tests.support.waiting import until


async def test_no_change_is_no_error(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    outcome = await update_status(services, asset)
    assert outcome.result is Result.UNCHANGED
    assert outcome.correlation_id is not None
    detail = await asset_detail(services, asset)
    assert detail.token_status is TokenStatus.ACTIVATED
    assert detail.checked_at is not None


async def test_redeemed_sets_the_activation_date(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    before = await asset_detail(services, asset)
    sandbox.redeem(before.client_transaction_id)
    outcome = await update_status(services, asset)
    after = await asset_detail(services, asset)
    assert outcome.result is Result.DONE
    assert after.token_status is TokenStatus.REDEEMED
    assert after.activation_date is not None
    assert after.status is AssetStatus.ACTIVE
    newest = (await asset_history(services, asset))[0]
    assert newest.changes["token_status"] == ["Activated", "Redeemed"]
    assert newest.correlation_id == outcome.correlation_id


async def test_a_return_made_elsewhere_sets_the_return_status(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    detail = await asset_detail(services, asset)
    sandbox.force(
        detail.client_transaction_id,
        token_status="Return Accepted",
        return_status="SUCCESS",
    )
    await update_status(services, asset)
    after = await asset_detail(services, asset)
    assert after.token_status is TokenStatus.RETURN_ACCEPTED
    assert after.return_status is ReturnStatus.SUCCESS
    # Four independent axes: only Cancel closes the record and credits it.
    assert after.status is AssetStatus.ACTIVE


async def test_any_other_change_is_an_anomaly_that_is_listed(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    ctid = (await asset_detail(services, asset)).client_transaction_id
    sandbox.redeem(ctid)
    await update_status(services, asset)
    sandbox.force(ctid, token_status="Activated", activation_date=None)
    outcome = await update_status(services, asset)
    detail = await asset_detail(services, asset)
    assert outcome.result is Result.WARNING
    assert detail.token_status is TokenStatus.REDEEMED
    assert detail.discrepancy
    view = AssetQuery(view=AssetView.DISCREPANCIES)
    assert (await asset_counts(services, view)).found == 1


async def test_an_unknown_status_changes_nothing_and_is_listed(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    before = await asset_detail(services, asset)
    sandbox.set_fault("read", "unknown_status")
    with pytest.raises(StrangeStatus) as caught:
        await update_status(services, asset)
    after = await asset_detail(services, asset)
    assert after.discrepancy == caught.value.sentence
    assert replace(after, discrepancy=None) == before
    await update_status(services, asset)
    assert (await asset_detail(services, asset)).discrepancy is None


async def test_a_service_that_stays_away_changes_nothing(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    before = await asset_detail(services, asset)
    sandbox.set_fault("read", "error", status=503, times=None)
    with pytest.raises(ServiceUnavailable):
        await update_status(services, asset)
    assert await asset_detail(services, asset) == before


@pytest.mark.both_stores
async def test_two_at_once_lose_nothing(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.redeem((await asset_detail(services, asset)).client_transaction_id)
    await asyncio.gather(update_status(services, asset), update_status(services, asset))
    history = await asset_history(services, asset)
    redeemed = [
        row
        for row in history
        if "token_status" in row.changes and row.changes["token_status"][1] == "Redeemed"
    ]
    assert len(redeemed) == 1


@pytest.mark.on_a_file
async def test_an_answer_that_is_older_than_the_record_is_asked_for_again(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    ctid = (await asset_detail(services, asset)).client_transaction_id
    before = sandbox.calls()["read"]
    with held(services) as other:
        asking = asyncio.create_task(update_status(services, asset))
        await until(lambda: sandbox.calls()["read"] > before)
        # Microsoft has said "Activated"; now another desktop is told of the redemption first.
        sandbox.redeem(ctid)
        other.execute(
            "UPDATE assets SET token_status = 'Redeemed', activation_date = '2026-11-20 10:00:00',"
            " version = version + 1 WHERE id = ?",
            (asset,),
        )
        other.execute("COMMIT")
    outcome = await asking
    detail = await asset_detail(services, asset)
    assert outcome.result is Result.UNCHANGED
    assert detail.token_status is TokenStatus.REDEEMED
    assert detail.discrepancy is None


async def test_a_record_that_is_deleted_meanwhile_is_not_written(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.set_fault("read", "delay", seconds=0.3)
    asking = asyncio.create_task(update_status(services, asset))
    await until(lambda: sandbox.calls()["read"])
    await delete_asset(services, asset)
    deleted = await asset_detail(services, asset)
    with pytest.raises(Refused, match="deleted"):
        await asking
    assert await asset_detail(services, asset) == deleted


async def test_a_record_that_others_write_all_the_time_is_told(
    services: Services, connected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = await order_one(services, connected)
    read = EsdGateway.read

    async def read_while_others_write(gateway: EsdGateway, *args: Any) -> LicenceAnswer:
        await delete_asset(services, asset)
        await restore_asset(services, asset)
        return await read(gateway, *args)

    monkeypatch.setattr(EsdGateway, "read", read_while_others_write)
    with pytest.raises(ChangedMeanwhile) as caught:
        await update_status(services, asset)
    assert caught.value.advice


async def test_without_a_token_there_is_nothing_to_ask(services: Services, sown: Sown) -> None:
    for asset in (sown.failed, sown.unsynchronised, sown.deleted):
        with pytest.raises(Refused):
            await update_status(services, asset)


async def test_a_redeemed_record_without_its_date_is_completed(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.redeem((await asset_detail(services, asset)).client_transaction_id)
    await update_status(services, asset)
    async with services.store.change() as work:
        (await assets.for_change(work, asset)).activation_date = None
        await work.commit()
    outcome = await update_status(services, asset)
    assert outcome.result is Result.DONE
    assert outcome.sentence.startswith("The customer redeemed this licence on")
    assert (await asset_detail(services, asset)).activation_date is not None
    newest = (await asset_history(services, asset))[0]
    assert newest.changes["activation_date"][0] is None
