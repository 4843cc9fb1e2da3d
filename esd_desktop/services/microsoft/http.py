"""HTTP to Microsoft: the one place that knows the HTTP library.

TLS is always verified, against the operating system's trusted authorities and those in the
connection's extra file. There is no switch that turns it off, and no environment variable
(``SSL_CERT_FILE``, ``REQUESTS_CA_BUNDLE``) that says otherwise.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import httpx2 as httpx

from esd_desktop.errors import MicrosoftFault
from esd_desktop.services.microsoft.errors import CertificateNotTrusted, Unreachable

Kind = TypeVar("Kind", bound=BaseException)
AsyncClient = httpx.AsyncClient
Response = httpx.Response

# What a call can fail with; the last for what the library lets through from TLS.
TRANSPORT_ERRORS = (httpx.HTTPError, httpx.InvalidURL, OSError)
_NOTHING_WAS_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
# The first that fits, anywhere among the causes of an error.
_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((socket.gaierror,), "The name {host} is not known in the network."),
    (
        (httpx.ProxyError,),
        "The network's proxy did not let the call to {host} through.",
    ),
    ((httpx.TimeoutException,), "{host} did not answer in time."),
    ((httpx.UnsupportedProtocol, httpx.InvalidURL), "The address cannot be called."),
    ((ssl.SSLError,), "No secure connection to {host} came about."),
    ((httpx.ConnectError,), "Nobody answers at {host}."),
)
# As many calls of one connection as are worth having under way at once.
_IN_FLIGHT = 64
# An office's proxy is taken from the environment, but this computer is never reached through it.
_PAST_THE_PROXY = ("all://localhost", "all://127.0.0.1", "all://[::1]")


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds to connect, to wait for the next bytes of an answer, and for an attempt in all."""

    connect: float = 10.0
    read: float = 30.0
    attempt: float = 45.0


def client(ca_file: Path | None, limits: TimeLimits) -> AsyncClient:
    """A client for one connection. Raises CertificateNotTrusted for an extra file of authorities
    that cannot be read, Unreachable for a proxy in the environment that cannot be used."""
    context = _context_with(ca_file) if ca_file else _context("")
    try:
        return httpx.AsyncClient(
            verify=context,
            # The waiting for a free line has no limit of its own; an attempt has.
            timeout=httpx.Timeout(limits.read, connect=limits.connect, pool=None),
            limits=httpx.Limits(
                max_connections=_IN_FLIGHT,
                max_keepalive_connections=_IN_FLIGHT,
                keepalive_expiry=30.0,
            ),
            mounts=dict.fromkeys(_PAST_THE_PROXY),
            event_hooks={"request": [_over_tls_only]},
            follow_redirects=False,
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise Unreachable(
            f"{Unreachable.words} The proxy that this computer's settings name cannot be used.",
            advice="Check the network's proxy settings (HTTPS_PROXY, ALL_PROXY); "
            "it has to be an http:// address.",
        ) from error


async def _over_tls_only(request: httpx.Request) -> None:
    """A token in the clear would be anybody's, wherever the address came from."""
    if request.url.scheme != "https":
        raise httpx.UnsupportedProtocol("only https is spoken here", request=request)


def translated(error: Exception, url: str, *, has_effect: bool) -> MicrosoftFault:
    """A call's failure in words. It is in doubt where it ``has_effect`` and may have been sent."""
    host = _host_of(url)
    untrusted = _cause(error, ssl.SSLCertVerificationError)
    if untrusted is not None:
        return CertificateNotTrusted(
            f"The certificate of {host} is not trusted: {_tidy(untrusted.verify_message)}.",
            advice="Nothing was sent. Check the address; for a service of your own, name its "
            "authority's file in the connection.",
        )
    in_doubt = has_effect and not isinstance(error, _NOTHING_WAS_SENT)
    return Unreachable.told(_reason(error, host), in_doubt=in_doubt)


def gave_up(url: str, *, has_effect: bool) -> Unreachable:
    """An attempt took too long in all."""
    return Unreachable.told(f"{_host_of(url)} did not answer in time.", in_doubt=has_effect)


def _reason(error: Exception, host: str) -> str:
    for kinds, words in _REASONS:
        if any(_cause(error, kind) is not None for kind in kinds):
            return words.format(host=host)
    return f"The connection to {host} broke off before the answer was complete."


def _host_of(url: str) -> str:
    try:
        return httpx.URL(url).netloc.decode("ascii") or "the address"
    except httpx.InvalidURL:
        return "the address"


def _cause(error: BaseException, kind: type[Kind]) -> Kind | None:
    """The first of this kind among an error and those that it came from."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kind):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _tidy(message: str) -> str:
    return message.strip().rstrip(".")


@lru_cache(maxsize=8)
def _context(authorities: str) -> ssl.SSLContext:
    """Shared by all clients that trust the same authorities besides the system's (PEM; empty for
    none): making one takes some 45 ms."""
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authorities:
        context.load_verify_locations(cadata=authorities)
    return context


def _context_with(ca_file: Path) -> ssl.SSLContext:
    """Read each time, since the file may have been replaced."""
    try:
        # What is not ASCII can only be a comment between the certificates.
        return _context(ca_file.read_text("ascii", errors="ignore") or "nothing")
    except (OSError, ssl.SSLError) as error:
        missing = isinstance(error, FileNotFoundError)
        problem = "does not exist" if missing else "is not a PEM file of certificates"
        raise CertificateNotTrusted(
            f"The connection's file of trusted authorities, {ca_file}, {problem}.",
            advice="Name the right file in Settings, Connections.",
        ) from error
