"""The mail sink, with a real SMTP client."""

from __future__ import annotations

import time
from email.message import EmailMessage

import aiosmtplib
import pytest

from esd_desktop.errors import EsdError
from esd_desktop.sandbox.client import SandboxControl

TO = "office@aegean.example"


def mail(to: str = TO, subject: str = "Ihre Lizenz für Büro") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "licences@reseller.example"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = "<1@reseller.example>"
    message.set_content("Plain: schöne Grüße")
    message.add_alternative("<p>HTML: schöne Grüße</p>", subtype="html")
    return message


async def send(sandbox: SandboxControl, message: EmailMessage) -> None:
    addresses = sandbox.addresses
    await aiosmtplib.send(
        message, hostname=addresses.smtp_host, port=addresses.smtp_port, start_tls=False
    )


async def test_a_mail_is_kept_and_can_be_read(sandbox: SandboxControl) -> None:
    await send(sandbox, mail())
    (kept,) = sandbox.mails()
    assert kept["recipients"] == [TO]
    assert kept["sender"] == "licences@reseller.example"
    assert kept["subject"] == "Ihre Lizenz für Büro"
    assert kept["message_id"] == "<1@reseller.example>"
    whole = sandbox.mail(kept["number"])
    assert whole["text"].strip() == "Plain: schöne Grüße"
    assert whole["html"].strip() == "<p>HTML: schöne Grüße</p>"
    assert whole.items() >= kept.items()


async def test_mails_are_numbered_in_order_and_found_by_recipient(sandbox: SandboxControl) -> None:
    for to in (TO, "other@aegean.example", TO):
        await send(sandbox, mail(to))
    assert [each["number"] for each in sandbox.mails()] == [1, 2, 3]
    assert [each["number"] for each in sandbox.mails(TO)] == [1, 3]
    assert sandbox.mails("nobody@aegean.example") == []
    assert sandbox.calls()["mail"] == 3


def test_a_mail_that_is_not_there(sandbox: SandboxControl) -> None:
    with pytest.raises(EsdError, match="there is no mail 7"):
        sandbox.mail(7)


@pytest.mark.parametrize(("kind", "code"), [("refuse", 550), ("refuse_for_now", 451)])
async def test_a_recipient_is_refused_on_request(
    sandbox: SandboxControl, kind: str, code: int
) -> None:
    sandbox.set_fault("mail", kind, recipient=TO)
    await send(sandbox, mail("other@aegean.example"))
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as caught:
        await send(sandbox, mail())
    assert [each.code for each in caught.value.recipients] == [code]
    await send(sandbox, mail())
    assert [each["recipients"] for each in sandbox.mails()] == [["other@aegean.example"], [TO]]
    assert sandbox.calls()["mail"] == 3


@pytest.mark.parametrize(("kind", "kept"), [("drop_before", 0), ("drop_after", 1)])
async def test_the_connection_is_dropped(sandbox: SandboxControl, kind: str, kept: int) -> None:
    sandbox.set_fault("mail", kind)
    with pytest.raises((aiosmtplib.SMTPException, OSError)):
        await send(sandbox, mail())
    assert len(sandbox.mails()) == kept
    await send(sandbox, mail())
    assert len(sandbox.mails()) == kept + 1


async def test_a_slow_mail_server(sandbox: SandboxControl) -> None:
    sandbox.set_fault("mail", "delay", seconds=0.1)
    begun = time.monotonic()
    await send(sandbox, mail())
    assert time.monotonic() - begun >= 0.1
    assert len(sandbox.mails()) == 1
