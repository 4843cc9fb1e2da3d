"""What the catalogue's list can be sorted by and found by."""

from __future__ import annotations

import pytest

from esd_desktop.models.listing import ListQuery
from esd_desktop.models.store.offerings import LISTING
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.context import Services
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from tests.support.connecting import SKU


@pytest.fixture
async def read(services: Services, connected: int, sandbox: SandboxControl) -> int:
    """A catalogue with two new products, a changed and a discontinued one."""
    sandbox.change_product("NEW-B", name="Beta", price="5.00")
    sandbox.change_product("NEW-A", name="Alpha", price="5.00")
    sandbox.change_product(SKU, name="Γραφείο για επιχειρήσεις")
    await refresh_catalogue(services, connected)
    return connected


async def skus(services: Services, query: ListQuery) -> list[str]:
    async with services.store.read() as connection:
        rows = await LISTING.page(connection, query, offset=0, limit=100)
    return [row.sku for row in rows]


async def test_what_a_person_has_to_look_at_stands_first_each_status_by_name(
    services: Services, read: int
) -> None:
    found = await skus(services, ListQuery(sort="status", descending=False))
    assert found[:4] == ["NEW-A", "NEW-B", SKU, "077-07365"]
    assert found[-1] == "79G-05412"


@pytest.mark.parametrize(
    "words", ["office home & BUSINESS 2024", "ep2-06606", "Γραφείο", "επιχειρήσεις"]
)
async def test_one_is_found_by_its_code_and_by_its_name_here_and_at_microsoft(
    services: Services, read: int, words: str
) -> None:
    assert SKU in await skus(services, ListQuery(search=words))
