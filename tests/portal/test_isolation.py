"""Somebody who is signed in reaches for what belongs to others, a thousand times: by ids, licence
keys, invoices, groups, requests and links. Nothing is seen, nothing changes, all of it is noted."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from itertools import count, islice
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import select

from esd_desktop.models.base import Base
from esd_desktop.models.store import tables
from esd_desktop.portal import cookies
from esd_desktop.services.context import Services
from esd_desktop.services.edit_portal_users import add_portal_user
from esd_desktop.services.portal.refusals import REFUSED
from tests.portal.serving import PortalUnderTest
from tests.support.requesting import requested
from tests.support.sowing import Sown

_STRANGER = "curious@zephyr.example"
_AT_ONCE = 8
_GUESSED_LINKS = 40
_BOOKKEEPING = ("audit", "pulses")
_LOOKING = ("/assets/{}", "/customers/{}", "/customers/{}/assets", "/invoices/{}.pdf")
_DOING = (
    *(f"/assets/{{}}/{verb}" for verb in ("update", "resend", "key", "link", "request")),
    *("/customers/{}/assets/search", "/requests/{}/withdraw"),
)


async def records(services: Services) -> dict[str, Any]:
    """All that the store holds besides what it notes of the attempts."""
    async with services.store.read() as connection:
        return {
            table.name: (await connection.execute(select(table))).all()
            for table in Base.metadata.sorted_tables
            if table.name not in _BOOKKEEPING and not table.name.startswith("portal_")
        }


async def noted(services: Services) -> list[tuple[str, int]]:
    """Who tried, and how often, by audit row."""
    query = tables.audit.select().where(tables.audit.c.action == REFUSED)
    async with services.store.read() as connection:
        rows = (await connection.execute(query)).all()
    return [(row.operator, int(row.changes["attempts"][1])) for row in rows]


def attempts(own: int) -> Iterator[tuple[str, str]]:
    """Methods and paths, without end; not that of one's own account, which is there."""
    for record_id in count(1):
        for method, paths in (("GET", _LOOKING), ("POST", _DOING)):
            for path in paths:
                if not (record_id == own and path.startswith("/customers")):
                    yield method, path.format(record_id)


@pytest.fixture
async def stranger(portal: PortalUnderTest, sown: Sown) -> httpx.AsyncClient:
    """Signed in for an account that has nothing, and buys through nobody."""
    await add_portal_user(portal.services, sown.empty_customer, _STRANGER)
    client = portal.client()
    await portal.sign_in(client, sown.empty_customer, _STRANGER)
    return client


@pytest.mark.timeout(300)  # a thousand pages, each with a change of the store, on a busy machine
async def test_a_thousand_attempts_reach_nothing_and_are_all_noted(
    portal: PortalUnderTest, stranger: httpx.AsyncClient, sown: Sown
) -> None:
    services = portal.services
    await requested(services, sown.activated)
    before = await records(services)
    token = cookies.form_token_of(stranger.cookies[cookies.SESSION])
    form = {"form_token": token, "version": "1"}
    tried = islice(attempts(sown.empty_customer), 1_000 - _GUESSED_LINKS)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def attempt(method: str, path: str) -> httpx.Response:
        async with turns:
            data = form if method == "POST" else None
            return await stranger.request(method, path, data=data, follow_redirects=True)

    answers = await asyncio.gather(*(attempt(*each) for each in tried))
    for _ in range(_GUESSED_LINKS):
        answers.append(await attempt("GET", f"/sign-in/link?token={secrets.token_urlsafe(32)}"))
    assert {answer.status_code for answer in answers[:-_GUESSED_LINKS]} == {404}
    assert {answer.status_code for answer in answers[-_GUESSED_LINKS:]} == {410}
    told = "".join(answer.text for answer in answers)
    for secret in (sown.key, sown.link, "Müller", "Aegean", "Helios", "SO-0000", "INV-TEST"):
        assert secret not in told
    assert await records(services) == before
    await portal.desk.round()
    rows = await noted(services)
    assert sum(times for _, times in rows) == len(answers) == 1_000
    assert {who for who, _ in rows} == {f"Portal: {_STRANGER}", "Portal: somebody in 127.0.0.1"}
    assert len(rows) < 60, "nobody floods the audit"


async def test_a_customer_does_not_reach_what_his_reseller_was_billed(
    portal: PortalUnderTest, customer: tuple[int, str], sown: Sown
) -> None:
    client = portal.client()
    await portal.sign_in(client, *customer)
    assert (await client.get(f"/assets/{sown.activated}")).status_code == 200
    for path in (
        *(f"/invoices/{number}.pdf" for number in range(1, 8)),
        *(f"/assets/{sown.odd}", f"/assets/{sown.deleted}", f"/customers/{sown.other_customer}"),
    ):
        assert (await client.get(path)).status_code == 404
    assert len(await noted(portal.services)) == 10


async def test_somebody_elses_session_is_not_guessed(
    portal: PortalUnderTest, customer: tuple[int, str]
) -> None:
    right = await portal.session(*customer)
    for token in (right[:-1], right + "x", right.swapcase(), secrets.token_urlsafe(32)):
        client = portal.client(cookie=f"{cookies.SESSION}={token}")
        assert (await client.get("/")).headers["location"] == "/sign-in"


async def test_what_was_counted_is_told_when_the_portal_stops(
    portal: PortalUnderTest, stranger: httpx.AsyncClient
) -> None:
    for number in range(25):
        await stranger.get(f"/assets/{number + 1}")
    assert len(await noted(portal.services)) == 20
    await portal.desk.close()
    assert [times for _, times in await noted(portal.services)] == [1] * 20 + [5]
