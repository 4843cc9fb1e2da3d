"""What Microsoft did is written down once, whatever happens between its answer and the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from esd_desktop.errors import ChangedMeanwhile, MicrosoftFault, Refused, VaultFault
from esd_desktop.models.licence import LicenceAnswer
from esd_desktop.models.operation import Operation
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import (
    AssetStatus,
    InvoiceKind,
    MailState,
    OperationState,
    ProvisioningSyncStatus,
)
from esd_desktop.models.store import operations
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history, asset_mails
from esd_desktop.services.cancel_licence import cancel_licence, carry_out_return
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.keys import KeyCipher
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.operations import outcome_of, write_down
from esd_desktop.services.provision import provision
from esd_desktop.services.settle_doubt import settle_asset, settle_doubt
from esd_desktop.services.vault import KeyringVault
from tests.support.connecting import order, order_one
from tests.support.desktops import held, later, second_desktop
from tests.support.keyrings import UNUSABLE, FailingKeyring, keyring_is
from tests.support.secrets import secrets_of
from tests.support.waiting import until

Verb = Callable[[Services, int], Coroutine[Any, Any, Outcome]]
VERBS: dict[str, Verb] = {"issue": provision, "return": cancel_licence}
METHODS = {"issue": "issue", "return": "give_back"}


async def ready(services: Services, connection: int, call: str) -> int:
    """An asset for which this call is the next thing to do."""
    if call == "return":
        return await order_one(services, connection)
    (asset,) = await order(services, connection)
    return asset


def answers_late(monkeypatch: pytest.MonkeyPatch, call: str) -> asyncio.Event:
    """The answers to such calls, asked while this is patched, arrive when the event is set, also
    those that refuse."""
    arrives = asyncio.Event()
    ask = getattr(EsdGateway, METHODS[call])

    async def late(*asked: Any) -> LicenceAnswer:
        try:
            answer: LicenceAnswer = await ask(*asked)
        finally:
            await arrives.wait()
        return answer

    monkeypatch.setattr(EsdGateway, METHODS[call], late)
    return arrives


def is_done(detail: AssetDetail, call: str) -> bool:
    if call == "return":
        credits_made = [line for line in detail.invoices if line.kind is InvoiceKind.CREDIT]
        return detail.status is AssetStatus.CANCELLED and len(credits_made) == 1
    return detail.provisioning_sync_status is ProvisioningSyncStatus.SYNCHRONIZED


def effects(sandbox: SandboxControl, call: str) -> int:
    return sum(effect["kind"] == call for effect in sandbox.effects())


async def states(services: Services, asset: int) -> list[OperationState]:
    """The states of the asset's operations, the oldest first."""
    async with services.store.read() as connection:
        rows = await connection.exec_driver_sql(
            f"SELECT state FROM operations WHERE asset_id = {asset} ORDER BY id"  # noqa: S608
        )
        return [OperationState(row.state) for row in rows]


async def set_state(services: Services, asset: int, state: OperationState) -> None:
    """Somebody else settles the asset's one unsettled operation."""
    async with services.store.change() as work:
        row = await operations.unsettled_of(work.connection, asset)
        assert row is not None
        operation = await operations.for_change(work, row.id)
        operation.state, operation.detail = state, "Settled elsewhere."
        await work.commit()


async def under_way(sandbox: SandboxControl, call: str, before: int) -> None:
    await until(lambda: sandbox.calls()[call] > before)


@pytest.mark.parametrize("call", VERBS)
@pytest.mark.on_a_file
async def test_a_store_that_is_locked_when_the_answer_comes_loses_nothing(
    services: Services,
    connected: int,
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
) -> None:
    asset = await ready(services, connected, call)
    async with second_desktop(services) as impatient:
        await impatient.store.close()
        monkeypatch.setattr("esd_desktop.models.store.sqlite_connection.BUSY_TIMEOUT_S", 0.05)
        sandbox.set_fault(call, "delay", seconds=0.4)
        asking = asyncio.create_task(VERBS[call](impatient, asset))
        await until(lambda: sandbox.calls()[call])
        with held(services):
            outcome = await asking
    assert outcome.result is Result.WARNING
    assert "Another program is holding the store locked." in outcome.sentence
    assert "written down by itself" in outcome.advice
    assert "Nothing was changed" not in f"{outcome.sentence} {outcome.advice}"
    assert effects(sandbox, call) == 1
    later(services, minutes=6)
    await settle_doubt(services)
    assert is_done(await asset_detail(services, asset), call)
    assert effects(sandbox, call) == 1
    assert await states(services, asset) == [OperationState.DONE] * (1 + (call == "return"))


@pytest.mark.parametrize("call", VERBS)
@pytest.mark.on_a_file
async def test_giving_up_while_the_answer_is_written_lets_it_be_written(
    services: Services, connected: int, sandbox: SandboxControl, call: str
) -> None:
    asset = await ready(services, connected, call)
    sandbox.set_fault(call, "delay", seconds=0.3)
    asking = asyncio.create_task(VERBS[call](services, asset))
    await until(lambda: sandbox.calls()[call])
    with held(services):
        await until(lambda: effects(sandbox, call))
        asking.cancel()
        asking.cancel()
        await asyncio.sleep(0)
        assert not asking.done()
    with pytest.raises(asyncio.CancelledError):
        await asking
    # Whether it was given up before or after the answer had come, nothing is left without a name.
    if not is_done(await asset_detail(services, asset), call):
        assert (await states(services, asset))[-1] is OperationState.IN_DOUBT
        await settle_doubt(services)
    assert is_done(await asset_detail(services, asset), call)
    assert effects(sandbox, call) == 1


async def test_giving_up_while_the_licence_is_read_again_leaves_it_in_doubt(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset,) = await order(services, connected)
    sandbox.set_fault("issue", "error", status=400, code="UnknownSku")
    await provision(services, asset)
    sandbox.set_fault("read", "hang")
    before = sandbox.calls()["read"]
    asking = asyncio.create_task(provision(services, asset))
    await under_way(sandbox, "read", before)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await states(services, asset) == [OperationState.FAILED, OperationState.IN_DOUBT]
    sandbox.clear_faults()
    await settle_doubt(services)
    assert is_done(await asset_detail(services, asset), "issue")


@pytest.mark.parametrize("call", VERBS)
@pytest.mark.both_stores
async def test_two_desktops_settle_the_same_once(
    services: Services, connected: int, sandbox: SandboxControl, call: str
) -> None:
    asset = await ready(services, connected, call)
    sandbox.set_fault(call, "drop_after", times=None)
    assert (await VERBS[call](services, asset)).result is Result.WARNING
    sandbox.clear_faults()
    async with second_desktop(services) as other:
        await asyncio.gather(settle_doubt(services), settle_doubt(other))
    assert is_done(await asset_detail(services, asset), call)
    assert effects(sandbox, call) == 1
    history = [row.action for row in await asset_history(services, asset)]
    action = "cancel" if call == "return" else "provision"
    assert history.count(action) == 1
    assert len(await asset_mails(services, asset)) == 1


@pytest.mark.parametrize("call", VERBS)
async def test_a_call_that_another_desktop_settled_meanwhile_is_not_opened_again(
    services: Services,
    connected: int,
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
) -> None:
    asset = await ready(services, connected, call)
    with monkeypatch.context() as meanwhile:
        arrives = answers_late(meanwhile, call)
        asking = asyncio.create_task(VERBS[call](services, asset))
        await until(lambda: sandbox.calls()[call])
    async with second_desktop(services) as fast:
        later(fast, minutes=6)  # a clock that is ahead takes the call for abandoned
        await settle_doubt(fast)
    assert is_done(await asset_detail(services, asset), call)
    arrives.set()
    outcome = await asking
    assert outcome.result is Result.UNCHANGED
    assert (await states(services, asset))[-1] is OperationState.DONE
    assert effects(sandbox, call) == 1


async def test_giving_up_what_is_settled_does_not_open_it_again(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.set_fault("return", "hang")
    asking = asyncio.create_task(cancel_licence(services, asset))
    await until(lambda: sandbox.calls()["return"])
    await set_state(services, asset, OperationState.DONE)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await states(services, asset))[-1] is OperationState.DONE


async def test_what_microsoft_did_is_written_although_another_desktop_was_refused(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.set_fault("return", "delay", seconds=0.5)
    asking = asyncio.create_task(cancel_licence(services, asset))
    await until(lambda: sandbox.calls()["return"])
    await set_state(services, asset, OperationState.FAILED)
    assert (await asking).result is Result.DONE
    assert is_done(await asset_detail(services, asset), "return")


@pytest.mark.both_stores
async def test_a_refusal_does_not_undo_what_another_desktop_settled(
    services: Services,
    connected: int,
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (asset,) = await order(services, connected)
    sandbox.set_fault("issue", "error", status=403, code="ChannelForbidden")
    with monkeypatch.context() as patch:
        arrives = answers_late(patch, "issue")
        asking = asyncio.create_task(provision(services, asset))
        await until(lambda: not sandbox.faults())
    async with second_desktop(services) as fast:
        later(fast, minutes=6)
        await settle_doubt(fast)
    arrives.set()
    assert (await asking).result is Result.UNCHANGED
    assert is_done(await asset_detail(services, asset), "issue")


async def test_a_record_that_is_written_at_the_same_moment_is_read_anew(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    operation = Operation(id=1, asset_id=asset, correlation_id="c")
    attempts = 0

    async def write() -> Outcome:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise ChangedMeanwhile("Somebody else was quicker.")
        return outcome_of(operation, "Written.", Result.DONE)

    outcome = await write_down(services, operation, "return", write)
    assert (outcome.result, attempts) == (Result.DONE, 3)


async def test_a_locked_keyring_buys_nothing_and_says_why(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset,) = await order(services, connected)
    before = await asset_detail(services, asset)
    services.cipher = KeyCipher(services.store, KeyringVault())
    with keyring_is(FailingKeyring(UNUSABLE["it is locked"])), pytest.raises(VaultFault):
        await provision(services, asset)
    assert await asset_detail(services, asset) == before
    assert sandbox.calls()["issue"] == 0


async def test_a_doubt_waits_for_the_keyring_and_asks_nobody_meanwhile(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset,) = await order(services, connected)
    sandbox.set_fault("issue", "drop_before", times=None)
    await provision(services, asset)
    sandbox.clear_faults()
    asked = sandbox.calls()["issue"]
    async with second_desktop(services) as other:
        other.cipher._vault = KeyringVault()
        with keyring_is(FailingKeyring(UNUSABLE["it is locked"])):
            await settle_doubt(other)
            with pytest.raises(VaultFault):
                await settle_asset(other, asset)
    assert sandbox.calls()["issue"] == asked
    assert (await states(services, asset)) == [OperationState.IN_DOUBT]
    await settle_doubt(services)
    assert is_done(await asset_detail(services, asset), "issue")


async def test_another_product_under_our_transaction_is_not_taken_for_ours(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset,) = await order(services, connected)
    ctid = (await asset_detail(services, asset)).client_transaction_id
    sandbox.seed([{"transaction_id": ctid, "sku": "QQ2-00012"}])
    for _ in range(2):  # refused when it is bought, and seen when it is read
        outcome = await provision(services, asset)
        assert outcome.result is Result.REFUSED
    detail = await asset_detail(services, asset)
    assert detail.provisioning_sync_status is ProvisioningSyncStatus.FAILED
    assert "QQ2-00012" in str(detail.synchronization_details)
    assert detail.masked_key is None
    assert await asset_mails(services, asset) == []


async def test_a_licence_that_contradicts_itself_is_kept_and_listed(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset,) = await order(services, connected)
    sandbox.set_fault("issue", "drop_after", times=None)
    await provision(services, asset)
    sandbox.clear_faults()
    ctid = (await asset_detail(services, asset)).client_transaction_id
    sandbox.force(ctid, return_status="SUCCESS")
    await settle_doubt(services)
    detail = await asset_detail(services, asset)
    assert is_done(detail, "issue")
    assert "together with return status" in str(detail.discrepancy)


async def test_one_asset_is_settled_with_the_reason_that_stands_in_the_way(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    with pytest.raises(Refused):
        await settle_asset(services, asset)
    sandbox.set_fault("return", "drop_after", times=None)
    lost = await cancel_licence(services, asset)
    assert "was lost" in lost.sentence
    sandbox.clear_faults()
    sandbox.set_fault("return", "error", status=403, code="ChannelForbidden")
    still = await settle_asset(services, asset)
    assert still.result is Result.WARNING
    assert "Microsoft does not let this connection act" in still.sentence
    settled = await settle_asset(services, asset)
    assert settled.result is Result.DONE
    assert is_done(await asset_detail(services, asset), "return")


@pytest.mark.both_stores
async def test_a_call_that_somebody_still_waits_for_is_left_alone(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.set_fault("return", "delay", seconds=0.5)
    asking = asyncio.create_task(cancel_licence(services, asset))
    await until(lambda: sandbox.calls()["return"])
    async with second_desktop(services) as other:
        assert not await settle_doubt(other)
        with pytest.raises(Refused):
            await settle_asset(other, asset)
    assert (await asking).result is Result.DONE
    assert sandbox.calls()["return"] == 1


async def test_a_connection_that_no_longer_signs_in_keeps_the_doubt(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset,) = await order(services, connected)
    sandbox.set_fault("issue", "drop_after", times=None)
    await provision(services, asset)
    sandbox.clear_faults()
    for call in ("token", "read"):
        sandbox.set_fault(call, "error", status=401, code="Unauthorized", times=None)
    await settle_doubt(services)
    assert await states(services, asset) == [OperationState.IN_DOUBT]
    sandbox.clear_faults()
    await settle_doubt(services)
    assert is_done(await asset_detail(services, asset), "issue")
    there = sandbox.licence((await asset_detail(services, asset)).client_transaction_id)
    assert there is not None
    assert (await secrets_of(services, asset)).key.reveal() == there["product_key"]
    assert (await asset_mails(services, asset))[0].state is MailState.QUEUED


@pytest.mark.expect_log("bug")
async def test_a_bug_with_one_licence_does_not_leave_the_others_in_doubt(
    services: Services,
    connected: int,
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assets = [await order_one(services, connected) for _ in range(2)]
    sandbox.set_fault("return", "drop_after", times=None)
    for asset in assets:
        await cancel_licence(services, asset)
    sandbox.clear_faults()

    async def stumbling(*args: Any, **kwargs: Any) -> Outcome:
        if args[2].asset_id == assets[0]:
            raise KeyError("a bug")
        return await carry_out_return(*args, **kwargs)

    monkeypatch.setattr("esd_desktop.services.settle_doubt.carry_out_return", stumbling)
    await settle_doubt(services)
    assert is_done(await asset_detail(services, assets[1]), "return")


async def test_a_refused_return_stays_refused(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    sandbox.set_fault("return", "error", status=409, code="ReturnWindowClosed")
    with pytest.raises(MicrosoftFault):
        await cancel_licence(services, asset)
    await settle_doubt(services)
    assert (await states(services, asset))[-1] is OperationState.FAILED
    assert effects(sandbox, "return") == 0
