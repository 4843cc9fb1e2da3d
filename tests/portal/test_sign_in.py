"""Coming in by a link: from the form to the cookie, and what is not told to whom."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.message import EmailMessage

import httpx2 as httpx
import pytest

from esd_desktop.demo.connecting import SENDER
from esd_desktop.models.portal import PortalLink
from esd_desktop.models.store import tables
from esd_desktop.portal import cookies
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import account_history
from esd_desktop.services.context import Services
from esd_desktop.services.edit_portal_users import add_portal_user, remove_portal_user
from esd_desktop.services.mail.kinds import SIGN_IN
from esd_desktop.services.mail.smtp import Mailer, MailServer
from esd_desktop.services.portal.limits import Turn
from esd_desktop.services.portal.sign_in import GOOD_FOR, LINK_MAILED
from esd_desktop.services.portal.tokens import hash_of
from esd_desktop.services.shared_settings import change_settings
from tests.portal.serving import PortalUnderTest, form_token
from tests.support.sowing import Sown

_KNOWN, _UNKNOWN = "it@mueller.example", "nobody@mueller.example"


@pytest.fixture
async def mails(services: Services, sandbox: SandboxControl) -> SandboxControl:
    """The sandbox, which takes the portal's mails."""
    addresses = sandbox.addresses
    await change_settings(
        services,
        {
            "mail.host": addresses.smtp_host,
            "mail.port": str(addresses.smtp_port),
            "mail.security": "none",
            "mail.sender": SENDER,
        },
    )
    return sandbox


async def pressed(client: httpx.AsyncClient, link: str, **fields: str) -> httpx.Response:
    """The button that a link shows."""
    token = link.partition("token=")[2]
    shown = await client.get(link)
    return await client.post(
        "/sign-in/link", data={"form_token": form_token(shown), "token": token, **fields}
    )


async def links(services: Services) -> list[PortalLink]:
    async with services.store.read() as connection:
        rows = await connection.execute(tables.portal_links.select())
    return [PortalLink(**row._mapping) for row in rows]


async def about_links(portal: PortalUnderTest, account_id: int) -> list[str]:
    """What staff read of mails with links in an account's history, newest first."""
    rows = await account_history(portal.services, account_id)
    return [row.sentence for row in rows if row.action == LINK_MAILED]


@pytest.mark.both_stores
async def test_a_link_signs_in_once(portal: PortalUnderTest, mails: SandboxControl) -> None:
    client = portal.client()
    link = await portal.link_for(client, " IT@Mueller.example", mails)
    assert "it@mueller.example for Müller &amp; Söhne KG" in (await client.get(link)).text
    answer = await pressed(client, link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Müller &amp; Söhne KG" in (await client.get("/")).text
    other = portal.client()
    assert (await pressed(other, link)).status_code == 410
    assert cookies.SESSION not in other.cookies


async def test_of_two_who_press_at_once_one_is_let_in(
    portal: PortalUnderTest, mails: SandboxControl
) -> None:
    one, other = portal.client(), portal.client()
    link = await portal.link_for(one, _KNOWN, mails)
    both = await asyncio.gather(pressed(one, link), pressed(other, link))
    assert sorted(answer.status_code for answer in both) == [303, 410]


async def test_after_fifteen_minutes_a_link_is_nothing(
    portal: PortalUnderTest, mails: SandboxControl
) -> None:
    client, now = portal.client(), portal.services.now()
    link = await portal.link_for(client, _KNOWN, mails)
    portal.services.clock = lambda: now + GOOD_FOR + timedelta(minutes=1)
    assert (await pressed(client, link)).status_code == 410
    await portal.desk.round()
    assert await links(portal.services) == []


async def test_a_known_address_and_another_are_answered_alike(
    portal: PortalUnderTest, mails: SandboxControl
) -> None:
    answers = []
    for address in (_KNOWN, _UNKNOWN):
        answer = await portal.post(portal.client(), "/sign-in", address=address)
        # The guest's cookie and form are chance for both.
        answers.append((answer.status_code, answer.text.replace(address, "ADDRESS")))
    first, second = (text for _, text in answers)
    assert answers[0][0] == answers[1][0] == 200
    assert len(first) == len(second)
    await portal.desk.settled()
    assert [mail["to"] for mail in mails.mails()] == [_KNOWN]


class HeldBack(Mailer):
    """Sends nothing until it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()

    async def send(self, server: MailServer, mail: EmailMessage) -> None:
        await self.let.wait()
        await super().send(server, mail)


async def test_the_answer_waits_for_nothing_that_depends_on_the_address(
    portal: PortalUnderTest, mails: SandboxControl
) -> None:
    """It is there before the mail is."""
    portal.services.mailer = held = HeldBack()
    answer = await portal.post(portal.client(), "/sign-in", address=_KNOWN)
    assert answer.status_code == 200
    assert mails.mails() == []
    held.let.set()
    await portal.desk.settled()
    assert len(mails.mails()) == 1


async def test_what_is_kept_of_a_link_signs_nobody_in(
    portal: PortalUnderTest, mails: SandboxControl
) -> None:
    link = await portal.link_for(portal.client(), _KNOWN, mails)
    (kept,) = await links(portal.services)
    token = link.partition("token=")[2]
    assert kept.token_hash == hash_of(token)
    assert token not in repr(vars(kept))


async def test_a_mail_that_cannot_leave_is_tried_again_and_staff_are_told_why(
    portal: PortalUnderTest, mails: SandboxControl, sown: Sown
) -> None:
    mails.set_fault("mail", "refuse_for_now", times=1)
    now = portal.services.now()
    await portal.post(portal.client(), "/sign-in", address=_KNOWN)
    await portal.desk.settled()
    assert mails.mails() == []
    portal.services.clock = lambda: now + timedelta(minutes=2)
    await portal.desk.round()
    (mail,) = mails.mails()
    assert mail["to"] == _KNOWN
    later, first = await about_links(portal, sown.customer)
    assert "could not be sent" in first
    assert later == f"A link to sign in was mailed to {_KNOWN}."


async def test_an_address_of_several_accounts_chooses(
    portal: PortalUnderTest, mails: SandboxControl, sown: Sown
) -> None:
    await add_portal_user(portal.services, sown.other_customer, _KNOWN, "Ina Tietz")
    client = portal.client()
    link = await portal.link_for(client, _KNOWN, mails)
    for account_id in (sown.customer, sown.other_customer):
        assert await about_links(portal, account_id) == [
            f"A link to sign in was mailed to {_KNOWN}."
        ]
    assert (await pressed(client, link)).status_code == 422
    assert (await pressed(client, link, account=str(sown.empty_customer))).status_code == 422
    assert (await pressed(client, link, account="9" * 5000)).status_code == 422
    assert (await pressed(client, link, account=str(sown.other_customer))).status_code == 303
    assert "Aegean Shipping SA" in (await client.get("/")).text


async def test_who_was_shut_out_gets_no_link_and_is_signed_out(
    portal: PortalUnderTest, mails: SandboxControl, customer: tuple[int, str]
) -> None:
    client = portal.client()
    await portal.sign_in(client, *customer)
    link = await portal.link_for(portal.client(), _KNOWN, mails)
    await remove_portal_user(portal.services, *customer)
    assert (await client.get("/")).headers["location"] == "/sign-in"
    assert (await pressed(portal.client(), link)).status_code == 410
    await portal.post(portal.client(), "/sign-in", address=_KNOWN)
    await portal.desk.settled()
    assert len(mails.mails()) == 1


@pytest.mark.parametrize("address", [_KNOWN, _UNKNOWN])
async def test_links_of_an_address_are_limited_known_or_not(
    portal: PortalUnderTest, mails: SandboxControl, address: str
) -> None:
    _, times, _ = Turn.LINK_OF_ADDRESS.value
    statuses = [
        (await portal.post(portal.client(), "/sign-in", address=address)).status_code
        for _ in range(times + 1)
    ]
    assert statuses == [200] * times + [429]
    refused = await portal.post(portal.client(), "/sign-in", address=address.upper())
    assert 0 < int(refused.headers["retry-after"]) <= 15 * 60
    await portal.desk.settled()


@pytest.mark.parametrize("typed", ["", "nobody", "a@b,c@d", "x" * 400 + "@example.com"])
async def test_what_is_no_address_is_told_where_it_was_typed(
    portal: PortalUnderTest, typed: str
) -> None:
    answer = await portal.post(portal.client(), "/sign-in", address=typed)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


async def test_the_mail_speaks_the_language_of_the_page(
    portal: PortalUnderTest, mails: SandboxControl
) -> None:
    await portal.link_for(portal.client(**{"Accept-Language": "de-AT,de;q=0.9"}), _KNOWN, mails)
    (mail,) = mails.mails()
    assert mail["subject"].startswith("Anmeldung am Portal")
    assert SIGN_IN not in mail["subject"]
