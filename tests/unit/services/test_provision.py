"""D3, D3a: a token per ordered licence; what failed is retried under the same transaction id."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.errors import Refused
from esd_desktop.models.statuses import ProvisioningSyncStatus, TokenStatus
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_mails
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.provision import provision
from esd_desktop.services.settle_doubt import settle_doubt
from tests.support.connecting import order
from tests.support.secrets import secrets_of


def issued(sandbox: SandboxControl) -> int:
    return sum(effect["kind"] == "issue" for effect in sandbox.effects())


async def test_an_ordered_licence_gets_its_token_and_one_mail(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset,) = await order(services, connected)
    before = await asset_detail(services, asset)
    assert before.provisioning_sync_status is ProvisioningSyncStatus.UNSYNCHRONISED
    outcome = await provision(services, asset)
    detail = await asset_detail(services, asset)
    assert outcome.result is Result.DONE
    assert detail.provisioning_sync_status is ProvisioningSyncStatus.SYNCHRONIZED
    assert detail.token_status is TokenStatus.ACTIVATED
    there = sandbox.licence(detail.client_transaction_id)
    assert there is not None
    secrets = await secrets_of(services, asset)
    assert secrets.key.reveal() == there["product_key"]
    assert len(await asset_mails(services, asset)) == 1


async def test_a_refusal_fails_the_asset_with_the_reason_and_a_retry_mends_it(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset,) = await order(services, connected)
    sandbox.set_fault("issue", "error", status=400, code="UnknownSku")
    outcome = await provision(services, asset)
    failed = await asset_detail(services, asset)
    assert outcome.result is Result.REFUSED
    assert failed.provisioning_sync_status is ProvisioningSyncStatus.FAILED
    assert failed.synchronization_details
    assert failed.token_status is None
    assert await asset_mails(services, asset) == []
    await provision(services, asset)
    mended = await asset_detail(services, asset)
    assert mended.provisioning_sync_status is ProvisioningSyncStatus.SYNCHRONIZED
    assert mended.client_transaction_id == failed.client_transaction_id
    assert issued(sandbox) == 1


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "cut_short", "html"])
async def test_a_lost_answer_never_buys_twice(
    services: Services, connected: int, sandbox: SandboxControl, fault: str
) -> None:
    (asset,) = await order(services, connected)
    sandbox.set_fault("issue", fault, times=None)
    outcome = await provision(services, asset)
    assert outcome.result is Result.WARNING
    sandbox.clear_faults()
    await settle_doubt(services)
    detail = await asset_detail(services, asset)
    assert detail.provisioning_sync_status is ProvisioningSyncStatus.SYNCHRONIZED
    assert issued(sandbox) == 1
    assert len(await asset_mails(services, asset)) == 1


async def test_two_at_once_buy_once(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset,) = await order(services, connected)
    answers = await asyncio.gather(
        provision(services, asset), provision(services, asset), return_exceptions=True
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert issued(sandbox) == 1


async def test_a_licence_that_has_its_token_is_not_bought_again(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    (asset,) = await order(services, connected)
    await provision(services, asset)
    with pytest.raises(Refused):
        await provision(services, asset)
    assert issued(sandbox) == 1
