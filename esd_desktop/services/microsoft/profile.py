"""What a call to Microsoft needs to know of a connection (D1), and the ids it travels under."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from esd_desktop.models.values import Secret, new_id

Algorithm = Literal["PS256", "RS256"]


class ConnectionProfile(Struct, frozen=True):
    """One "System" (D1), with its secrets opened, ready to be called.

    ``certificate_file`` and ``key_file`` are PEM; ``ca_file`` is an extra PEM of authorities to
    trust besides the operating system's. There is no way to say that TLS is not to be verified.
    """

    id: int
    version: int
    name: str
    authority: str
    tenant: str
    client_id: str
    certificate_file: Path
    key_file: Path
    passphrase: Secret | None
    algorithm: Algorithm
    resource_api: str
    service_url: str
    channel_id: str
    country: str
    language: str
    ca_file: Path | None


class CallIds(Struct, frozen=True):
    """``correlation_id``: one per thing the operator did. ``request_id``: one per logical request,
    the same on each of its retries."""

    correlation_id: str
    request_id: str = field(default_factory=new_id)
