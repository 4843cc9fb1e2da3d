"""What every request goes through first, and every answer last."""

from __future__ import annotations

import re

import httpx2 as httpx
import pytest

from esd_desktop.portal import cookies
from tests.portal.serving import PortalUnderTest, form_token
from tests.support.sowing import Sown


@pytest.mark.parametrize("path", ["/sign-in", "/", "/nowhere", "/static/portal.css", "/sign-out"])
async def test_every_answer_has_the_headers(portal: PortalUnderTest, path: str) -> None:
    answer = await portal.client().get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "server" not in answer.headers
    kept = "immutable" if path.startswith("/static") else "no-store"
    assert kept in answer.headers["cache-control"]


async def test_another_name_leads_nowhere(portal: PortalUnderTest) -> None:
    answer = await portal.client(host="evil.example").get("/sign-in")
    assert answer.status_code == 421
    assert "evil" not in answer.text


@pytest.fixture
async def signed_in(portal: PortalUnderTest, customer: tuple[int, str]) -> httpx.AsyncClient:
    client = portal.client()
    await portal.sign_in(client, *customer)
    return client


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_from_elsewhere_is_refused(
    portal: PortalUnderTest, signed_in: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    token = form_token(await signed_in.get("/"))
    refused = await signed_in.post("/sign-out", data={"form_token": token}, headers=headers)
    assert refused.status_code == 403
    own = {"Origin": portal.url, "Sec-Fetch-Site": "same-origin"}
    done = await signed_in.post("/sign-out", data={"form_token": token}, headers=own)
    assert done.status_code == 303


async def test_a_form_without_its_token_is_refused(
    portal: PortalUnderTest, signed_in: httpx.AsyncClient
) -> None:
    strangers = form_token(await portal.client().get("/sign-in"))
    right = form_token(await signed_in.get("/"))
    session = signed_in.cookies[cookies.SESSION]
    for token in ("", strangers, session, right[:-1], "ä" * 64):
        answer = await signed_in.post("/sign-out", data={"form_token": token})
        assert answer.status_code == 403
    assert (await signed_in.post("/sign-out")).status_code == 403
    json = {"form_token": right}
    assert (await signed_in.post("/sign-out", json=json)).status_code == 403
    assert (await portal.client().post("/sign-out", data=json)).status_code == 403
    assert (await signed_in.get("/")).status_code == 200, "still signed in"


async def test_a_form_that_is_too_large_is_refused(signed_in: httpx.AsyncClient) -> None:
    assert (await signed_in.post("/sign-out", content=b"a" * 64_001)).status_code == 413
    many = "&".join(f"field{number}=x" for number in range(101)).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await signed_in.post("/sign-out", content=many, headers=kind)).status_code == 403


@pytest.mark.parametrize("path", [f"/assets/{2**63}", f"/invoices/{'9' * 5000}.pdf"])
async def test_a_number_that_is_no_records_is_not_there(
    signed_in: httpx.AsyncClient, path: str
) -> None:
    assert (await signed_in.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/assets", "/assets"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\r\nX: y", "/"),
        ("", "/"),
    ],
)
async def test_the_language_is_remembered_and_leads_nowhere_else(
    portal: PortalUnderTest, back: str, to: str
) -> None:
    client = portal.client()
    answer = await portal.post(client, "/language", language="el", back=back)
    assert (answer.status_code, answer.headers["location"]) == (303, to)
    assert 'lang="el"' in (await client.get("/sign-in")).text
    await portal.post(client, "/language", language="../en", back="/")
    assert 'lang="el"' in (await client.get("/sign-in")).text


async def test_a_language_is_chosen_without_leaving_the_page(
    portal: PortalUnderTest, signed_in: httpx.AsyncClient, sown: Sown
) -> None:
    async def leads_to(referrer: str, back: str = "") -> str:
        fields = {"form_token": token, "language": "de", "back": back}
        chosen = await signed_in.post("/language", data=fields, headers={"Referer": referrer})
        return chosen.headers["location"]

    token = form_token(await signed_in.get("/"))
    found = "/assets?status=active&search=SO-1"
    assert await leads_to(portal.url + found) == found
    for stranger in ("https://evil.example/x", f"{portal.url}.evil.example/", "/\\evil.example"):
        assert await leads_to(stranger) == "/"
    # A page that answers a form has an address that takes nothing else.
    path = f"/assets/{sown.activated}"
    told = (await signed_in.post(f"{path}/key", data={"form_token": token})).text
    (back,) = set(re.findall('name="back" value="(.*)"', told))
    assert await leads_to(f"{portal.url}{path}/key", back) == path


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr,el;q=0.5", "el"), ("fr", "en"), (";;q=x,", "en")],
)
async def test_the_browsers_language_is_spoken(
    portal: PortalUnderTest, accepted: str, language: str
) -> None:
    answer = await portal.client(**{"Accept-Language": accepted}).get("/sign-in")
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text
