"""Notices that a mail could not be delivered, in the forms that mail servers send."""

from __future__ import annotations

_REPORT = """\
From: MAILER-DAEMON@mx.example
To: licences@esd.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; office@aegean.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <office@aegean.example>: Recipient
 address rejected: User unknown

--b
Content-Type: {form}

{original}
--b--
"""
_ORIGINAL = """\
From: licences@esd.example
To: office@aegean.example
Message-ID: {message_id}
Subject: Welcome Microsoft ESD
"""


def report(message_id: str, *, action: str = "failed", form: str = "text/rfc822-headers") -> bytes:
    """The standard form (RFC 3464)."""
    original = _ORIGINAL.format(message_id=message_id)
    return _REPORT.format(action=action, form=form, original=original).encode()


def plain(message_id: str, sender: str = "MAILER-DAEMON@old.example") -> bytes:
    """All in one text, as old servers write it."""
    return (
        f"From: {sender}\nSubject: failure notice\n\nHi. This is the mail program.\n"
        "<office@aegean.example>:\n550 5.1.1 No such user here.\n\n--- Below is a copy\n\n"
        + _ORIGINAL.format(message_id=message_id)
    ).encode()


def named(message_id: str) -> bytes:
    """With X-Failed-Recipients, and the mail itself attached."""
    return (
        "From: Somebody <somebody@mx.example>\nX-Failed-Recipients: office@aegean.example\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
        "--b\nContent-Type: message/rfc822\n\n"
        + _ORIGINAL.format(message_id=message_id)
        + "\nThe text\n--b--\n"
    ).encode()


def forwarded(message_id: str) -> bytes:
    """A customer's letter with our mail attached: no notice at all."""
    return named(message_id).replace(b"X-Failed-Recipients", b"X-Something")
