"""The mail sink: an SMTP server that keeps every mail as a file, and refuses on request.

A kept mail begins with two headers of the sink's own, ``X-Envelope-From`` and ``X-Envelope-To``:
what the SMTP client said, whatever the mail's own headers say.
"""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from esd_desktop.sandbox.clock import as_text, now
from esd_desktop.sandbox.faults import Call, FaultKind
from esd_desktop.sandbox.files import write_atomically
from esd_desktop.sandbox.stage import Stage, noted_call

_TAKEN = "250 2.0.0 Kept in the sandbox"
_REFUSALS = {
    FaultKind.REFUSE: "550 5.1.1 The sandbox was told to refuse this recipient",
    FaultKind.REFUSE_FOR_NOW: "451 4.3.2 The sandbox was told to refuse for now",
}


class MailSink:
    """The mails in ``directory``, numbered from 1 in the order they came."""

    def __init__(self, directory: Path, stage: Stage) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._stage = stage
        self._summaries = {int(file.stem): _summary(file) for file in directory.glob("[0-9]*.eml")}

    def protocol(self) -> SMTP:
        """The conversation with one SMTP client."""
        loop = asyncio.get_running_loop()
        conversation = _Conversation(self, self._stage)
        # Its default host name would be asked from the network.
        return SMTP(conversation, loop=loop, hostname="localhost", enable_SMTPUTF8=True)

    def list(self) -> list[dict[str, Any]]:
        """Every mail without its text, the oldest first."""
        return [self._summaries[number] for number in sorted(self._summaries)]

    def read(self, number: int) -> dict[str, Any] | None:
        """One mail with its text and HTML; None where there is no such mail."""
        if number not in self._summaries:
            return None
        mail = _parsed(self._file(number))
        return {
            **self._summaries[number],
            "text": _part(mail, "plain"),
            "html": _part(mail, "html"),
        }

    def keep(self, envelope: Envelope) -> None:
        """Write the mail to its file; it is listed once it is there."""
        number = max(self._summaries, default=0) + 1
        own_headers = (
            f"X-Envelope-From: {envelope.mail_from}\r\n"
            f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
            f"X-Received-At: {as_text(now())}\r\n"
        )
        content = envelope.original_content or b""
        write_atomically(self._file(number), own_headers.encode() + content)
        self._summaries[number] = _summary(self._file(number))

    def begin_again(self) -> None:
        """Throw every mail away."""
        for number in list(self._summaries):
            self._file(number).unlink(missing_ok=True)
            del self._summaries[number]

    def _file(self, number: int) -> Path:
        return self._directory / f"{number:04d}.eml"


class _Conversation:
    """aiosmtpd's handler for one client; each hook answers with a line of SMTP."""

    def __init__(self, sink: MailSink, stage: Stage) -> None:
        self._sink = sink
        self._stage = stage

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        fault = self._stage.faults.strike_recipient(address)
        if fault is not None:
            self._stage.note(noted_call(Call.MAIL))
            return _REFUSALS[fault.kind]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._stage.note(noted_call(Call.MAIL))
        strike = self._stage.faults.strike(Call.MAIL, recipients=tuple(envelope.rcpt_tos))
        if strike.seconds:
            await self._stage.pause(strike.seconds)
        kind = strike.fault.kind if strike.fault else None
        if kind is not FaultKind.DROP_BEFORE:
            self._sink.keep(envelope)
        if kind in (FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER):
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return _TAKEN


def _parsed(file: Path) -> EmailMessage:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def _summary(file: Path) -> dict[str, Any]:
    mail = _parsed(file)
    return {
        "number": int(file.stem),
        "sender": str(mail["X-Envelope-From"]),
        "recipients": str(mail["X-Envelope-To"]).split(", "),
        "received_at": str(mail["X-Received-At"]),
        "from": str(mail["From"]),
        "to": str(mail["To"]),
        "subject": str(mail["Subject"]),
        "message_id": str(mail["Message-ID"]),
        "file": str(file),
    }


def _part(mail: EmailMessage, kind: str) -> str | None:
    part = mail.get_body((kind,))
    return part.get_content() if part is not None else None
