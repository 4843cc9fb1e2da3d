"""D2, Get Services Definition: what is missing is added, what is in use is never overwritten."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from esd_desktop.models.licence import ProductAnswer
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import offering_list
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.errors import AnswerNotUnderstood, ServiceUnavailable
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.microsoft.profile import CallIds
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from tests.support.connecting import SKU


async def status_of(services: Services, connection: int, sku: str = SKU) -> CatalogueStatus:
    return {row.sku: row.status for row in await offering_list(services, connection)}[sku]


async def test_reading_again_finds_nothing_new(services: Services, connected: int) -> None:
    before = await offering_list(services, connected)
    assert len(before) == 13
    outcome = await refresh_catalogue(services, connected)
    assert "0 new, 0 changed, 0 discontinued" in outcome.sentence
    assert await offering_list(services, connected) == before


async def test_a_price_that_changed_is_marked_and_not_taken_over(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    before = {row.sku: row.price for row in await offering_list(services, connected)}
    sandbox.change_product(SKU, price="999.00")
    outcome = await refresh_catalogue(services, connected)
    assert "1 changed" in outcome.sentence
    assert await status_of(services, connected) is CatalogueStatus.CHANGED
    assert {row.sku: row.price for row in await offering_list(services, connected)} == before


async def test_what_is_sold_again_does_not_stay_discontinued(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    sandbox.change_product(SKU, status="Discontinued")
    await refresh_catalogue(services, connected)
    assert await status_of(services, connected) is CatalogueStatus.DISCONTINUED
    sandbox.change_product(SKU, status="Available")
    outcome = await refresh_catalogue(services, connected)
    assert "1 changed" in outcome.sentence
    assert await status_of(services, connected) is CatalogueStatus.CHANGED


async def test_a_page_that_fails_changes_nothing(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    before = await offering_list(services, connected)
    sandbox.change_product(SKU, price="999.00")
    sandbox.set_fault("products", "error", status=503, times=None)
    with pytest.raises(ServiceUnavailable):
        await refresh_catalogue(services, connected)
    assert await offering_list(services, connected) == before


@pytest.mark.parametrize("repeated", [0, 2])
async def test_a_catalogue_that_lies_discontinues_nothing_and_adds_nothing_twice(
    services: Services, connected: int, monkeypatch: pytest.MonkeyPatch, repeated: int
) -> None:
    before = await offering_list(services, connected)
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
    assert await offering_list(services, connected) == before
