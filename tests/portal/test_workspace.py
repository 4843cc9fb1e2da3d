"""E1, My Workspace: how far licences are used, and what can be done with each."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx2 as httpx
import pytest

from esd_desktop.models.store import portal_scope, portal_workspace
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history, latest_history
from esd_desktop.services.context import Services
from esd_desktop.services.edit_portal_users import add_portal_user
from tests.portal.serving import PortalUnderTest, form_token, served
from tests.support.connecting import SKU, order_one
from tests.support.sowing import Sown

_BUYER = "office@aegean.example"


@pytest.fixture
async def signed_in(portal: PortalUnderTest, customer: tuple[int, str]) -> httpx.AsyncClient:
    """A customer with one licence to use, one redeemed, one given back."""
    client = portal.client()
    await portal.sign_in(client, *customer)
    return client


@pytest.fixture
async def reseller(portal: PortalUnderTest, sown: Sown) -> httpx.AsyncClient:
    """Whose customers hold all that is sown."""
    await add_portal_user(portal.services, sown.reseller, "desk@helios.example")
    client = portal.client()
    await portal.sign_in(client, sown.reseller, "desk@helios.example")
    return client


class Buyer:
    """A customer whose licence Microsoft knows."""

    def __init__(self, portal: PortalUnderTest, client: httpx.AsyncClient, asset_id: int) -> None:
        self.portal = portal
        self.client = client
        self.asset_id = asset_id

    async def does(self, what: str, **fields: str) -> httpx.Response:
        return await self.portal.post(
            self.client,
            f"/assets/{self.asset_id}/{what}",
            page="/assets",
            **{"from": "workspace", **fields},
        )

    async def transaction(self) -> str:
        return (await asset_detail(self.portal.services, self.asset_id)).client_transaction_id


@pytest.fixture
async def buyer(
    services: Services, connected: int, sandbox: SandboxControl
) -> AsyncIterator[Buyer]:
    asset_id = await order_one(services, connected)
    detail = await asset_detail(services, asset_id)
    async with served(services, sandbox.addresses) as portal:
        client = portal.client()
        await portal.sign_in(client, detail.customer_id, _BUYER)
        yield Buyer(portal, client, asset_id)


def told(answer: httpx.Response) -> str:
    """What a page says has come of something."""
    found = re.search(r'class="notice [^"]*told".*?<span>(.*?)</span>', answer.text, re.DOTALL)
    assert found, answer.text
    return re.sub(r"<[^>]+>", "", found[1])


@pytest.mark.both_stores
async def test_a_section_says_how_many_are_redeemed(signed_in: httpx.AsyncClient) -> None:
    page = (await signed_in.get("/")).text
    assert "Office Home &amp; Business 2024" in page
    assert "1 of 2 redeemed" in page, "what was given back is not counted"
    assert '<progress max="2" value="1"' in page
    assert "Resend Activation Link" not in page, "actions are behind “More”"


async def test_more_shows_the_licences_with_their_actions(
    signed_in: httpx.AsyncClient, sown: Sown
) -> None:
    whole = (await signed_in.get(f"/?open={SKU}")).text
    part = (await signed_in.get(f"/?open={SKU}", headers={"HX-Request": "true"})).text
    assert "<html" in whole
    assert part.lstrip().startswith("<section")
    for page in (whole, part):
        assert "Update License&#39;s Status" in page
        assert "it@mueller.example" in page, "where the link goes is seen before it goes"
        assert f"/assets/{sown.activated}/update" in page
        assert f"/assets/{sown.cancelled}/update" not in page
        assert sown.key not in page
    closed = (await signed_in.get(f"/?close={SKU}", headers={"HX-Request": "true"})).text
    assert "1 of 2 redeemed" in closed
    assert "/update" not in closed


async def test_who_has_nothing_active_is_told_where_all_is(
    portal: PortalUnderTest, sown: Sown
) -> None:
    await add_portal_user(portal.services, sown.empty_customer, "z@zephyr.example")
    client = portal.client()
    await portal.sign_in(client, sown.empty_customer, "z@zephyr.example")
    assert "There are no active licences." in (await client.get("/")).text


@pytest.mark.both_stores
async def test_a_reseller_chooses_the_customer_first(
    reseller: httpx.AsyncClient, sown: Sown
) -> None:
    choosing = (await reseller.get("/")).text
    assert choosing.index("Aegean Shipping SA") < choosing.index("Müller &amp; Söhne KG")
    assert "3 licences" in choosing
    assert "Zephyr" not in choosing, "who buys elsewhere is nobody's customer here"
    found = (await reseller.get("/?search=aegean", headers={"HX-Request": "true"})).text
    assert "Aegean" in found
    assert "Müller" not in found
    page = (await reseller.get(f"/customers/{sown.other_customer}")).text
    assert "1 of 3 redeemed" in page
    assert "2 not issued yet" in page


async def test_the_workspace_of_somebody_elses_customer_is_not_there(
    reseller: httpx.AsyncClient, signed_in: httpx.AsyncClient, portal: PortalUnderTest, sown: Sown
) -> None:
    assert (await reseller.get(f"/customers/{sown.empty_customer}")).status_code == 404
    assert (await signed_in.get(f"/customers/{sown.other_customer}")).status_code == 404
    noted = [row.sentence for row in await latest_history(portal.services, limit=2)]
    assert all("what is not theirs" in sentence for sentence in noted)


async def test_many_customers_are_on_several_pages(services: Services, sown: Sown) -> None:
    async with services.store.read() as connection:
        first = await portal_workspace.customers(connection, sown.reseller, "", None, limit=1)
        second = await portal_workspace.customers(
            connection, sown.reseller, "", first.following, limit=1
        )
    assert [row.id for row in first.rows] == [sown.other_customer]
    assert [row.id for row in second.rows] == [sown.customer]
    assert second.following is None


async def test_who_is_listed_as_a_customer_is_who_can_be_reached(
    services: Services, sown: Sown
) -> None:
    async with services.store.read() as connection:
        for account in (sown.reseller, sown.customer, sown.other_customer, sown.empty_customer):
            page = await portal_workspace.customers(connection, account, "", None, limit=50)
            others = (sown.reseller, sown.customer, sown.other_customer, sown.empty_customer)
            reached = {
                other
                for other in others
                if await portal_scope.reaches_customer(connection, account, other)
            }
            assert {row.id for row in page.rows} - {account} == reached


async def test_an_update_says_what_microsoft_says(buyer: Buyer, sandbox: SandboxControl) -> None:
    same = await buyer.does("update")
    assert "issued, and has not been used yet" in told(same)
    key = (await asset_detail(buyer.portal.services, buyer.asset_id)).masked_key
    assert told(same).startswith(f"{key}:"), "an order may have several licences"
    assert "<html" in same.text, "without JavaScript it is a whole page"
    sandbox.redeem(await buyer.transaction())
    part = await buyer.client.post(
        f"/assets/{buyer.asset_id}/update",
        data={"form_token": form_token(same), "from": "workspace"},
        headers={"HX-Request": "true"},
    )
    assert "This licence was redeemed on" in told(part)
    assert part.text.lstrip().startswith("<section")
    assert "1 of 1 redeemed" in part.text
    newest = (await asset_history(buyer.portal.services, buyer.asset_id))[0]
    assert newest.operator == f"Portal: {_BUYER}"


async def test_an_update_that_fails_says_so_without_our_inner_words(
    buyer: Buyer, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("read", "error", status=503, times=9)
    answer = await buyer.does("update")
    assert "Microsoft gave no usable answer" in told(answer)
    assert "correlation" not in answer.text


async def test_an_answer_that_does_not_fit_is_told_and_changes_nothing(
    buyer: Buyer, sandbox: SandboxControl
) -> None:
    sandbox.force(await buyer.transaction(), return_status="SUCCESS")
    assert "does not fit this licence" in told(await buyer.does("update"))
    detail = await asset_detail(buyer.portal.services, buyer.asset_id)
    assert detail.return_status == "NONE"


async def test_the_link_is_mailed_again(buyer: Buyer, sandbox: SandboxControl) -> None:
    before = len(sandbox.mails(_BUYER))
    answer = await buyer.does("resend", address=_BUYER)
    assert told(answer).endswith(f"Key and activation link are on their way to {_BUYER}.")
    assert len(sandbox.mails(_BUYER)) == before + 1


async def test_nothing_is_mailed_to_an_address_that_was_not_shown(
    buyer: Buyer, sandbox: SandboxControl
) -> None:
    before = len(sandbox.mails())
    answer = await buyer.does("resend", address="old@aegean.example")
    assert answer.status_code == 409
    assert f"The address is {_BUYER} now." in told(answer)
    assert len(sandbox.mails()) == before


async def test_who_asks_too_often_is_told_when_to_ask_again(
    buyer: Buyer, sandbox: SandboxControl
) -> None:
    for _ in range(3):
        assert (await buyer.does("resend", address=_BUYER)).status_code == 200
    mailed = len(sandbox.mails(_BUYER))
    answer = await buyer.does("resend", address=_BUYER)
    assert answer.status_code == 429
    assert re.search(r"Ask again in \d+ minutes?\.", told(answer))
    assert len(sandbox.mails(_BUYER)) == mailed
