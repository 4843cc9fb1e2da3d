"""The address by which people reach the portal, as it is kept."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from esd_desktop.errors import InvalidInput


def checked_address(url: str) -> str:
    """What people type, without a slash at its end. Raises InvalidInput for what is none, and for
    plain HTTP anywhere but on this computer."""
    parts = urlsplit(url.rstrip("/"))
    is_plain = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not (parts.scheme == "https" or is_plain) or not parts.netloc or parts.path or parts.query:
        raise InvalidInput(
            f"{url!r} is not an address for the portal.",
            advice="Give the one that people type, such as https://portal.example.com.",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def is_loopback(host: str) -> bool:
    """Whether a host is this computer, and nobody else can listen."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
