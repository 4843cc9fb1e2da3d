"""Where a running sandbox is reached: the content of ``sandbox.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from esd_desktop.errors import EsdError
from esd_desktop.sandbox.files import write_atomically

_FILE = "sandbox.json"
_PATHS = ("certificate_file", "key_file", "ca_file")


class SandboxAddresses(Struct, frozen=True):
    """Everything a connection (D1) and the mail settings need to use the sandbox."""

    service_url: str
    authority: str
    tenant: str
    client_id: str
    certificate_file: Path
    key_file: Path
    ca_file: Path
    thumbprint: str
    resource_api: str
    channel_id: str
    country: str
    language: str
    smtp_host: str
    smtp_port: int
    control_url: str
    control_secret: str
    pid: int

    def __repr__(self) -> str:
        return f"SandboxAddresses(service_url={self.service_url!r}, pid={self.pid})"

    def as_json(self) -> dict[str, object]:
        """As plain values; paths become text."""
        values = asdict(self)
        return {name: str(each) if name in _PATHS else each for name, each in values.items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> SandboxAddresses:
        """What ``as_json`` gave."""
        read: dict[str, Any] = {
            name: Path(value) if name in _PATHS else value for name, value in values.items()
        }
        return cls(**read)

    def write(self, directory: Path) -> None:
        """Leave the addresses in the sandbox's directory."""
        content = json.dumps(self.as_json(), indent=1)
        write_atomically(directory / _FILE, content.encode(), private=True)

    @classmethod
    def read(cls, directory: Path) -> SandboxAddresses:
        """The addresses that the last sandbox left there; EsdError where none ever ran."""
        try:
            content = (directory / _FILE).read_bytes()
        except OSError as fault:
            raise EsdError(
                f"No sandbox has run in {directory} yet.",
                advice="Start one there first.",
            ) from fault
        return cls.from_json(json.loads(content))
