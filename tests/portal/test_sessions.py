"""Being signed in: for how long, in which browsers, and how it ends."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.models.store import portal_sessions, tables
from esd_desktop.portal import cookies
from esd_desktop.services.edit_portal_users import add_portal_user, sign_out_portal_user
from tests.portal.serving import PortalUnderTest
from tests.support.desktops import later
from tests.support.sowing import Sown


async def sessions(portal: PortalUnderTest) -> int:
    async with portal.services.store.read() as connection:
        return len((await connection.execute(tables.portal_sessions.select())).all())


async def test_who_is_idle_for_too_long_is_signed_out(
    portal: PortalUnderTest, customer: tuple[int, str]
) -> None:
    client = portal.client()
    await portal.sign_in(client, *customer)
    for minutes in (29, 58):
        later(portal.services, minutes=minutes)
        assert (await client.get("/")).status_code == 200
        await portal.desk.round()
    later(portal.services, minutes=58 + 31)
    gone = await client.get("/")
    assert (gone.status_code, gone.headers["location"]) == (303, "/sign-in")
    assert cookies.SESSION not in client.cookies
    await portal.desk.round()
    assert await sessions(portal) == 0


async def test_a_page_does_not_wait_for_who_writes_into_the_store(
    portal: PortalUnderTest, customer: tuple[int, str]
) -> None:
    client = portal.client()
    await portal.sign_in(client, *customer)
    later(portal.services, minutes=20)
    async with portal.services.store.change() as work, asyncio.timeout(5):
        await portal_sessions.see(work, {1: portal.services.now()})
        assert (await client.get("/")).status_code == 200
    await portal.desk.round()
    later(portal.services, minutes=45)
    assert (await client.get("/")).status_code == 200, "the visit was written down afterwards"


async def test_after_twelve_hours_everybody_is_signed_out(
    portal: PortalUnderTest, customer: tuple[int, str]
) -> None:
    client = portal.client()
    await portal.sign_in(client, *customer)
    for minutes in range(15, 12 * 60, 15):
        later(portal.services, minutes=minutes)
        assert (await client.get("/sign-in")).status_code == 303, "one is signed in already"
        await portal.desk.round()
    later(portal.services, hours=12, minutes=1)
    assert (await client.get("/sign-in")).status_code == 200


async def test_signing_out_ends_this_session_alone(
    portal: PortalUnderTest, customer: tuple[int, str]
) -> None:
    here, there = portal.client(), portal.client()
    for client in (here, there):
        await portal.sign_in(client, *customer)
    token = here.cookies[cookies.SESSION]
    assert (await portal.post(here, "/sign-out", page="/")).headers["location"] == "/sign-in"
    here.cookies.set(cookies.SESSION, token, domain="127.0.0.1", path="/")
    assert (await here.get("/")).status_code == 303, "the cookie alone is nothing any more"
    assert (await there.get("/")).status_code == 200


async def test_signing_out_everywhere_ends_all_of_the_address(
    portal: PortalUnderTest, customer: tuple[int, str], sown: Sown
) -> None:
    await add_portal_user(portal.services, sown.customer, "another@mueller.example")
    here, there, another = (portal.client() for _ in range(3))
    for client in (here, there):
        await portal.sign_in(client, *customer)
    await portal.sign_in(another, sown.customer, "another@mueller.example")
    await portal.post(here, "/sign-out/everywhere", page="/")
    assert [(await client.get("/")).status_code for client in (here, there, another)] == [
        *(303, 303, 200)
    ]


@pytest.mark.both_stores
async def test_staff_sign_somebody_out(portal: PortalUnderTest, customer: tuple[int, str]) -> None:
    client = portal.client()
    await portal.sign_in(client, *customer)
    assert "was signed out" in (await sign_out_portal_user(portal.services, *customer)).sentence
    assert (await client.get("/")).status_code == 303
    assert "is not signed in" in (await sign_out_portal_user(portal.services, *customer)).sentence


async def test_the_cookie_is_out_of_reach(
    portal: PortalUnderTest, customer: tuple[int, str]
) -> None:
    answer = await portal.client().get("/sign-in")
    (cookie,) = answer.headers.get_list("set-cookie")
    name, *traits = cookie.split("; ")
    assert name.startswith("__Host-guest=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(traits)
    assert not any(trait.startswith("Domain") for trait in traits)


async def test_a_token_that_is_none_is_led_to_signing_in(portal: PortalUnderTest) -> None:
    for token in ("x", "a" * 5000, "%00", "'; DROP TABLE portal_sessions; --"):
        client = portal.client(cookie=f"{cookies.SESSION}={token}")
        assert (await client.get("/")).headers["location"] == "/sign-in"
    assert (await portal.client(**{"HX-Request": "true"}).get("/")).headers["hx-redirect"]


@pytest.mark.on_a_file
async def test_looking_at_pages_makes_no_window_read_anew(
    portal: PortalUnderTest, customer: tuple[int, str]
) -> None:
    client = portal.client()
    await portal.sign_in(client, *customer)

    async def beats() -> list[int]:
        async with portal.services.store.read() as connection:
            rows = await connection.execute(tables.pulses.select())
            return [row.beats for row in rows]

    before = await beats()
    for minutes in (2, 4):
        later(portal.services, minutes=minutes)
        assert (await client.get("/assets")).status_code == 200
    assert (await portal.post(client, "/sign-in", address="who@mueller.example")).status_code
    await portal.desk.settled()
    await portal.desk.round()
    assert await beats() == before
    await client.get("/assets/999999")  # this is noted in the history
    assert await beats() != before
