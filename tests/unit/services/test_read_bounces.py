"""The mailbox that undeliverable mails come back to: read over TLS, marked sparingly, never
emptied."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from esd_desktop.errors import InvalidInput, MailFault
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.statuses import MailState
from esd_desktop.services.browse import asset_mails
from esd_desktop.services.changes import Changes, Result
from esd_desktop.services.context import Services
from esd_desktop.services.journal import keep_up
from esd_desktop.services.read_bounces import look_for_bounces, read_bounces
from esd_desktop.services.shared_settings import change_settings
from tests.support import bounces
from tests.support.imap_server import PASSWORD, ImapHost, imap_host
from tests.support.mail_server import silent_host
from tests.support.mailing import mail_in
from tests.support.sowing import Sown
from tests.support.waiting import until

LETTER = b"From: eleni@aegean.example\nSubject: Thanks\n\nThank you for the licence.\n"


@pytest.fixture
async def mailbox(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ImapHost]:
    """A mailbox that the settings name and this computer trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "imap.pem"))
    async with imap_host(tmp_path) as host:
        await set_mailbox(services, host.port)
        yield host


async def set_mailbox(services: Services, port: int, password: str = PASSWORD) -> None:
    await change_settings(
        services,
        {
            "mail.bounce_host": "127.0.0.1",
            "mail.bounce_port": str(port),
            "mail.bounce_username": "licences@esd.example",
            "mail.bounce_password": password,
        },
    )


@pytest.fixture
async def sent(services: Services, sown: Sown) -> MailRow:
    return await mail_in(services, sown.activated, MailState.SENT)


async def test_a_notice_marks_its_mail_and_is_read_only_itself(
    services: Services, mailbox: ImapHost, sent: MailRow
) -> None:
    mailbox.letters = {
        3: LETTER,
        4: bounces.report(sent.message_id),
        5: bounces.report("<x@elsewhere.example>"),
    }
    outcome = await look_for_bounces(services)
    assert outcome.sentence == "1 mail came back."
    assert outcome.changes.mails == {sent.id}
    (mail,) = await asset_mails(services, sent.asset_id)
    assert mail.state is MailState.BOUNCED
    assert mailbox.seen == {4}
    told = " ".join(mailbox.commands)
    assert "EXPUNGE" not in told
    assert "Deleted" not in told
    assert mailbox.commands[-1] == "LOGOUT"
    again = await look_for_bounces(services)
    assert (again.result, again.sentence) == (
        Result.UNCHANGED,
        "No mail came back. 2 unread mails looked at.",
    )


async def test_without_a_mailbox_nobody_looks(services: Services) -> None:
    assert await read_bounces(services) == Changes()
    with pytest.raises(InvalidInput, match="No mailbox"):
        await look_for_bounces(services)


async def test_a_wrong_password_is_a_sentence(services: Services, mailbox: ImapHost) -> None:
    await set_mailbox(services, mailbox.port, "wrong-one")
    with pytest.raises(MailFault) as caught:
        await look_for_bounces(services)
    assert "wrong password" in caught.value.sentence
    assert "wrong-one" not in str(caught.value)


@pytest.mark.parametrize("command", ["LOGIN", "UID SEARCH", "UID FETCH", "LOGOUT"])
async def test_a_line_that_breaks_is_a_sentence_and_loses_nothing(
    services: Services, mailbox: ImapHost, sent: MailRow, command: str
) -> None:
    mailbox.letters = {4: bounces.report(sent.message_id)}
    mailbox.hangs_up_at = command
    if command == "LOGOUT":
        assert (await look_for_bounces(services)).changes.mails == {sent.id}
        return
    with pytest.raises(MailFault, match="could not be read"):
        await look_for_bounces(services)
    assert mailbox.seen == set()
    mailbox.hangs_up_at = ""
    assert (await look_for_bounces(services)).changes.mails == {sent.id}


async def test_a_server_that_nobody_vouches_for_gets_no_password(
    services: Services, mailbox: ImapHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailFault):
        await look_for_bounces(services)
    assert mailbox.commands == []


async def test_giving_up_lets_go_of_a_silent_server(services: Services) -> None:
    async with silent_host() as host:
        await set_mailbox(services, host.port)
        looking = asyncio.create_task(look_for_bounces(services))
        await until(lambda: host.connections)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        await until(lambda: host.left)


async def test_the_journal_looks_by_itself(
    services: Services, mailbox: ImapHost, sent: MailRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("esd_desktop.services.journal.BOUNCES_PERIOD_S", 0.01)
    told: list[Changes] = []
    keeping_up = asyncio.create_task(keep_up(services, told.append, asyncio.Event()))
    await until(lambda: "LOGOUT" in mailbox.commands)
    mailbox.letters = {4: bounces.report(sent.message_id)}
    await until(lambda: any(sent.id in changes.mails for changes in told))
    keeping_up.cancel()
    await asyncio.gather(keeping_up, return_exceptions=True)
