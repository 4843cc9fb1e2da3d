"""B1 for many: the same rules as for one, asked side by side, written in groups."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from esd_desktop.models.licence import LicenceAnswer
from esd_desktop.models.mass_rows import ItemState, MassKind, MassState
from esd_desktop.models.rows import AssetQuery, AssetView
from esd_desktop.models.statuses import TokenStatus
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import mass_holding, mass_work
from esd_desktop.services.browse import asset_counts, asset_detail, asset_history
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.update_status import update_status
from esd_desktop.services.verify_audit import verify_audit
from tests.support.mass import begun, bought, carried_out, results, states, transaction_of

UPDATE = MassKind.UPDATE_STATUS


@pytest.mark.both_stores
async def test_every_asset_gets_its_result_as_if_it_were_the_only_one(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    same, redeemed, returned, odd, strange, deleted, alone = await bought(services, connected, 7)
    ids = {each: await transaction_of(services, each) for each in (redeemed, returned, odd, alone)}
    sandbox.redeem(ids[redeemed])
    sandbox.redeem(ids[alone])
    sandbox.force(ids[returned], token_status="Return Accepted", return_status="SUCCESS")
    sandbox.force(ids[odd], token_status="Return Accepted", return_status="NONE")
    unknown = await transaction_of(services, strange)
    sandbox.set_fault("read", "unknown_status", transaction_id=unknown)
    every = [same, redeemed, returned, odd, strange, deleted]
    work_id = await begun(services, UPDATE, every)
    await delete_asset(services, deleted)
    row, told = await carried_out(services, work_id)
    assert row.state is MassState.DONE
    assert (row.done, row.unchanged, row.warnings, row.failed) == (2, 1, 1, 2)
    assert told.works == {work_id}
    assert told.assets == set(every)
    found = await results(services, work_id)
    assert found[same].sentence == "No change: Microsoft says “Activated”."
    assert found[same].state is ItemState.UNCHANGED
    assert found[returned].sentence == "Microsoft has taken this licence back: Return Accepted."
    assert found[odd].advice.endswith("Views, Discrepancies.")
    assert found[deleted].sentence == "This record has been deleted."
    outcome = await update_status(services, alone)
    assert found[redeemed].sentence == outcome.sentence
    by_itself, in_mass = [await asset_detail(services, each) for each in (alone, redeemed)]
    assert in_mass.token_status is by_itself.token_status is TokenStatus.REDEEMED
    assert in_mass.activation_date is not None
    assert in_mass.version == by_itself.version
    newest, last = [(await asset_history(services, each))[0] for each in (redeemed, alone)]
    assert newest.changes.keys() == last.changes.keys()
    assert newest.changes["token_status"] == ["Activated", "Redeemed"]
    assert newest.correlation_id == found[redeemed].correlation_id
    listed = await asset_counts(services, AssetQuery(view=AssetView.DISCREPANCIES))
    assert listed.found == 3  # the odd, the strange, and the one that was returned elsewhere
    await verify_audit(services)  # raises where it does not hold


@pytest.mark.both_stores
async def test_who_wrote_meanwhile_is_asked_about_again(
    services: Services, connected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset_ids = await bought(services, connected, 3)
    work_id = await begun(services, UPDATE, asset_ids)
    asked: list[str] = []
    original = EsdGateway.read

    async def written_meanwhile(gateway: EsdGateway, *args: Any) -> LicenceAnswer:
        answer = await original(gateway, *args)
        asked.append(args[0])
        if len(asked) == 1:
            await delete_asset(services, asset_ids[0])
            await restore_asset(services, asset_ids[0])
        return answer

    monkeypatch.setattr(EsdGateway, "read", written_meanwhile)
    row, _ = await carried_out(services, work_id)
    assert row.unchanged == 3
    assert asked.count(await transaction_of(services, asset_ids[0])) == 2
    assert len(asked) == 4


async def test_a_licence_that_fails_does_not_stop_the_others(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    good, bad = await bought(services, connected, 2)
    transaction = await transaction_of(services, bad)
    sandbox.set_fault(
        "read", "error", status=404, code="LicenceNotFound", transaction_id=transaction
    )
    work_id = await begun(services, UPDATE, [good, bad])
    row, _ = await carried_out(services, work_id)
    assert (row.state, row.unchanged, row.failed) == (MassState.DONE, 1, 1)
    found = await results(services, work_id)
    assert found[bad].sentence.startswith("Microsoft knows no licence")
    assert found[bad].correlation_id
    await mass_work.retry(services, work_id)
    row, _ = await carried_out(services, work_id)
    assert (row.state, row.unchanged, row.failed) == (MassState.DONE, 2, 0)


async def test_it_pauses_by_itself_where_microsoft_does_not_answer_at_all(
    services: Services,
    connected: int,
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mass_holding, "_UNANSWERED", 2)
    asset_ids = await bought(services, connected, 4)
    work_id = await begun(services, UPDATE, asset_ids)
    sandbox.set_fault("read", "drop_before", times=None)
    row, _ = await carried_out(services, work_id)
    assert row.state is MassState.PAUSED
    assert row.reason.startswith("Microsoft could not be reached.")
    assert row.advice
    sandbox.clear_faults()
    await mass_work.go_on(services, work_id)
    row, _ = await carried_out(services, work_id)
    assert (row.state, row.reason) == (MassState.DONE, "")
    assert row.unchanged + row.failed == 4


async def test_what_concerns_the_whole_connection_fails_no_licence(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset_ids = await bought(services, connected, 2)
    work_id = await begun(services, UPDATE, asset_ids)
    sandbox.set_fault("read", "error", status=403, code="ChannelForbidden", times=None)
    row, _ = await carried_out(services, work_id)
    assert (row.state, row.failed, row.waiting) == (MassState.PAUSED, 0, 2)
    assert row.reason.startswith("Microsoft does not let this connection act for its channel.")


async def test_a_pause_holds_every_call_back_and_slows_it_down(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset_ids = await bought(services, connected, 8)
    work_id = await begun(services, UPDATE, asset_ids)
    sandbox.set_fault("read", "error", status=429, code="TooManyRequests", retry_after="0")
    row, _ = await carried_out(services, work_id)
    assert row.unchanged == 8
    (gateway,) = services.gateways.opened()
    assert gateway.gate.pauses == 1


@pytest.mark.both_stores
async def test_pausing_stops_what_is_asked_and_keeps_what_was_answered(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    first, hanging = await bought(services, connected, 2)
    transaction = await transaction_of(services, hanging)
    sandbox.set_fault("read", "hang", transaction_id=transaction)
    work_id = await begun(services, UPDATE, [first, hanging])
    running = asyncio.create_task(carried_out(services, work_id))
    while (await mass_work.work(services, work_id)).ended < 1:  # noqa: ASYNC110 - the store tells nobody
        await asyncio.sleep(0.01)
    await mass_work.pause(services, work_id)
    row, _ = await running
    assert (row.state, row.unchanged, row.waiting) == (MassState.PAUSED, 1, 1)
    assert row.running_in == ""
    sandbox.clear_faults()
    await mass_work.go_on(services, work_id)
    row, _ = await carried_out(services, work_id)
    assert await states(services, work_id) == [ItemState.UNCHANGED] * 2
