"""The mailbox in which undeliverable mails come back: read over IMAP with TLS, nothing deleted."""

from __future__ import annotations

import asyncio
import imaplib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

from msgspec import Struct

from esd_desktop.errors import MailFault
from esd_desktop.models.values import Secret
from esd_desktop.services.mail.bounce import LARGEST_NOTICE
from esd_desktop.services.tls import to_a_mail_server, trouble

Answer = TypeVar("Answer")

_TIMEOUT_S = 20
_MOST_AT_ONCE = 200
_LOOK_BACK = timedelta(days=14)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MailboxPlace(Struct, frozen=True):
    """Where the mailbox is, and who may read it."""

    host: str
    port: int
    username: str
    password: Secret


class Mailbox:
    """An inbox that is open. imaplib blocks, so each step runs on a thread of its own."""

    def __init__(self, place: MailboxPlace) -> None:
        self._place = place
        self._line: imaplib.IMAP4_SSL | None = None
        self._socket: ssl.SSLSocket | None = None
        self._given_up = False

    async def open(self) -> None:
        """Connect, sign in, open the inbox. Raises MailFault."""
        await self._step(self._open)

    async def unseen(self, now: datetime) -> list[str]:
        """The newest unread mails of the last two weeks. Raises MailFault."""
        since = now - _LOOK_BACK
        day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        found = await self._step(lambda line: line.uid("SEARCH", "UNSEEN", "SINCE", day))
        uids = [uid.decode() for part in found if part for uid in part.split()]
        return uids[-_MOST_AT_ONCE:]

    async def read(self, uid: str) -> bytes:
        """A mail, without marking it as read; at most as much of it as a notice is long."""
        wanted = f"(BODY.PEEK[]<0.{LARGEST_NOTICE}>)"
        found = await self._step(lambda line: line.uid("FETCH", uid, wanted))
        return b"".join(part[1] for part in found if isinstance(part, tuple))

    async def mark_seen(self, uid: str) -> None:
        """Mark a mail as read."""
        await self._step(lambda line: line.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))

    async def close(self) -> None:
        """Say goodbye; a server that does not answer that is left."""
        if self._line is not None:
            with suppress(MailFault):
                await self._step(lambda line: line.logout())
            with suppress(OSError):
                self._line.shutdown()

    def _open(self, _: object) -> tuple[str, list[Any]]:
        place = self._place
        self._line = _Line(place, self._took)
        self._line.login(place.username, place.password.reveal())
        return self._line.select("INBOX")

    async def _step(self, ask: Callable[[Any], tuple[str, list[Any]]]) -> list[Any]:
        """Do one thing at the server; whatever goes wrong comes out as a MailFault."""
        try:
            state, answer = await asyncio.to_thread(ask, self._line)
        except asyncio.CancelledError:
            # The thread would go on waiting for the server, and the program's end for the thread.
            self._hang_up()
            raise
        except imaplib.IMAP4.error as error:
            raise self._fault(_words(error)) from error
        except (OSError, EOFError) as error:
            why = trouble(error) or getattr(error, "strerror", None) or "it did not answer"
            raise self._fault(why) from error
        except UnicodeError as error:
            raise self._fault("its name or the user name has characters that it cannot") from error
        if state not in ("OK", "BYE"):
            raise self._fault(f"it said {state}")
        return answer

    def _took(self, taken: ssl.SSLSocket) -> None:
        self._socket = taken
        if self._given_up:  # before there was a socket to hang up with
            self._hang_up()

    def _hang_up(self) -> None:
        """Wake whatever waits for the server; the thread that has the socket closes it."""
        self._given_up = True
        if self._socket is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _fault(self, why: str) -> MailFault:
        return MailFault(
            f"The mailbox for undeliverable mails at {self._place.host}:{self._place.port} could "
            f"not be read: {why.rstrip('.')}.",
            advice="Check it in Settings, Mail. It is looked into again by itself.",
        )


class _Line(imaplib.IMAP4_SSL):
    """Hands its socket over before it speaks to the server, so that it can be let go from then
    on."""

    def __init__(self, place: MailboxPlace, took: Callable[[ssl.SSLSocket], None]) -> None:
        self._took = took
        super().__init__(
            place.host,
            place.port,
            ssl_context=to_a_mail_server(),
            timeout=_TIMEOUT_S,
        )

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        plain = socket.create_connection((self.host, self.port), timeout)
        taken: ssl.SSLSocket = self.ssl_context.wrap_socket(
            plain, server_hostname=self.host, do_handshake_on_connect=False
        )
        self._took(taken)
        try:
            taken.do_handshake()
        except BaseException:
            taken.close()
            raise
        return taken


@asynccontextmanager
async def open_mailbox(place: MailboxPlace) -> AsyncIterator[Mailbox]:
    """The inbox, open as long as it is needed. Raises MailFault."""
    mailbox = Mailbox(place)
    try:
        await mailbox.open()
        yield mailbox
    finally:
        await mailbox.close()


def _words(error: imaplib.IMAP4.error) -> str:
    said = error.args[0] if error.args else "it refused"
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join(words.split())
