"""Settling all that asking Microsoft settles: each once, with a result each, and to be stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from esd_desktop.errors import Refused
from esd_desktop.models.statuses import AssetStatus, InvoiceKind, ProvisioningSyncStatus
from esd_desktop.models.store import assets
from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.provision_order import LicenceResult, Stop
from esd_desktop.services.settle_all import settle_all
from tests.support.connecting import order, order_one
from tests.unit.services.test_settle_discrepancy import listed


async def overdue(services: Services, connection: int, quantity: int) -> tuple[int, ...]:
    """Licences ordered two days ago that were never asked for."""
    made = await order(services, connection, quantity=quantity)
    async with services.store.change() as work:
        for asset_id in made:
            asset = await assets.for_change(work, asset_id)
            asset.purchase_date = utc_now() - timedelta(days=2)
        await work.commit()
    return made


async def in_doubt(services: Services, connection: int, sandbox: SandboxControl) -> int:
    """A licence whose return was asked for, and the answer was lost."""
    asset = await order_one(services, connection)
    sandbox.set_fault("return", "drop_after", times=None)
    await cancel_licence(services, asset)
    sandbox.clear_faults()
    return asset


async def test_lost_answers_are_settled_and_overdue_licences_retried(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    lost = await in_doubt(services, connected, sandbox)
    made = await overdue(services, connected, 3)
    told: list[LicenceResult] = []
    done = await settle_all(services, tell=told.append)
    assert done.result is Result.DONE
    assert done.sentence == "1 lost answer of 1 settled. 3 licences of 3 issued."
    assert done.changes.assets >= {lost, *made}
    assert [(one.done, one.total) for one in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    detail = await asset_detail(services, lost)
    assert detail.status is AssetStatus.CANCELLED
    assert sum(line.kind is InvoiceKind.CREDIT for line in detail.invoices) == 1
    assert await listed(services) == {}


async def test_a_stop_is_obeyed_between_licences(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    lost = await in_doubt(services, connected, sandbox)
    await overdue(services, connected, 2)
    stop = Stop()
    await settle_all(services, tell=lambda _: stop.ask(), stop=stop)
    rows = await listed(services)
    assert lost not in rows
    assert len(rows) == 2


async def test_what_goes_wrong_with_one_does_not_stop_the_others(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    lost = await in_doubt(services, connected, sandbox)
    (made,) = await overdue(services, connected, 1)
    sandbox.set_fault("return", "drop_after", times=None)
    done = await settle_all(services)
    assert done.result is Result.WARNING
    assert done.sentence == "0 lost answers of 1 settled. 1 licence of 1 issued."
    detail = await asset_detail(services, made)
    assert detail.provisioning_sync_status is ProvisioningSyncStatus.SYNCHRONIZED
    assert (await listed(services)).keys() == {lost}


async def test_only_an_accounts_own(services: Services, connected: int) -> None:
    (mine,) = await overdue(services, connected, 1)
    (other,) = await overdue(services, connected, 1)
    customer = (await asset_detail(services, mine)).customer_id
    await settle_all(services, customer)
    assert (await listed(services)).keys() == {other}


async def test_where_there_is_nothing_it_says_so(services: Services, connected: int) -> None:
    with pytest.raises(Refused, match="nothing that asking Microsoft"):
        await settle_all(services)
