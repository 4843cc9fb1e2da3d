"""Settling by hand: what somebody decided stays settled, until something changes."""

from __future__ import annotations

import pytest

from esd_desktop.errors import InvalidInput, NotFound, Refused
from esd_desktop.models.discrepancy_rows import DiscrepancyKind, DiscrepancyRow
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.statuses import AssetStatus
from esd_desktop.models.store import assets
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.lists import list_page
from esd_desktop.services.settle_discrepancy import settle_discrepancy
from esd_desktop.services.update_status import update_status
from tests.support.connecting import order_one
from tests.support.sowing import Sown

WHY = "The distributor knows, ticket 4711."


async def listed(services: Services) -> dict[int, DiscrepancyRow]:
    rows = await list_page(services, ListKind.DISCREPANCIES, ListQuery(), 0, 100)
    return {row.id: row for row in rows}


async def contradicted(services: Services, connection: int, sandbox: SandboxControl) -> int:
    """Cancelled here, while Microsoft says Activated."""
    asset = await order_one(services, connection)
    await cancel_licence(services, asset)
    ctid = (await asset_detail(services, asset)).client_transaction_id
    sandbox.force(ctid, token_status="Activated", return_status="NONE")
    assert (await update_status(services, asset)).result is Result.WARNING
    return asset


async def test_it_leaves_the_list_with_the_reason_in_the_history(
    services: Services, sown: Sown
) -> None:
    before = await asset_detail(services, sown.odd)
    done = await settle_discrepancy(services, sown.odd, f" {WHY} ")
    assert sown.odd not in await listed(services)
    assert done.changes.assets == {sown.odd}
    newest = (await asset_history(services, sown.odd))[0]
    assert newest.sentence == f"The discrepancy was settled by hand: {WHY}"
    assert newest.operator == services.operator
    assert newest.changes == {"discrepancy": [before.discrepancy, None]}
    after = await asset_detail(services, sown.odd)
    assert (after.discrepancy, after.token_status) == (None, before.token_status)


async def test_it_stays_settled_while_microsoft_says_the_same(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await contradicted(services, connected, sandbox)
    await settle_discrepancy(services, asset, WHY)
    assert (await update_status(services, asset)).result is Result.WARNING
    assert await listed(services) == {}


async def test_it_comes_back_where_microsoft_says_something_else(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await contradicted(services, connected, sandbox)
    await settle_discrepancy(services, asset, WHY)
    ctid = (await asset_detail(services, asset)).client_transaction_id
    sandbox.redeem(ctid)
    await update_status(services, asset)
    row = (await listed(services))[asset]
    assert row.kind is DiscrepancyKind.CONTRADICTION
    assert "Redeemed" in row.detail


async def test_it_comes_back_where_they_had_agreed_in_between(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await contradicted(services, connected, sandbox)
    await settle_discrepancy(services, asset, WHY)
    ctid = (await asset_detail(services, asset)).client_transaction_id
    sandbox.force(ctid, token_status="Return Accepted", return_status="SUCCESS")
    assert (await update_status(services, asset)).result is Result.UNCHANGED
    sandbox.force(ctid, token_status="Activated", return_status="NONE")
    await update_status(services, asset)
    assert asset in await listed(services)


async def test_what_the_record_itself_shows_can_be_settled_and_survives_a_reading(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    async with services.store.change() as work:
        record = await assets.for_change(work, asset)
        record.status = AssetStatus.CANCELLED
        await work.commit()
    assert (await listed(services))[asset].kind is DiscrepancyKind.NOT_RETURNED
    await settle_discrepancy(services, asset, WHY)
    await update_status(services, asset)
    assert await listed(services) == {}


async def test_without_a_reason_nothing_is_settled(services: Services, sown: Sown) -> None:
    with pytest.raises(InvalidInput):
        await settle_discrepancy(services, sown.odd, "  ")
    assert sown.odd in await listed(services)


async def test_what_an_action_settles_cannot_be_left_as_it_is(
    services: Services, sown: Sown
) -> None:
    with pytest.raises(Refused) as caught:
        await settle_discrepancy(services, sown.unsynchronised, WHY)
    assert "Retry provisioning" in caught.value.advice


async def test_the_second_of_two_people_is_told(services: Services, sown: Sown) -> None:
    await settle_discrepancy(services, sown.odd, WHY)
    with pytest.raises(NotFound, match="Nothing disagrees"):
        await settle_discrepancy(services, sown.odd, WHY)
    assert len(await asset_history(services, sown.odd)) == 1
