"""Every no of the contract's error table, said although Microsoft has done what was asked: whatever
is concluded from it, nothing is lost or done twice once it is asked again."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from esd_desktop.errors import MicrosoftFault
from esd_desktop.models.statuses import AssetStatus
from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.services.microsoft.http import TimeLimits
from esd_desktop.services.provision import provision
from esd_desktop.services.provision_order import provision_assets
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_doubt
from tests.conftest import QUICK
from tests.reliability.oracle import look_outside, violations
from tests.support.connecting import order

_NOES = [
    *((400, "InvalidRequest"), (400, "UnknownSku"), (401, "Unauthorized")),
    *((403, "ChannelForbidden"), (404, "LicenceNotFound"), (409, "TransactionConflict")),
    *((409, "AlreadyRedeemed"), (409, "ReturnWindowClosed")),
]
_TROUBLES = [(status, "ServiceUnavailable") for status in (500, 502, 503, 504)]
_LIES: list[dict[str, Any]] = [
    *(
        {"kind": "error_after", "status": status, "code": code, "times": None}
        for status, code in _NOES + _TROUBLES
    ),
    {"kind": "error_after", "status": 429, "code": "TooManyRequests", "retry_after": "0"},
    {"kind": "hang_after"},
]


@pytest.fixture
async def ordered(services: Services, connected: int) -> tuple[int, ...]:
    """A licence for each lie."""
    await services.gateways.aclose()
    services.gateways = Gateways(QUICK, TimeLimits(read=0.3))
    return await order(services, connected, quantity=len(_LIES))


async def lie(
    services: Services, sandbox: SandboxControl, call: str, assets: tuple[int, ...]
) -> None:
    """Microsoft lies about each of these licences in another way."""
    for asset, fault in zip(assets, _LIES, strict=True):
        transaction_id = (await asset_detail(services, asset)).client_transaction_id
        sandbox.set_fault(call, transaction_id=transaction_id, **fault)


async def in_order(services: Services, sandbox: SandboxControl) -> list[str]:
    services.clock = lambda: utc_now() + timedelta(minutes=10)
    await settle_doubt(services)
    await send_due_mails(services)
    return await violations(services, look_outside(sandbox))


def effects(sandbox: SandboxControl, kind: str) -> int:
    return sum(effect["kind"] == kind for effect in sandbox.effects())


async def test_a_purchase(
    services: Services, sandbox: SandboxControl, ordered: tuple[int, ...]
) -> None:
    await lie(services, sandbox, "issue", ordered)
    for asset in ordered:
        await provision(services, asset)
    assert effects(sandbox, "issue") == len(ordered)
    sandbox.clear_faults()
    await settle_doubt(services)
    found = [await asset_detail(services, asset) for asset in ordered]
    refused = [each.id for each in found if each.token_status is None]
    assert len(refused) == len(_NOES)
    await provision_assets(services, refused)
    assert await in_order(services, sandbox) == []
    assert effects(sandbox, "issue") == len(ordered)


async def test_a_return(
    services: Services, sandbox: SandboxControl, ordered: tuple[int, ...]
) -> None:
    await provision_assets(services, ordered)
    await lie(services, sandbox, "return", ordered)
    for asset in ordered:
        with suppress(MicrosoftFault):
            await cancel_licence(services, asset)
    assert effects(sandbox, "return") == len(ordered)
    sandbox.clear_faults()
    await settle_doubt(services)
    for asset in ordered:
        if (await asset_detail(services, asset)).status is AssetStatus.ACTIVE:
            await cancel_licence(services, asset)
    assert await in_order(services, sandbox) == []
    assert effects(sandbox, "return") == len(ordered)
