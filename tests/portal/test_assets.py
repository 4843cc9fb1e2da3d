"""E2, Billing > Assets: the list, its filter, its search and its pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest

from esd_desktop.models.asset_rows import AssetQuery
from esd_desktop.models.portal_listing import Follows, Mark, OwnAssets
from esd_desktop.models.store import portal_assets
from esd_desktop.services import browse
from esd_desktop.services.context import Services
from esd_desktop.services.edit_portal_users import add_portal_user
from tests.portal.serving import PortalUnderTest
from tests.support.sowing import PURCHASED, Sown, sow


@pytest.fixture
async def signed_in(portal: PortalUnderTest, customer: tuple[int, str]) -> httpx.AsyncClient:
    client = portal.client()
    await portal.sign_in(client, *customer)
    return client


@pytest.fixture
async def reseller(portal: PortalUnderTest, sown: Sown) -> httpx.AsyncClient:
    await add_portal_user(portal.services, sown.reseller, "desk@helios.example")
    client = portal.client()
    await portal.sign_in(client, sown.reseller, "desk@helios.example")
    return client


def listed(answer: httpx.Response) -> list[int]:
    """The licences that a page lists."""
    return [
        int(found) for found in re.findall(r'rowheader"[^>]*><a href="/assets/(\d+)"', answer.text)
    ]


async def test_a_customer_sees_his_licences_the_newest_first(
    signed_in: httpx.AsyncClient, sown: Sown
) -> None:
    every = await signed_in.get("/assets")
    assert listed(every) == [sown.cancelled, sown.redeemed, sown.activated]
    assert "Aegean" not in every.text
    assert re.findall(r'class="count">(\d+)<', every.text) == ["3", "2", "1"]
    active = await signed_in.get("/assets?status=active")
    assert listed(active) == [sown.redeemed, sown.activated]
    assert listed(await signed_in.get("/assets?status=cancelled")) == [sown.cancelled]
    assert sown.key not in every.text
    assert f"•••••-{sown.key[-5:]}" in every.text


@pytest.mark.both_stores
async def test_a_reseller_sees_those_of_all_his_customers_and_of_each(
    reseller: httpx.AsyncClient, sown: Sown
) -> None:
    every = await reseller.get("/assets")
    assert len(listed(every)) == sown.listed
    assert sown.deleted not in listed(every)
    grouped = await reseller.get("/assets/customers")
    assert f"/customers/{sown.customer}/assets" in grouped.text
    one = await reseller.get(f"/customers/{sown.customer}/assets")
    assert listed(one) == [sown.cancelled, sown.redeemed, sown.activated]
    assert (await reseller.get(f"/customers/{sown.empty_customer}/assets")).status_code == 404


async def test_a_customer_has_no_customers(signed_in: httpx.AsyncClient) -> None:
    assert (await signed_in.get("/assets/customers")).headers["location"] == "/assets"


@pytest.mark.both_stores
async def test_search_finds_by_words(reseller: httpx.AsyncClient, sown: Sown) -> None:
    found = await reseller.get("/assets?search=aegean office")
    assert listed(found) == [sown.odd, sown.unsynchronised, sown.failed]
    assert listed(await reseller.get(f"/assets?search={sown.key[-5:]}")) == [sown.activated]
    nothing = await reseller.get("/assets?search=zzz")
    assert "No licence is found by “zzz”." in nothing.text
    assert (await reseller.get("/assets?search=%00")).status_code == 200


async def test_a_whole_key_never_comes_into_an_address(
    portal: PortalUnderTest, signed_in: httpx.AsyncClient, sown: Sown
) -> None:
    answer = await portal.post(
        signed_in, "/assets/search", page="/assets", search=f" {sown.key} ", status="active"
    )
    assert answer.status_code == 303
    wanted = urlsplit(answer.headers["location"])
    assert parse_qs(wanted.query) == {"status": ["active"], "search": [sown.key[-5:]]}
    assert listed(await signed_in.get(answer.headers["location"])) == [sown.activated]


async def test_a_part_is_what_htmx_gets(signed_in: httpx.AsyncClient) -> None:
    part = await signed_in.get("/assets?status=active", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="results">')
    assert 'name="status" value="active" hx-swap-oob="true"' in part.text


@pytest.fixture
async def many(services: Services) -> Sown:
    """A store in which the other customer has some more."""
    return await sow(services, more=23)


@pytest.mark.both_stores
@pytest.mark.parametrize("search", ["", "office"])
async def test_pages_have_each_licence_once_in_both_directions(
    services: Services, many: Sown, search: str
) -> None:
    wanted = AssetQuery(account_id=many.reseller, search=search)
    staff = [row.id for row in await browse.asset_page(services, wanted, 0, 100)]
    assert len(staff) == many.listed + 23
    down: list[int] = []
    up: list[int] = []
    async with services.store.read() as connection:
        query: OwnAssets | None = OwnAssets(search=search)
        page = None
        while query:
            page = await portal_assets.page(connection, many.reseller, query, limit=10)
            down += [row.id for row in page.rows]
            query = OwnAssets(search=search, older_than=page.older) if page.older else None
        while page and page.newer:
            query = OwnAssets(search=search, newer_than=page.newer)
            page = await portal_assets.page(connection, many.reseller, query, limit=10)
            up = [row.id for row in page.rows] + up
    assert down == staff, "what staff see and what visitors see agree"
    assert up == staff[:20]


async def test_what_is_bought_meanwhile_moves_no_page(services: Services, many: Sown) -> None:
    async with services.store.read() as connection:
        first = await portal_assets.page(connection, many.reseller, OwnAssets(), limit=5)
        assert first.newer is None
        assert first.older is not None
        second = await portal_assets.page(
            connection, many.reseller, OwnAssets(older_than=first.older), limit=5
        )
        back = await portal_assets.page(
            connection, many.reseller, OwnAssets(newer_than=second.newer), limit=5
        )
    assert [row.id for row in back.rows] == [row.id for row in first.rows]
    assert back.newer is None


async def test_a_search_of_many_looks_them_through_and_then_up(
    services: Services, many: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal_assets, "_LOOKED_THROUGH", 4)
    async with services.store.read() as connection:
        for search, limit in (("müller", 2), ("müller", 3), ("office", 3)):
            page = await portal_assets.page(
                connection, many.reseller, OwnAssets(search=search), limit=limit
            )
            wanted = AssetQuery(account_id=many.reseller, search=search)
            staff = await browse.asset_page(services, wanted, 0, limit)
            assert [row.id for row in page.rows] == [row.id for row in staff]


_NO_MARKS = [
    "",
    "-",
    "1",
    "1-",
    "-1",
    "x-1",
    "1-x",
    "١-١",
    "1-1-1",
    "9" * 19 + "-1",
    "1-" + "9" * 19,
]


@pytest.mark.parametrize("text", _NO_MARKS)
def test_what_is_no_mark_is_none(text: str) -> None:
    assert Mark.parse(text) is None


def test_a_mark_is_read_as_it_was_written() -> None:
    mark = Mark(PURCHASED, 17)
    assert Mark.parse(str(mark)) == mark


@pytest.mark.parametrize("text", ["", "x", "-Name", "9" * 19 + "-Name", "1-a\0b"])
def test_what_no_customer_follows_is_none(text: str) -> None:
    assert Follows.parse(text) is None


def test_whom_customers_follow_is_read_as_it_was_written() -> None:
    follows = Follows("Müller-Söhne & Co", 17)
    assert Follows.parse(str(follows)) == follows
