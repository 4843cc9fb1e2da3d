"""Reading the notice that a mail server sends where a mail could not be delivered.

The standard form is multipart/report with a message/delivery-status part (RFC 3464). Others have
the original mail or its headers in some part, or an X-Failed-Recipients header. Only what a mail
system wrote counts: a customer who answers, or forwards our mail, quotes its Message-ID as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message

from msgspec import Struct

from esd_desktop.errors import InvalidInput
from esd_desktop.models.wording import on_one_line

LARGEST_NOTICE = 5_000_000
_LONGEST_REASON = 500
_MOST_PARTS = 200
_OUR_ID = re.compile(r"<[0-9A-Za-z-]{8,64}@esd-desktop\.invalid>")
_SYSTEMS = re.compile(r"mailer-daemon|postmaster|mail delivery|microsoftexchange", re.IGNORECASE)
_STATUS_LINE = re.compile(r"\b[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3}\b)?.*")


class Bounce(Struct, frozen=True):
    """A notice. ``message_ids`` are those of our mails that it names; ``is_final`` says that the
    mail will not be delivered, rather than that it takes longer; ``reason`` is the mail server's
    own."""

    message_ids: frozenset[str]
    is_final: bool
    reason: str


def read_bounce(raw: bytes) -> Bounce:
    """What a notice says. Raises InvalidInput where it is none."""
    if len(raw) > LARGEST_NOTICE:
        raise InvalidInput("This is too large to be a notice that a mail could not be delivered.")
    try:
        notice = message_from_bytes(raw, policy=policy.compat32)
        parts = _parts(notice)
    except (RecursionError, ValueError, LookupError) as error:
        raise InvalidInput("This file cannot be read as a mail.") from error
    statuses = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    if not statuses and not _is_from_a_system(notice):
        raise InvalidInput(
            "This is not a notice that a mail could not be delivered.",
            advice="Save the mail server's notice as a file (.eml) and give that.",
        )
    fields = [fields for status in statuses for fields in _fields(status)]
    actions = {one["action"].lower() for one in fields if "action" in one}
    return Bounce(
        message_ids=frozenset(_our_ids(parts)),
        is_final="failed" in actions if actions else True,
        reason=_reason(fields, parts),
    )


def _parts(notice: Message) -> list[Message]:
    found = []
    for part in notice.walk():
        found.append(part)
        if len(found) == _MOST_PARTS:
            break
    return found


def _is_from_a_system(notice: Message) -> bool:
    """Whether a mail system wrote it: it says so, or names those it could not deliver to."""
    if notice["X-Failed-Recipients"]:
        return True
    if str(notice["Return-Path"] or "").strip() == "<>":
        # Answers of people who are away may come without a sender too, and are marked as answers.
        return str(notice["Auto-Submitted"] or "").strip().lower() != "auto-replied"
    return _SYSTEMS.search(str(notice["From"] or "")) is not None


def _our_ids(parts: Iterable[Message]) -> Iterator[str]:
    """Our Message-IDs: in headers of the original mail, or where its text quotes them."""
    for part in parts:
        yield from _OUR_ID.findall(str(part["Message-ID"] or ""))
        yield from _OUR_ID.findall(str(part["X-Original-Message-ID"] or ""))
        if not part.is_multipart():
            yield from _OUR_ID.findall(_text(part))


def _fields(status: Message) -> Iterator[dict[str, str]]:
    """The groups of fields of a delivery status: that of the mail, and one a recipient."""
    groups = status.get_payload()
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, Message):
            yield {name.lower(): " ".join(str(value).split()) for name, value in group.items()}


def _reason(fields: Iterable[dict[str, str]], parts: Iterable[Message]) -> str:
    for one in fields:
        if one.get("action", "failed").lower() == "failed" and one.get("diagnostic-code"):
            kind, _, said = one["diagnostic-code"].partition(";")
            return _tidy(said or kind)
    for one in fields:
        if one.get("status"):
            return f"status {_tidy(one['status'])}"
    for part in parts:
        if part.get_content_type() == "text/plain":
            found = _STATUS_LINE.search(_text(part))
            if found:
                return _tidy(found.group())
    return "no reason was given"


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset("utf-8")
    try:
        return payload.decode(charset, errors="replace")
    except LookupError:
        return payload.decode("latin-1")


def _tidy(said: str) -> str:
    try:
        words = str(make_header(decode_header(said)))
    except (ValueError, LookupError):
        words = said
    return on_one_line(words)[:_LONGEST_REASON].rstrip(".")
