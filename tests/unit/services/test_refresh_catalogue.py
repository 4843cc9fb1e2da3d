"""D2, Get Services Definition: what is missing is added, what is in use is never overwritten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from esd_desktop.demo.connecting import form_for
from esd_desktop.errors import ChangedMeanwhile, MicrosoftFault
from esd_desktop.models.licence import ProductAnswer
from esd_desktop.models.offering import Offering
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.store import offerings
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import Money
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.accept_offering import accept_offerings
from esd_desktop.services.browse import offering_list
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.edit_connection import add_connection
from esd_desktop.services.microsoft.errors import AnswerNotUnderstood, ServiceUnavailable
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.microsoft.profile import CallIds
from esd_desktop.services.refresh_catalogue import CatalogueProgress, refresh_catalogue
from tests.support.connecting import SKU


async def catalogue(services: Services, connection: int) -> dict[str, OfferingRow]:
    """The catalogue by SKU, without when it was read."""
    rows = await offering_list(services, connection)
    return {row.sku: replace(row, read_at=None) for row in rows}


async def one(services: Services, connection: int) -> OfferingRow:
    return (await catalogue(services, connection))[SKU]


async def test_what_is_read_for_the_first_time_is_new(
    services: Services, sandbox: SandboxControl
) -> None:
    connection = (await add_connection(services, form_for(sandbox.addresses))).id
    read = await refresh_catalogue(services, connection)
    assert read.sentence == "The catalogue was read: 12 new, 0 changed, 1 discontinued."
    assert "Accept" in read.advice
    rows = await offering_list(services, connection)
    assert {row.id: row.sku for row in rows} == {**read.new, **read.discontinued}
    assert {row.status for row in rows if row.id in read.new} == {CatalogueStatus.NEW}
    assert list(read.discontinued.values()) == ["79G-05412"]
    assert all(row.read_at is not None for row in rows)
    assert read.changes.offerings == frozenset(row.id for row in rows)


async def test_how_far_it_is_is_told_after_each_page(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    told: list[CatalogueProgress] = []
    await refresh_catalogue(services, connected, progress=told.append)
    assert [(each.pages, each.products) for each in told] == [(1, 5), (2, 10), (3, 13)]


async def test_reading_again_finds_nothing_new_and_disturbs_nobody(
    services: Services, connected: int
) -> None:
    before = await offering_list(services, connected)
    read = await refresh_catalogue(services, connected)
    assert "0 new, 0 changed, 0 discontinued" in read.sentence
    after = await offering_list(services, connected)
    assert [row.version for row in after] == [row.version for row in before]
    assert all(
        row.read_at and was.read_at and row.read_at > was.read_at
        for row, was in zip(after, before, strict=True)
    )
    assert [replace(row, read_at=None) for row in after] == [
        replace(row, read_at=None) for row in before
    ]


async def test_what_differs_is_kept_beside_what_is_in_use(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    before = await one(services, connected)
    sandbox.change_product(SKU, price="999.00", name="Office, renamed", unit_type="seat")
    read = await refresh_catalogue(services, connected)
    assert list(read.changed.values()) == [SKU]
    row = await one(services, connected)
    assert row.status is CatalogueStatus.CHANGED
    assert (row.name, row.unit_type, row.price) == (before.name, before.unit_type, before.price)
    offered = row.offered_name, row.offered_unit_type, row.offered_price
    assert offered == ("Office, renamed", "seat", Money.parse("999.00", before.price.currency))


async def test_only_a_further_difference_is_news(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    sandbox.change_product(SKU, unit_type="seat")
    assert (await refresh_catalogue(services, connected)).changed
    assert not (await refresh_catalogue(services, connected)).changed
    sandbox.change_product(SKU, unit_type="device")
    assert (await refresh_catalogue(services, connected)).changed
    assert (await one(services, connected)).offered_unit_type == "device"


async def test_a_difference_that_is_gone_is_forgotten(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    before = await one(services, connected)
    sandbox.change_product(SKU, name="Office, renamed")
    await refresh_catalogue(services, connected)
    sandbox.change_product(SKU, name=before.name)
    read = await refresh_catalogue(services, connected)
    assert "0 new, 0 changed" in read.sentence
    assert replace(await one(services, connected), version=0) == replace(before, version=0)


async def test_a_new_one_that_changes_stays_new(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    sandbox.change_product("NEW-00001", name="Something new", price="5.00")
    await refresh_catalogue(services, connected)
    sandbox.change_product("NEW-00001", price="7.00")
    read = await refresh_catalogue(services, connected)
    assert (read.new, read.changed) == ({}, {})
    row = (await catalogue(services, connected))["NEW-00001"]
    assert row.status is CatalogueStatus.NEW
    assert row.offered_price == Money.parse("7.00", "GBP")


async def test_what_is_sold_again_has_to_be_accepted_again(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    before = await one(services, connected)
    sandbox.change_product(SKU, status="Discontinued", price="1.00")
    read = await refresh_catalogue(services, connected)
    assert list(read.discontinued.values()) == [SKU]
    gone = await one(services, connected)
    assert (gone.status, gone.price) == (CatalogueStatus.DISCONTINUED, before.price)
    assert gone.offered_price is None
    assert not (await refresh_catalogue(services, connected)).discontinued
    sandbox.change_product(SKU, status="Available")
    read = await refresh_catalogue(services, connected)
    assert list(read.new.values()) == [SKU]
    back = await one(services, connected)
    assert (back.status, back.price) == (CatalogueStatus.NEW, before.price)
    assert back.offered_price == Money.parse("1.00", "GBP")


async def test_what_is_not_listed_any_more_is_discontinued(
    services: Services, connected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = EsdGateway.products

    async def without_it(gateway: EsdGateway, ids: CallIds) -> AsyncIterator[list[ProductAnswer]]:
        async for page in honest(gateway, ids):
            yield [product for product in page if product.sku != SKU]

    monkeypatch.setattr(EsdGateway, "products", without_it)
    await refresh_catalogue(services, connected)
    assert (await one(services, connected)).status is CatalogueStatus.DISCONTINUED


async def test_what_is_not_in_use_on_anything_sold_is_taken_over(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    sandbox.change_product(SKU, description="For two PCs.", return_window_days=14)
    read = await refresh_catalogue(services, connected)
    assert not read.changed
    async with services.store.change() as work:
        offering = (await offerings.by_sku(work, connected, [SKU]))[SKU]
    assert (offering.description, offering.return_window_days) == ("For two PCs.", 14)


@pytest.mark.parametrize("healthy_pages", [0, 1])
async def test_a_page_that_fails_changes_nothing(
    services: Services,
    connected: int,
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
    healthy_pages: int,
) -> None:
    before = await offering_list(services, connected)
    sandbox.change_product(SKU, price="999.00")

    def break_it(progress: CatalogueProgress) -> None:
        if progress.pages == healthy_pages:
            sandbox.set_fault("products", "error", status=503, times=None)

    if not healthy_pages:
        sandbox.set_fault("products", "error", status=503, times=None)
    with pytest.raises(ServiceUnavailable):
        await refresh_catalogue(services, connected, progress=break_it)
    assert await offering_list(services, connected) == before


async def test_a_page_that_cannot_be_understood_changes_nothing(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    before = await offering_list(services, connected)
    sandbox.set_fault("products", "html", times=None)
    with pytest.raises(MicrosoftFault) as caught:
        await refresh_catalogue(services, connected)
    assert caught.value.sentence
    assert await offering_list(services, connected) == before


async def test_stopping_it_in_the_middle_changes_nothing(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    before = await offering_list(services, connected)
    sandbox.change_product(SKU, price="999.00")
    first_page = asyncio.Event()

    def hang(progress: CatalogueProgress) -> None:
        sandbox.set_fault("products", "hang", times=None)
        first_page.set()

    reading = asyncio.ensure_future(refresh_catalogue(services, connected, progress=hang))
    await first_page.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await offering_list(services, connected) == before


@pytest.mark.parametrize("repeated", [0, 2])
async def test_a_catalogue_that_lies_discontinues_nothing_and_adds_nothing_twice(
    services: Services, connected: int, monkeypatch: pytest.MonkeyPatch, repeated: int
) -> None:
    before = await catalogue(services, connected)
    honest = EsdGateway.products

    async def lying(gateway: EsdGateway, ids: CallIds) -> AsyncIterator[list[ProductAnswer]]:
        pages = [page async for page in honest(gateway, ids)]
        for page in pages * repeated:
            yield page

    monkeypatch.setattr(EsdGateway, "products", lying)
    if repeated:
        await refresh_catalogue(services, connected)
    else:
        with pytest.raises(AnswerNotUnderstood) as caught:
            await refresh_catalogue(services, connected)
        assert caught.value.correlation_id
        assert caught.value.advice
    assert await catalogue(services, connected) == before


async def test_a_catalogue_that_was_always_empty_is_told(
    services: Services, sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(gateway: EsdGateway, ids: CallIds) -> AsyncIterator[list[ProductAnswer]]:
        yield []

    connection = (await add_connection(services, form_for(sandbox.addresses))).id
    monkeypatch.setattr(EsdGateway, "products", nothing)
    read = await refresh_catalogue(services, connection)
    assert read.result is Result.WARNING
    assert "it is empty" in read.sentence


async def test_what_is_accepted_in_the_same_moment_is_not_overwritten(
    services: Services, connected: int, sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where two desktops wrote at once the store refuses the second, which then compares anew."""
    sandbox.change_product(SKU, price="999.00")
    await refresh_catalogue(services, connected)
    sandbox.change_product(SKU, price="998.00")
    seen = await one(services, connected)
    honest = offerings.all_of
    refusals = iter([True, False])

    async def refused_once(work: UnitOfWork, connection_id: int) -> dict[str, Offering]:
        if next(refusals):
            raise ChangedMeanwhile("Somebody else changed this record at the same moment.")
        return await honest(work, connection_id)

    monkeypatch.setattr(offerings, "all_of", refused_once)
    await accept_offerings(services, {seen.id: seen.version})
    read = await refresh_catalogue(services, connected)
    assert list(read.changed.values()) == [SKU]
    row = await one(services, connected)
    assert row.price == Money.parse("999.00", "GBP")
    assert row.offered_price == Money.parse("998.00", "GBP")


async def test_where_others_write_all_the_time_it_gives_up(
    services: Services, connected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(work: UnitOfWork, connection_id: int) -> dict[str, Offering]:
        raise ChangedMeanwhile("Somebody else changed this record at the same moment.")

    monkeypatch.setattr(offerings, "all_of", refused)
    with pytest.raises(ChangedMeanwhile):
        await refresh_catalogue(services, connected)
