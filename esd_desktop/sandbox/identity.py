"""Who the sandbox plays: made up at its first start, the same ever after; and its last ports."""

from __future__ import annotations

import json
import secrets
import uuid
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from esd_desktop.sandbox.files import write_atomically


class Identity(Struct, frozen=True):
    """The tenant, the registered client and the channel, and the secret that links derive from."""

    tenant: str = field(default_factory=lambda: str(uuid.uuid4()))
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    channel_id: str = field(default_factory=lambda: f"{1000000 + secrets.randbelow(9000000)}")
    resource_api: str = "https://esd.sandbox.invalid"
    country: str = "GB"
    language: str = "en-GB"
    link_secret: str = field(default_factory=lambda: secrets.token_hex(32))
    port: int = 0
    smtp_port: int = 0

    def __repr__(self) -> str:
        return f"Identity(tenant={self.tenant!r}, channel_id={self.channel_id!r})"

    @classmethod
    def of(cls, directory: Path) -> Identity:
        """The identity of the sandbox in this directory; a new one where there is none yet."""
        file = directory / "identity.json"
        return cls(**json.loads(file.read_bytes())) if file.exists() else cls()

    def remember(self, directory: Path, *, port: int, smtp_port: int) -> None:
        """Keep the identity, with the ports in use, for the next start."""
        content = json.dumps(asdict(replace(self, port=port, smtp_port=smtp_port)), indent=1)
        write_atomically(directory / "identity.json", content.encode(), private=True)
