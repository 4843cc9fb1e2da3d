"""A mail server that refuses or is away: the address and the reason are told, the mail is kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.send_mails import send_due_mails
from tests.scenarios.faults.telling import Behind, Esd, is_for_a_person
from tests.support.desktops import later
from tests.support.ledger import ledger
from tests.support.mail_server import Answer, MailHost, mail_host

TOLD_IN = ("audit", "outbox")


@pytest.fixture
def welcomed(behind: Behind, bought: int, sandbox: SandboxControl) -> int:
    """An asset whose first mail has gone."""
    behind(send_due_mails)
    assert len(sandbox.mails()) == 1
    return bought


class Elsewhere:
    """A mail server on a thread of its own, since the command line has a loop of its own."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._loop = asyncio.new_event_loop()
        self._leave = asyncio.Event()
        self._there = threading.Event()
        self.host = MailHost()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self._thread.start()
        assert self._there.wait(5)

    async def _run(self) -> None:
        async with mail_host(self._answer) as self.host:
            self._there.set()
            await self._leave.wait()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def refusing(request: pytest.FixtureRequest) -> Iterator[MailHost]:
    """A mail server that says no at one moment of the conversation."""
    moment, said = request.param
    server = Elsewhere(lambda line: said if line.startswith(moment) else "")
    yield server.host
    server.close()


@pytest.mark.parametrize(
    ("refusing", "words"),
    [
        (("CONNECT", "554 We do not know you"), ("554 We do not know you", "Settings, Mail")),
        (("MAIL FROM", "550 Sender unknown"), ("550 Sender unknown", "Check the sender")),
        (("RCPT TO", "550 No such person"), ("550 No such person", "the account's e-mail")),
        (("RCPT TO", "451 Come back later"), ("451 Come back later", "tried again by itself")),
        ((".", "554 Looks like spam"), ("554 Looks like spam", "Check the account's e-mail")),
        (("EHLO", None), ("ended the connection", "tried again by themselves")),
    ],
    indirect=["refusing"],
    ids=["host", "sender", "recipient", "for-now", "content", "hangs-up"],
)
def test_a_server_that_refuses(
    esd: Esd,
    welcomed: int,
    sandbox: SandboxControl,
    store_file: Path,
    refusing: MailHost,
    words: tuple[str, ...],
) -> None:
    esd("settings", "set", "mail.port", str(refusing.port))
    before = ledger(store_file, besides=TOLD_IN)
    said = esd("assets", "resend", str(welcomed))
    is_for_a_person(said, *words)
    assert "office@aegean.example" in said.err
    assert refusing.mails == []
    assert ledger(store_file, besides=TOLD_IN) == before
    esd("settings", "set", "mail.port", str(sandbox.addresses.smtp_port))
    assert esd("assets", "resend", str(welcomed)).code == 0
    assert len(sandbox.mails()) == 2


def test_what_waited_goes_by_itself_under_the_same_name(
    esd: Esd, behind: Behind, welcomed: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("mail", "drop_after")
    said = esd("assets", "resend", str(welcomed))
    is_for_a_person(said, "ended the connection", "tried again by themselves")

    async def five_minutes_later(services: object) -> None:
        later(services, minutes=5)  # type: ignore[arg-type]
        await send_due_mails(services)  # type: ignore[arg-type]

    behind(five_minutes_later)
    first, second, third = sandbox.mails()
    assert first["message_id"] != second["message_id"] == third["message_id"]


def test_without_a_mail_server_nothing_is_queued(
    esd: Esd, welcomed: int, sandbox: SandboxControl, store_file: Path
) -> None:
    esd("settings", "set", "mail.host", "")
    before = ledger(store_file, besides=())
    said = esd("assets", "resend", str(welcomed))
    is_for_a_person(said, "No mail server is set", "esd settings set mail.host")
    assert ledger(store_file, besides=()) == before
    esd("settings", "set", "mail.host", sandbox.addresses.smtp_host)
    assert esd("assets", "resend", str(welcomed)).code == 0
