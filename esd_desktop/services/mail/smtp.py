"""Handing a finished mail to the mail server."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

import aiosmtplib

from esd_desktop.errors import MailFault, MailRefused
from esd_desktop.models.values import Secret

Security = Literal["none", "starttls", "tls"]
_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go, and from whom they come."""

    host: str
    port: int
    security: Security
    username: str
    password: Secret | None
    sender: str


class Mailer:
    """Talks to mail servers, over a connection of its own each time, within 30 seconds a step."""

    async def send(self, server: MailServer, mail: EmailMessage) -> None:
        """Hand the mail over. Raises MailRefused for a final no, MailFault for one to try again."""
        async with _session(server) as session:
            await session.send_message(mail)

    async def check(self, server: MailServer) -> None:
        """Connect, say hello, sign in, and go, without a mail. Raises like ``send``."""
        async with _session(server) as session:
            await session.noop()


@asynccontextmanager
async def _session(server: MailServer) -> AsyncIterator[aiosmtplib.SMTP]:
    """A connection that is signed in; whatever goes wrong on it comes out as a MailFault."""
    session = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username or None,
        password=server.password.reveal() if server.password else None,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=None if server.security == "none" else ssl.create_default_context(),
        timeout=_TIMEOUT_S,
    )
    try:
        async with session:
            yield session
    except aiosmtplib.SMTPException as error:
        raise _fault(server, error) from error
    except OSError as error:
        raise _unreachable(server, str(error.strerror or error)) from error


def _fault(server: MailServer, error: aiosmtplib.SMTPException) -> MailFault:
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return _answered(
                server, first.code, first.message, whom=f" for {first.recipient}"
            )
        case aiosmtplib.SMTPAuthenticationError():
            return MailFault(
                f"The mail server {server.host} does not accept the user name and password.",
                advice="Correct them in Settings, Mail.",
            )
        case aiosmtplib.SMTPResponseException():
            return _answered(server, error.code, error.message)
        case _:
            return _unreachable(server, error.message or "no answer")


def _answered(server: MailServer, code: int, said: str, *, whom: str = "") -> MailFault:
    words = " ".join(said.split())
    if 500 <= code < 600:
        return MailRefused(
            f"The mail server {server.host} refused the mail{whom}: {code} {words}",
            advice="Check the account's e-mail address, and the sender in Settings, Mail.",
        )
    return MailFault(
        f"The mail server {server.host} cannot take the mail{whom} now: {code} {words}",
        advice="It stays in the outbox and is tried again by itself.",
    )


def _unreachable(server: MailServer, why: str) -> MailFault:
    return MailFault(
        f"The mail server {server.host}:{server.port} could not be reached: {why}.",
        advice="Check the network and Settings, Mail. Waiting mails are tried again by themselves.",
    )
