"""What the sandbox says when it has started: how to use it, ready to be copied."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esd_desktop.sandbox.addresses import SandboxAddresses

_SENDER = "licences@reseller.example"


def guide(addresses: SandboxAddresses, directory: Path | None) -> str:
    """The text; ``directory`` is what was given with --directory."""
    where = ["--directory", str(directory)] if directory else []
    connecting = [
        _esd("connections", "add", "Sandbox", *_fields(addresses)),
        _esd("catalogue", "refresh", "--connection", "Sandbox"),
        _esd("catalogue", "accept", "--all", "--connection", "Sandbox"),
        *(_esd("settings", "set", name, value) for name, value in _mail(addresses).items()),
    ]
    intervening = [
        _esd("sandbox", *where, "redeem", "ASSET-ID"),
        _esd("sandbox", *where, "fault", "return", "drop_after"),
        _esd("sandbox", *where, "mails"),
        _esd("sandbox", *where, "clear"),
    ]
    return "\n".join(
        [
            f"The sandbox runs at {addresses.service_url}. Ctrl+C stops it.",
            "",
            "Connect to it, in another terminal:",
            *(f"  {line}" for line in connecting),
            "",
            "Be the customer who redeems, break something, read the mails, mend everything:",
            *(f"  {line}" for line in intervening),
        ]
    )


def _fields(addresses: SandboxAddresses) -> list[str]:
    fields = {
        "--tenant": addresses.tenant,
        "--client-id": addresses.client_id,
        "--certificate": addresses.certificate_file,
        "--key": addresses.key_file,
        "--resource": addresses.resource_api,
        "--service-url": addresses.service_url,
        "--channel-id": addresses.channel_id,
        "--country": addresses.country,
        "--language": addresses.language,
        "--authority": addresses.authority,
        "--ca-file": addresses.ca_file,
    }
    return [text for name, value in fields.items() for text in (name, str(value))]


def _mail(addresses: SandboxAddresses) -> dict[str, str]:
    return {
        "mail.host": addresses.smtp_host,
        "mail.port": str(addresses.smtp_port),
        "mail.security": "none",
        "mail.sender": _SENDER,
    }


def _esd(*words: str) -> str:
    """A command line, quoted as this system's shell wants it."""
    line = ["esd", *words]
    return subprocess.list2cmdline(line) if os.name == "nt" else shlex.join(line)
