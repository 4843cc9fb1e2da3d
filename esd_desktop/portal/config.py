"""Where the portal listens, and by which address people reach it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from esd_desktop.errors import InvalidInput
from esd_desktop.services.portal.address import checked_address, is_loopback


class PortalConfig(Struct, frozen=True):
    """``certificate`` and ``key`` are PEM files; without them the portal speaks plain HTTP, on this
    computer only, to a reverse proxy or to who tries it out. ``url`` is what people type, without a
    slash at its end; links in mails begin with it."""

    host: str
    port: int
    url: str
    certificate: Path | None = None
    key: Path | None = None

    @property
    def is_encrypted(self) -> bool:
        """Whether people reach it over TLS, ours or a proxy's."""
        return self.url.startswith("https://")

    @property
    def authority(self) -> str:
        """What a browser sends as the host."""
        return urlsplit(self.url).netloc


def checked_config(
    host: str, port: int, url: str, certificate: Path | None, key: Path | None
) -> PortalConfig:
    """The configuration as it can be served. Raises InvalidInput, also for plain HTTP where others
    than this computer could listen."""
    if (certificate is None) != (key is None):
        raise InvalidInput("A certificate and its key belong together; give both or neither.")
    for file in (certificate, key):
        if file is not None and not file.is_file():
            raise InvalidInput(f"There is no file {file}.")
    if certificate is None and not is_loopback(host):
        raise InvalidInput(
            f"Without a certificate the portal would speak plain HTTP at {host}, where others can "
            "listen.",
            advice="Give --certificate and --key, or listen on 127.0.0.1 behind a reverse proxy.",
        )
    return PortalConfig(host, port, checked_address(url), certificate, key)
