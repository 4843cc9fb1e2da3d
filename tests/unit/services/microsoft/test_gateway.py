"""The four calls of the contract, and what holds for a connection as a whole."""

from __future__ import annotations

import asyncio
from datetime import UTC

import pytest
from msgspec.structs import replace

from esd_desktop.models.licence import Purchase
from esd_desktop.models.statuses import ReturnStatus, TokenStatus
from esd_desktop.models.values import Secret, new_id, utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.microsoft.errors import (
    ChannelForbidden,
    LicenceNotFound,
    TransactionConflict,
    UnknownSku,
)
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.services.microsoft.profile import CallIds, ConnectionProfile
from tests.support.waiting import until
from tests.unit.services.microsoft.conftest import MakeGateway


async def test_a_licence_is_bought_read_and_given_back(
    gateway: EsdGateway, sandbox: SandboxControl, purchase: Purchase, ids: CallIds
) -> None:
    bought = await gateway.issue(purchase, ids)
    there = sandbox.licence(purchase.client_transaction_id)
    assert there is not None
    assert bought.client_transaction_id == purchase.client_transaction_id
    assert bought.sku == purchase.sku
    assert bought.product_key.reveal() == there["product_key"]
    assert bought.activation_link is not None
    assert bought.activation_link.reveal() == there["activation_link"]
    assert bought.token_status is TokenStatus.ACTIVATED
    assert bought.return_status is ReturnStatus.NONE
    assert bought.activation_date is None
    assert bought.issued_at.tzinfo is UTC
    assert await gateway.read(purchase.client_transaction_id, ids) == bought
    returned = await gateway.give_back(purchase.client_transaction_id, None, ids)
    assert returned.token_status is TokenStatus.RETURN_ACCEPTED
    assert returned.return_status is ReturnStatus.SUCCESS


async def test_buying_and_returning_again_is_done_once(
    gateway: EsdGateway, sandbox: SandboxControl, purchase: Purchase, ids: CallIds
) -> None:
    assert await gateway.issue(purchase, ids) == await gateway.issue(purchase, ids)
    for _ in range(2):
        await gateway.give_back(purchase.client_transaction_id, "twice", ids)
    assert [effect["kind"] for effect in sandbox.effects()] == ["issue", "return"]


async def test_a_redeemed_licence_has_its_date(
    gateway: EsdGateway, sandbox: SandboxControl, purchase: Purchase, ids: CallIds
) -> None:
    await gateway.issue(purchase, ids)
    sandbox.redeem(purchase.client_transaction_id, "2026-03-01T09:30:00+02:00")
    licence = await gateway.read(purchase.client_transaction_id, ids)
    assert licence.token_status is TokenStatus.REDEEMED
    assert licence.activation_date is not None
    assert licence.activation_date.isoformat() == "2026-03-01T07:30:00+00:00"


async def test_the_catalogue_comes_in_pages(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    sandbox.settings(page_size=4)
    pages = [page async for page in gateway.products(ids)]
    assert [len(page) for page in pages] == [4, 4, 4, 1]
    products = {product.sku: product for page in pages for product in page}
    assert not products["79G-05412"].available
    assert products["QQ2-00012"].return_window_days is None
    assert str(products["EP2-06606"].price) == "249.99 GBP"
    noted = [note for note in sandbox.call_log() if note["call"] == "products"]
    assert {note["correlation_id"] for note in noted} == {ids.correlation_id}
    assert len({note["request_id"] for note in noted}) == len(pages)


async def test_a_check_signs_in_and_reads_one_page(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    assert await gateway.check(ids) == 5
    assert sandbox.calls()["token"] == 1
    assert sandbox.calls()["products"] == 1


@pytest.mark.parametrize("transaction_id", ["A/B return?x=1#é %2F", "0001", "x" * 200])
async def test_a_transaction_id_is_opaque_text(
    gateway: EsdGateway, purchase: Purchase, ids: CallIds, transaction_id: str
) -> None:
    bought = await gateway.issue(replace(purchase, client_transaction_id=transaction_id), ids)
    assert await gateway.read(transaction_id, ids) == bought
    returned = await gateway.give_back(transaction_id, None, ids)
    assert returned.token_status is TokenStatus.RETURN_ACCEPTED


async def test_the_service_itself_says_no(
    gateway: EsdGateway, make_gateway: MakeGateway, purchase: Purchase, ids: CallIds
) -> None:
    with pytest.raises(LicenceNotFound):
        await gateway.read(purchase.client_transaction_id, ids)
    with pytest.raises(UnknownSku, match="There is no product XYZ"):
        await gateway.issue(replace(purchase, sku="XYZ"), ids)
    await gateway.issue(purchase, ids)
    with pytest.raises(TransactionConflict):
        await gateway.issue(replace(purchase, order_reference="another"), ids)
    with pytest.raises(ChannelForbidden):
        await make_gateway(channel_id="42").read(purchase.client_transaction_id, ids)


async def test_it_is_known_when_microsoft_last_answered(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    assert gateway.last_answer_at is None
    sandbox.set_fault("read", "drop_before", times=3)
    with pytest.raises(Exception, match="broke off"):
        await gateway.read(new_id(), ids)
    assert gateway.last_answer_at is None
    assert gateway.last_fault is not None
    with pytest.raises(LicenceNotFound):
        await gateway.read(new_id(), ids)
    assert gateway.last_answer_at is not None
    assert gateway.last_answer_at <= utc_now()
    assert gateway.last_fault is None


async def test_a_connection_keeps_its_gateway_until_it_changes(
    profile: ConnectionProfile, ids: CallIds
) -> None:
    gateways = Gateways()
    first = gateways.for_connection(profile)
    await first.check(ids)
    assert gateways.for_connection(replace(profile)) is first
    changed = gateways.for_connection(replace(profile, version=2))
    assert changed is not first
    reopened = gateways.for_connection(replace(profile, version=2, passphrase=Secret("other")))
    assert reopened is not changed
    assert gateways.opened() == (reopened,)
    await gateways.aclose()
    assert gateways.opened() == ()


async def test_a_replaced_gateway_finishes_its_calls(
    profile: ConnectionProfile, sandbox: SandboxControl, purchase: Purchase, ids: CallIds
) -> None:
    gateways = Gateways()
    old = gateways.for_connection(profile)
    sandbox.set_fault("issue", "delay", seconds=0.2)
    buying = asyncio.create_task(old.issue(purchase, ids))
    await until(lambda: sandbox.calls()["issue"])
    gateways.for_connection(replace(profile, version=2))
    bought = await buying
    # Whoever still holds the old one may go on using it.
    assert await old.read(purchase.client_transaction_id, ids) == bought
    await gateways.aclose()
