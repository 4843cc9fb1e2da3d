"""D3, D3a: the tokens of a whole order, several at once, each with its result; stopped, retried."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.errors import Refused
from esd_desktop.models.statuses import OperationState, ProvisioningSyncStatus
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_mails
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.order_detail import find_order, order_detail
from esd_desktop.services.provision_order import (
    IN_FLIGHT,
    LicenceResult,
    Stop,
    provision_assets,
    provision_order,
    without_token,
)
from tests.support.connecting import order


async def order_id_of(services: Services, asset_id: int) -> int:
    return await find_order(services, (await asset_detail(services, asset_id)).order_number)


def issued(sandbox: SandboxControl) -> list[str]:
    """The transactions under which the sandbox sold something, each as often as it did."""
    effects = (effect for effect in sandbox.effects() if effect["kind"] == "issue")
    return [effect["transaction_id"] for effect in effects]


async def test_every_licence_of_an_order_gets_its_token_its_mail_and_its_result(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    ids = await order(services, connected, quantity=IN_FLIGHT + 4)
    order_id = await order_id_of(services, ids[0])
    told: list[LicenceResult] = []
    outcome = await provision_order(services, order_id, tell=told.append)
    assert outcome.result is Result.DONE
    assert outcome.sentence == f"{len(ids)} licences of {len(ids)} issued."
    assert outcome.changes.assets == frozenset(ids)
    assert outcome.changes.orders == {order_id}
    assert sorted(result.asset_id for result in told) == list(ids)
    assert [result.done for result in told] == list(range(1, len(ids) + 1))
    assert all(result.issued and result.total == len(ids) for result in told)
    assert len(issued(sandbox)) == len(set(issued(sandbox))) == len(ids)
    assert [len(await asset_mails(services, asset_id)) for asset_id in ids] == [1] * len(ids)
    with pytest.raises(Refused, match="has its token already"):
        await provision_order(services, order_id)


async def test_what_failed_is_tried_again_under_the_same_transactions_and_only_that(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    ids = await order(services, connected, quantity=5)
    order_id = await order_id_of(services, ids[0])
    sandbox.set_fault("issue", "error", times=2, status=400, code="UnknownSku")
    told: list[LicenceResult] = []
    outcome = await provision_order(services, order_id, tell=told.append)
    assert outcome.result is Result.WARNING
    assert outcome.sentence == "3 licences of 5 issued, 2 not."
    failed = {result.asset_id for result in told if not result.issued}
    before = {asset_id: await asset_detail(services, asset_id) for asset_id in failed}
    assert {detail.provisioning_sync_status for detail in before.values()} == {
        ProvisioningSyncStatus.FAILED
    }
    assert set(await without_token(services, order_id)) == failed
    again: list[LicenceResult] = []
    assert (await provision_order(services, order_id, tell=again.append)).result is Result.DONE
    assert {result.asset_id for result in again} == failed
    bought = {detail.client_transaction_id for detail in before.values()}
    assert bought <= set(issued(sandbox))
    assert len(issued(sandbox)) == len(set(issued(sandbox))) == 5


async def test_a_stop_finishes_what_is_under_way_and_leaves_the_rest_unasked(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    ids = await order(services, connected, quantity=3 * IN_FLIGHT)
    order_id = await order_id_of(services, ids[0])
    stop, told = Stop(), list[LicenceResult]()

    def take(result: LicenceResult) -> None:
        told.append(result)
        stop.ask()

    outcome = await provision_order(services, order_id, tell=take, stop=stop)
    left = len(ids) - len(told)
    assert 1 <= len(told) <= IN_FLIGHT
    assert outcome.result is Result.WARNING
    assert f"stopped before the other {left}" in outcome.sentence
    assert len(issued(sandbox)) == len(told)
    detail = await order_detail(services, order_id)
    assert (detail.order.issued, detail.order.waiting) == (len(told), left)
    assert (await provision_order(services, order_id)).result is Result.DONE
    assert len(issued(sandbox)) == len(set(issued(sandbox))) == len(ids)


async def test_a_connection_that_is_cut_off_is_not_hammered(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    ids = await order(services, connected, quantity=4 * IN_FLIGHT)
    sandbox.set_fault("issue", "error", times=None, status=403, code="ChannelForbidden")
    told: list[LicenceResult] = []
    outcome = await provision_assets(services, ids, tell=told.append)
    assert outcome.result is Result.WARNING
    assert "were not asked for: Microsoft does not let this connection act" in outcome.sentence
    assert len(told) < len(ids)
    assert all(result.unreachable for result in told)
    assert issued(sandbox) == []


async def test_a_licence_that_microsoft_refuses_stops_nobody_else(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    ids = await order(services, connected, quantity=10)
    sandbox.set_fault("issue", "error", times=8, status=400, code="UnknownSku")
    outcome = await provision_assets(services, ids)
    assert outcome.sentence == "2 licences of 10 issued, 8 not."


async def test_a_lost_answer_is_settled_rather_than_bought_again(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset_id,) = await order(services, connected)
    sandbox.set_fault("issue", "drop_after", times=None)
    outcome = await provision_assets(services, [asset_id])
    assert outcome.sentence == "0 licences of 1 issued, 1 not."
    unsettled = (await asset_detail(services, asset_id)).unsettled
    assert unsettled is not None
    assert unsettled.state is OperationState.IN_DOUBT
    sandbox.clear_faults()
    assert (await provision_assets(services, [asset_id])).result is Result.DONE
    assert len(issued(sandbox)) == 1


async def test_two_at_once_on_one_order_buy_each_licence_once(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    ids = await order(services, connected, quantity=6)
    order_id = await order_id_of(services, ids[0])
    await asyncio.gather(provision_order(services, order_id), provision_order(services, order_id))
    assert await without_token(services, order_id) == []
    assert len(issued(sandbox)) == len(set(issued(sandbox))) == 6
