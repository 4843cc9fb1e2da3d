"""An organisation's own sign-in: a real provider over TLS, and what it may and may not say."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest

from esd_desktop.models.store import portal_sessions
from esd_desktop.models.values import Secret
from esd_desktop.portal import cookies
from esd_desktop.sandbox.process import SandboxProcess
from esd_desktop.services.edit_portal_providers import (
    ProviderForm,
    add_portal_provider,
    portal_provider_list,
    remove_portal_provider,
)
from esd_desktop.services.edit_portal_users import portal_user_list, remove_portal_user
from tests.portal.serving import PortalUnderTest
from tests.support.sowing import Sown

_DOMAIN = "bluebird.example"
_ELENI = f"eleni@{_DOMAIN}"


@dataclass(frozen=True)
class Organisation:
    """A provider that runs, and how a person signs in there."""

    issuer: str
    ca_file: str

    async def sign_in(self, address: str, person: str) -> str:
        """Where the provider sends the browser back to."""
        context = ssl.create_default_context(cafile=self.ca_file)
        async with httpx.AsyncClient(verify=context) as browser:
            answer = await browser.post(address, data={"sub": person})
        return answer.headers["location"]


@pytest.fixture(scope="session")
def organisation(sandbox_process: SandboxProcess) -> Iterator[Organisation]:
    ca_file = sandbox_process.addresses.ca_file
    files = [str(ca_file.with_name(name)) for name in ("server.pem", "server.key")]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.portal.openid_provider", *files],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as provider:
        assert provider.stdout
        assert provider.stdin
        yield Organisation(provider.stdout.readline().strip(), str(ca_file))
        provider.stdin.close()


@pytest.fixture
async def known(portal: PortalUnderTest, sown: Sown, organisation: Organisation) -> Organisation:
    """The organisation, as staff named it for an account that has no address of its own."""
    form = ProviderForm(
        _DOMAIN, organisation.issuer, "portal", Secret("hush"), organisation.ca_file
    )
    await add_portal_provider(portal.services, sown.empty_customer, form)
    return organisation


async def to_provider(portal: PortalUnderTest, client: httpx.AsyncClient) -> httpx.Response:
    """By the form to the page that leads to the provider, and where it leads."""
    shown = await portal.post(client, "/sign-in", address=f"eleni@{_DOMAIN}")
    assert "organisation&#39;s own account" in shown.text
    (row,) = await portal_provider_list(portal.services)
    return await client.get(f"/sign-in/organisation/{row.id}")


@pytest.mark.both_stores
async def test_whom_the_organisation_vouches_for_is_let_in(
    portal: PortalUnderTest, known: Organisation
) -> None:
    client = portal.client()
    led = await to_provider(portal, client)
    assert led.status_code == 303
    back = await known.sign_in(led.headers["location"], "eleni")
    assert back.startswith(f"{portal.url}/sign-in/back?")
    arrived = await client.get(back)
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/")
    first = await client.get("/")
    assert "Zephyr Ltd" in first.text
    assert "eleni@bluebird.example" in first.text
    again = await client.get(back)
    assert again.status_code == 400, "the browser's part is good for once"
    await remove_portal_provider(portal.services, _DOMAIN)
    assert (await client.get("/")).headers["location"] == "/sign-in"


async def test_whom_staff_shut_out_is_not_though_the_organisation_vouches(
    portal: PortalUnderTest, known: Organisation, sown: Sown
) -> None:
    client = portal.client()
    led = await to_provider(portal, client)
    await client.get(await known.sign_in(led.headers["location"], "eleni"))
    (listed,) = await portal_user_list(portal.services, sown.empty_customer)
    assert (listed.address, listed.vouched_by, listed.sessions) == (_ELENI, _DOMAIN, 1)
    await remove_portal_user(portal.services, sown.empty_customer, _ELENI)
    assert (await client.get("/")).headers["location"] == "/sign-in"
    led = await to_provider(portal, client)
    refused = await client.get(await known.sign_in(led.headers["location"], "eleni"))
    assert refused.status_code == 502
    assert cookies.SESSION not in client.cookies


@pytest.mark.parametrize("person", ["mallory", "unsure", "nameless"])
async def test_who_is_not_of_the_organisation_is_not(
    portal: PortalUnderTest, known: Organisation, person: str
) -> None:
    client = portal.client()
    led = await to_provider(portal, client)
    refused = await client.get(await known.sign_in(led.headers["location"], person))
    assert refused.status_code == 502
    assert cookies.SESSION not in client.cookies
    assert "You are not signed in" in refused.text


def other_state(back: str, kept: str) -> tuple[str, str]:
    return back.replace("state=", "state=x"), kept


def other_nonce(back: str, kept: str) -> tuple[str, str]:
    provider, state, nonce, verifier = kept.split(".")
    return back, ".".join((provider, state, f"x{nonce}", verifier))


def no_code(back: str, kept: str) -> tuple[str, str]:
    return back.replace("code=", "error="), kept


def made_up_code(back: str, kept: str) -> tuple[str, str]:
    return back.replace("code=", "code=x"), kept


def nothing_kept(back: str, _kept: str) -> tuple[str, str]:
    return back, ""


@pytest.mark.parametrize(
    ("spoiled", "status"),
    [
        (other_state, 400),
        (no_code, 400),
        (nothing_kept, 400),
        (other_nonce, 502),
        (made_up_code, 502),
    ],
)
async def test_an_end_that_does_not_fit_its_beginning_signs_nobody_in(
    portal: PortalUnderTest,
    known: Organisation,
    spoiled: Callable[[str, str], tuple[str, str]],
    status: int,
) -> None:
    client = portal.client()
    led = await to_provider(portal, client)
    back, kept = spoiled(
        await known.sign_in(led.headers["location"], "eleni"), client.cookies[cookies.OPENID]
    )
    stranger = portal.client(cookie=f"{cookies.OPENID}={kept}")
    assert (await stranger.get(back)).status_code == status
    assert cookies.SESSION not in stranger.cookies


async def test_what_the_browser_brings_is_no_more_than_it_should(
    portal: PortalUnderTest, known: Organisation
) -> None:
    client = portal.client()
    led = await to_provider(portal, client)
    asked = httpx.URL(led.headers["location"]).params
    assert asked["scope"] == "openid email profile"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{portal.url}/sign-in/back"
    assert asked["code_challenge"] not in client.cookies[cookies.OPENID]


async def test_an_organisation_that_does_not_answer_is_told(
    portal: PortalUnderTest, sown: Sown
) -> None:
    form = ProviderForm(_DOMAIN, "https://127.0.0.1:9", "portal", Secret(""))
    await add_portal_provider(portal.services, sown.empty_customer, form)
    client = portal.client()
    led = await to_provider(portal, client)
    assert led.status_code == 502
    assert "did not confirm who you are" in led.text


async def test_people_of_the_domain_get_no_link_by_mail(
    portal: PortalUnderTest, known: Organisation
) -> None:
    client = portal.client()
    await to_provider(portal, client)
    await portal.desk.settled()
    async with portal.services.store.read() as connection:
        assert await portal_sessions.due_links(connection, portal.services.now()) == []
