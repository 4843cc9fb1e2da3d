"""Handing a finished mail to the mail server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from esd_desktop.errors import MailFault, MailRefused, MailServerAway
from esd_desktop.models.values import Secret
from esd_desktop.models.wording import on_one_line
from esd_desktop.services.tls import to_a_mail_server, trouble

if TYPE_CHECKING:
    import aiosmtplib

Security = Literal["none", "starttls", "tls"]
# For a step, and for all of them: shorter than a mail is claimed for (send_mails.py), so that no
# other desktop takes it up meanwhile.
_TIMEOUT_S = 30
_TOTAL_TIMEOUT_S = 90


class MailServer(Struct, frozen=True):
    """Where mails go, and from whom they come."""

    host: str
    port: int
    security: Security
    username: str
    password: Secret | None
    sender: str


class Mailer:
    """Talks to mail servers, over a connection of its own each time, within 90 seconds in all."""

    async def send(self, server: MailServer, mail: EmailMessage) -> None:
        """Hand the mail over. Raises MailRefused for a final no, MailFault for one to try again."""
        taken = False
        try:
            async with _session(server) as session:
                await session.send_message(mail)
                taken = True
        except MailFault:
            # What goes wrong in saying goodbye is no reason to send the mail again.
            if not taken:
                raise

    async def check(self, server: MailServer) -> None:
        """Connect, say hello, sign in, and go, without a mail. Raises like ``send``."""
        async with _session(server) as session:
            await session.noop()


@asynccontextmanager
async def _session(server: MailServer) -> AsyncIterator[aiosmtplib.SMTP]:
    """A connection that is signed in; whatever goes wrong on it comes out as a MailFault."""
    import aiosmtplib

    session = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username or None,
        password=server.password.reveal() if server.password else None,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=None if server.security == "none" else to_a_mail_server(),
        timeout=_TIMEOUT_S,
    )
    try:
        async with asyncio.timeout(_TOTAL_TIMEOUT_S), session:
            yield session
    except aiosmtplib.SMTPException as error:
        raise _fault(server, error) from error
    except OSError as error:
        why = trouble(error) or error.strerror or "it did not answer in time"
        raise _unreachable(server, why) from error
    except UnicodeError as error:
        raise _unusable(
            server, "its name or the user name has characters that it cannot"
        ) from error


def _fault(server: MailServer, error: aiosmtplib.SMTPException) -> MailFault:
    import aiosmtplib

    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return _answered(server, first.code, first.message, whom=f" for {first.recipient}")
        case aiosmtplib.SMTPAuthenticationError():
            return MailServerAway(
                f"The mail server {server.host} does not accept the user name and password.",
                advice="Correct them in Settings, Mail.",
            )
        case (
            aiosmtplib.SMTPConnectResponseError()
            | aiosmtplib.SMTPHeloError()
            | aiosmtplib.SMTPSenderRefused()
        ):
            # A no to us, not to this mail, which is kept until the settings are mended.
            return MailServerAway(
                f"The mail server {server.host} takes no mail from {server.sender}: "
                f"{error.code} {_tidy(error.message)}.",
                advice="Check the sender and the server in Settings, Mail. Waiting mails are tried "
                "again by themselves.",
            )
        case aiosmtplib.SMTPResponseException():
            return _answered(server, error.code, error.message)
        case aiosmtplib.SMTPNotSupported() if "SMTPUTF8" in error.message:
            return MailRefused(
                f"The mail server {server.host} cannot send to addresses with letters such as é.",
                advice="Give the account an address in plain letters.",
            )
        case aiosmtplib.SMTPServerDisconnected():
            # The library's own words for it are about a file's end.
            return MailServerAway(
                f"The mail server {server.host}:{server.port} ended the connection.",
                advice="Waiting mails are tried again by themselves. If it goes on like this, "
                "check Settings, Mail.",
            )
        case aiosmtplib.SMTPConnectError():
            return _unreachable(server, trouble(error) or _system_words(error))
        case aiosmtplib.SMTPTimeoutError():
            return _unreachable(server, "it did not answer in time")
        case _:
            return _unusable(server, error.message)


def _answered(server: MailServer, code: int, said: str, *, whom: str = "") -> MailFault:
    words = _tidy(said)
    if 500 <= code < 600:
        return MailRefused(
            f"The mail server {server.host} refused the mail{whom}: {code} {words}.",
            advice="Check the account's e-mail address, and the sender in Settings, Mail.",
        )
    return MailFault(
        f"The mail server {server.host} cannot take the mail{whom} now: {code} {words}.",
        advice="It stays in the outbox and is tried again by itself.",
    )


def _system_words(error: BaseException) -> str:
    """Why there is no line, in the system's words rather than the library's."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return "no connection could be made"


def _unreachable(server: MailServer, why: str) -> MailFault:
    return MailServerAway(
        f"The mail server {server.host}:{server.port} could not be reached: {_tidy(why)}.",
        advice="Check the network and Settings, Mail. Waiting mails are tried again by themselves.",
    )


def _unusable(server: MailServer, why: str) -> MailFault:
    return MailServerAway(
        f"The mail server {server.host}:{server.port} could not be used: {_tidy(why)}.",
        advice="Check Settings, Mail: the server, its security, and whether it wants a user name. "
        "Waiting mails are tried again by themselves.",
    )


def _tidy(why: str) -> str:
    return on_one_line(why).rstrip(".")
