"""E3: everything about a licence, its key, a request to cancel it, its invoices."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from itertools import product

import httpx2 as httpx
import pytest
from pypdf import PdfReader

from esd_desktop.models.permissions import Facts, request_refusal
from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    RequestState,
    TokenStatus,
)
from esd_desktop.portal.pages.wording import why_no_request
from esd_desktop.services.browse import asset_history
from esd_desktop.services.decide_request import decline
from esd_desktop.services.edit_portal_users import add_portal_user
from esd_desktop.services.shared_settings import change_settings
from tests.portal.serving import PortalUnderTest
from tests.support.requesting import latest, requests_of
from tests.support.sowing import PURCHASED, Sown


class Signed:
    """A customer who is signed in."""

    def __init__(self, portal: PortalUnderTest, client: httpx.AsyncClient, asset_id: int) -> None:
        self.portal = portal
        self.client = client
        self.path = f"/assets/{asset_id}"

    async def sees(self) -> str:
        answer = await self.client.get(self.path)
        assert answer.status_code == 200
        return answer.text

    async def sends(self, path: str, **fields: str) -> httpx.Response:
        return await self.portal.post(self.client, path, page="/assets", **fields)


@pytest.fixture
async def signed(portal: PortalUnderTest, customer: tuple[int, str], sown: Sown) -> Signed:
    client = portal.client()
    await portal.sign_in(client, *customer)
    return Signed(portal, client, sown.activated)


async def test_the_details_are_those_of_the_record(signed: Signed) -> None:
    page = await signed.sees()
    named = re.findall(r"<dt>(.*?)</dt>", page)
    assert named == [
        *("Customer", "Billing To", "Status", "Order", "Purchase Date"),
        *("Provisioning Sync Status", "Product Information", "Token", "Token Status"),
        *("Return Status", "Link", "Activation Date"),
    ]
    for said in ("Helios Reselling GmbH", "SO-00001", "2 November 2026", "Synchronized"):
        assert said in page
    assert "1 × licence at EUR\N{NO-BREAK SPACE}249.00" in page
    assert "issued, not used yet" in page
    assert "INV-TEST" not in page, "what the reseller was billed is the reseller's"


async def test_numbers_days_and_words_are_those_of_the_language(signed: Signed) -> None:
    for language, said in (
        ("de", ("2. November 2026", "249,00\N{NO-BREAK SPACE}EUR", "noch nicht verwendet")),
        ("el", ("2 Νοεμβρίου 2026", "249,00\N{NO-BREAK SPACE}EUR", "Πελάτης")),
    ):
        headers = {"Accept-Language": language}
        page = (await signed.client.get(signed.path, headers=headers)).text
        assert all(text in page for text in said), language


@pytest.mark.both_stores
async def test_a_key_is_shown_when_asked_for_and_noted_before(signed: Signed, sown: Sown) -> None:
    for what, secret in (("key", sown.key), ("link", sown.link)):
        assert secret not in unescape(await signed.sees())
        answer = await signed.sends(f"{signed.path}/{what}")
        assert secret in unescape(answer.text)
        assert answer.headers["cache-control"] == "no-store"
        newest = (await asset_history(signed.portal.services, sown.activated))[0]
        assert newest.action == f"show_{what}"
        assert newest.operator == "Portal: it@mueller.example"
        assert secret not in unescape(await signed.sees()), "only in that one answer"


async def test_no_key_is_shown_where_the_store_does_not_allow_it(
    signed: Signed, sown: Sown
) -> None:
    await change_settings(signed.portal.services, {"keys.reveal": "no"})
    assert "Show the key" not in await signed.sees()
    answer = await signed.sends(f"{signed.path}/key")
    assert answer.status_code == 409
    assert sown.key not in answer.text
    assert "Keys are not shown here." in answer.text


async def test_there_is_no_other_way_to_a_key(portal: PortalUnderTest, sown: Sown) -> None:
    await add_portal_user(portal.services, sown.empty_customer, "z@zephyr.example")
    client = portal.client()
    await portal.sign_in(client, sown.empty_customer, "z@zephyr.example")
    for what in ("key", "link", "update", "resend", "request"):
        answer = await portal.post(client, f"/assets/{sown.activated}/{what}", page="/assets")
        assert answer.status_code == 404, what
        assert sown.key not in answer.text
    assert (await client.get(f"/assets/{sown.activated}/key")).status_code in (404, 405)
    assert await requests_of(portal.services, sown.activated) == []


@pytest.mark.both_stores
async def test_a_request_is_made_seen_and_withdrawn(signed: Signed, sown: Sown) -> None:
    made = await signed.sends(f"{signed.path}/request", comment="Bought <twice>", by_mail="yes")
    assert (made.status_code, made.headers["location"]) == (303, f"{signed.path}#request")
    request = await latest(signed.portal.services, sown.activated)
    assert (request.requested_by, request.comment) == ("it@mueller.example", "Bought <twice>")
    assert request.confirm_by_mail
    page = await signed.sees()
    assert "it@mueller.example asked on" in page
    assert "Bought &lt;twice&gt;" in page
    again = await signed.sends(f"{signed.path}/request")
    assert again.status_code == 409
    withdrawn = await signed.sends(f"/requests/{request.id}/withdraw", version=str(request.version))
    assert withdrawn.status_code == 303
    assert "was withdrawn" in await signed.sees()
    closed = await latest(signed.portal.services, sown.activated)
    assert (closed.state, closed.decided_by) == (RequestState.WITHDRAWN, "it@mueller.example")


async def test_who_withdraws_what_is_decided_is_told(signed: Signed, sown: Sown) -> None:
    await signed.sends(f"{signed.path}/request")
    request = await latest(signed.portal.services, sown.activated)
    assert not request.confirm_by_mail
    await decline(signed.portal.services, request.id, request.version, comment="In use by the bank")
    answer = await signed.sends(f"/requests/{request.id}/withdraw", version=str(request.version))
    assert answer.status_code == 409
    assert "somebody else has dealt with this request" in answer.text
    assert "In use by the bank" in answer.text


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
async def test_a_withdrawal_without_its_version_changes_nothing(
    signed: Signed, sown: Sown, version: str
) -> None:
    await signed.sends(f"{signed.path}/request")
    request = await latest(signed.portal.services, sown.activated)
    answer = await signed.sends(f"/requests/{request.id}/withdraw", version=version)
    assert answer.status_code == 409
    assert (await latest(signed.portal.services, sown.activated)).undecided


async def test_a_comment_that_is_too_long_is_kept_in_the_form(signed: Signed, sown: Sown) -> None:
    answer = await signed.sends(f"{signed.path}/request", comment="x" * 2_001)
    assert answer.status_code == 422
    assert "x" * 2_001 in answer.text
    assert await requests_of(signed.portal.services, sown.activated) == []


async def test_what_cannot_be_given_back_says_why(signed: Signed, sown: Sown) -> None:
    page = (await signed.client.get(f"/assets/{sown.redeemed}")).text
    assert "Only unused licences can be given back." in page
    assert "/request" not in page


_STATES = product(
    AssetStatus,
    ProvisioningSyncStatus,
    [None, *TokenStatus],
    (False, True),
    (False, True),
    (None, PURCHASED),
)


def test_a_request_is_refused_exactly_where_staffs_rule_refuses_it() -> None:
    later = PURCHASED.replace(year=PURCHASED.year + 1)
    for status, provisioning, token, unsettled, requested, until in _STATES:
        facts = Facts(
            status=status,
            provisioning=provisioning,
            token_status=token,
            deleted=False,
            unsettled=unsettled,
            returnable_until=until,
            email=None,
            requested=requested,
        )
        refused = request_refusal(facts, later) is not None
        assert (why_no_request(facts, later) is not None) == refused, facts


@pytest.mark.both_stores
async def test_invoices_are_those_of_who_was_billed(
    portal: PortalUnderTest, signed: Signed, sown: Sown
) -> None:
    await add_portal_user(portal.services, sown.reseller, "desk@helios.example")
    reseller = portal.client()
    await portal.sign_in(reseller, sown.reseller, "desk@helios.example")
    page = (await reseller.get(f"/assets/{sown.activated}")).text
    assert "in all EUR\N{NO-BREAK SPACE}249.00" in page
    (path,) = re.findall(r'href="(/invoices/\d+\.pdf)"', page)
    answer = await reseller.get(path)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert 'filename="' in answer.headers["content-disposition"]
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "INV-TEST-00001" in text
    assert (await signed.client.get(path)).status_code == 404
