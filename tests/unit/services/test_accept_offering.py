"""D2: what is new or changed is sold only once a person has accepted it as it was seen."""

from __future__ import annotations

import pytest

from esd_desktop.errors import ChangedMeanwhile, InvalidInput, NotFound, Refused
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.store import offerings
from esd_desktop.models.values import Money
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.accept_offering import accept_offerings
from esd_desktop.services.browse import (
    asset_detail,
    latest_history,
    offering_list,
    offering_prices,
)
from esd_desktop.services.context import Services
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from tests.support.connecting import SKU, order, order_one

OTHER = "FQC-10572"


async def seen(services: Services, connection: int, sku: str = SKU) -> OfferingRow:
    return {row.sku: row for row in await offering_list(services, connection)}[sku]


@pytest.fixture
async def changed(services: Services, connected: int, sandbox: SandboxControl) -> OfferingRow:
    """An offering in use whose name and price are others at Microsoft now."""
    sandbox.change_product(SKU, name="Office, renamed", price="311.00")
    await refresh_catalogue(services, connected)
    return await seen(services, connected)


async def test_what_was_accepted_is_in_use(
    services: Services, connected: int, changed: OfferingRow
) -> None:
    done = await accept_offerings(services, {changed.id: changed.version})
    assert done.sentence == f"Office, renamed ({SKU}) was accepted."
    assert done.changes.offerings == {changed.id}
    row = await seen(services, connected)
    assert (row.name, row.price) == ("Office, renamed", Money.parse("311.00", "GBP"))
    assert row.status is CatalogueStatus.ACTIVE
    assert (row.offered_name, row.offered_unit_type, row.offered_price) == (None, None, None)


async def test_the_price_history_has_a_line_for_each_acceptance(
    services: Services, connected: int, changed: OfferingRow
) -> None:
    await accept_offerings(services, {changed.id: changed.version})
    newest, first = await offering_prices(services, changed.id)
    assert (newest.name, newest.price) == ("Office, renamed", Money.parse("311.00", "GBP"))
    assert (first.name, first.price) == (changed.name, changed.price)
    assert newest.accepted_by == services.operator
    assert newest.valid_from >= first.valid_from


async def test_the_history_names_what_became_what(
    services: Services, connected: int, changed: OfferingRow
) -> None:
    await accept_offerings(services, {changed.id: changed.version})
    newest, *_ = await latest_history(services)
    assert newest.action == "accept_offerings"
    assert newest.changes == {
        f"{SKU} name": [changed.name, "Office, renamed"],
        f"{SKU} price": ["249.99 GBP", "311.00 GBP"],
    }


async def test_of_a_new_one_everything_is_new(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    sandbox.change_product("NEW-1", name="Something new", price="5.00")
    await refresh_catalogue(services, connected)
    row = await seen(services, connected, "NEW-1")
    await accept_offerings(services, {row.id: row.version})
    assert (await seen(services, connected, "NEW-1")).status is CatalogueStatus.ACTIVE
    newest, *_ = await latest_history(services)
    assert newest.changes == {
        "NEW-1 name": [None, "Something new"],
        "NEW-1 unit type": [None, "licence"],
        "NEW-1 price": [None, "5.00 GBP"],
    }
    assert len(await offering_prices(services, row.id)) == 1


async def test_what_was_sold_keeps_the_price_it_was_sold_at(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    before = await order_one(services, connected)
    sandbox.change_product(SKU, name="Office, renamed", price="311.00")
    await refresh_catalogue(services, connected)
    # Until somebody accepts it, it goes on at the price in use.
    (between,) = await order(services, connected, quantity=1)
    row = await seen(services, connected)
    await accept_offerings(services, {row.id: row.version})
    (after,) = await order(services, connected, quantity=1)
    sold = [await asset_detail(services, each) for each in (before, between, after)]
    assert [str(each.price) for each in sold] == ["249.99 GBP", "249.99 GBP", "311.00 GBP"]
    assert sold[0].product == sold[1].product == row.name
    assert sold[2].product == "Office, renamed"


async def test_many_are_accepted_at_once_in_one_line_of_the_history(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    skus = [f"NEW-{number}" for number in range(5)]
    for sku in skus:
        sandbox.change_product(sku, name=f"Product {sku}", price="5.00")
    await refresh_catalogue(services, connected)
    rows = [await seen(services, connected, sku) for sku in skus]
    done = await accept_offerings(services, {row.id: row.version for row in rows})
    assert done.sentence.startswith("5 products were accepted: Product NEW-0 (NEW-0), ")
    assert done.sentence.endswith("and 2 more.")
    newest, before, *_ = await latest_history(services)
    assert len(newest.changes) == 15
    assert before.action == "refresh_catalogue"


async def test_one_that_was_read_again_meanwhile_refuses_all(
    services: Services, connected: int, sandbox: SandboxControl, changed: OfferingRow
) -> None:
    sandbox.change_product(OTHER, price="1.00")
    await refresh_catalogue(services, connected)
    other = await seen(services, connected, OTHER)
    sandbox.change_product(SKU, price="312.00")
    await refresh_catalogue(services, connected)
    with pytest.raises(ChangedMeanwhile, match="changed meanwhile by a new reading") as caught:
        await accept_offerings(services, {other.id: other.version, changed.id: changed.version})
    assert caught.value.advice
    after = await seen(services, connected, OTHER)
    assert (after.version, after.status) == (other.version, CatalogueStatus.CHANGED)
    assert len(await offering_prices(services, other.id)) == 1


async def test_of_two_who_accept_at_once_the_second_is_told(
    services: Services, changed: OfferingRow
) -> None:
    await accept_offerings(services, {changed.id: changed.version})
    with pytest.raises(ChangedMeanwhile, match=f"accepted last by {services.operator} on"):
        await accept_offerings(services, {changed.id: changed.version})
    assert len(await offering_prices(services, changed.id)) == 2


async def test_a_discontinued_one_is_refused(
    services: Services, connected: int, sandbox: SandboxControl, changed: OfferingRow
) -> None:
    sandbox.change_product(SKU, status="Discontinued")
    await refresh_catalogue(services, connected)
    row = await seen(services, connected)
    for version in (changed.version, row.version):
        with pytest.raises(Refused, match="discontinued"):
            await accept_offerings(services, {row.id: version})


async def test_where_there_is_nothing_to_accept(services: Services, connected: int) -> None:
    row = await seen(services, connected)
    with pytest.raises(Refused, match="nothing to accept"):
        await accept_offerings(services, {row.id: row.version})
    with pytest.raises(NotFound, match="not in the catalogue any more"):
        await accept_offerings(services, {99_999: 1})
    with pytest.raises(InvalidInput, match="Nothing was chosen"):
        await accept_offerings(services, {})


async def test_a_difference_that_is_not_known_has_to_be_read_first(
    services: Services, connected: int
) -> None:
    """As an earlier version of the program left it."""
    async with services.store.change() as work:
        (await offerings.by_sku(work, connected, [SKU]))[SKU].status = CatalogueStatus.CHANGED
        await work.commit()
    row = await seen(services, connected)
    with pytest.raises(Refused, match="not known yet"):
        await accept_offerings(services, {row.id: row.version})
