"""The values a policy may set, and what each of them may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from msgspec import Struct


class Rule(Struct, frozen=True):
    """``words`` end the sentence “it is …” about a value that is not allowed."""

    words: str
    allows: Callable[[str], bool]


def plain_text(value: object) -> str | None:
    """A value as a setting has it; None for one that is neither text nor a whole number."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def is_https(text: str) -> bool:
    """Whether it is an address that is reached over an encrypted line."""
    try:
        parts = urlsplit(text)
        # Asking for the port is what finds a wrong one.
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65_536


_TEXT = Rule("a text", bool)
_HTTPS = Rule("an https:// address", is_https)
RULES = {
    "store": Rule("the address of a store", bool),
    "update_notice": Rule("on or off", lambda text: text in ("on", "off")),
    "update_feed": _HTTPS,
    "mail.host": _TEXT,
    "mail.port": Rule("a number from 1 to 65535", _is_port),
    "mail.security": Rule(
        "none, starttls or tls", lambda text: text in ("none", "starttls", "tls")
    ),
    "mail.username": _TEXT,
    "mail.sender": Rule("an e-mail address", _matches(r"[^\s@,;:<>]+@[^\s@,;:<>]+")),
    "connection.name": _TEXT,
    "connection.resource_api": _TEXT,
    "connection.service_url": _HTTPS,
    "connection.tenant": _TEXT,
    "connection.channel_id": _TEXT,
    "connection.client_id": _TEXT,
    "connection.thumbprint": Rule(
        "a SHA-1 thumbprint of 40 hexadecimal digits", _matches("[0-9A-Fa-f]{40}")
    ),
    "connection.country": Rule("a code of two letters, such as GB", _matches("[A-Za-z]{2}")),
    "connection.language": _TEXT,
}
