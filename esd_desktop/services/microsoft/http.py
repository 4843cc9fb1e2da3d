"""HTTP to Microsoft: the one place that knows the HTTP library.

TLS is always verified, against the operating system's trusted authorities and those in the
connection's extra file. There is no switch that turns it off, and no environment variable
(``SSL_CERT_FILE``, ``REQUESTS_CA_BUNDLE``) that says otherwise.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode
from urllib.request import getproxies, proxy_bypass

import httpx2 as httpx
from msgspec import Struct

from esd_desktop.errors import MicrosoftFault
from esd_desktop.services.microsoft.errors import CertificateNotTrusted, Unreachable
from esd_desktop.services.microsoft.line import Line, ProtocolError, Response
from esd_desktop.services.tls import hardened, why_not_trusted

Kind = TypeVar("Kind", bound=BaseException)
AsyncClient = httpx.AsyncClient

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
IN_FLIGHT = 64
_KEPT_S = 30.0
_PAST_THE_PROXY = ("localhost", "127.0.0.1", "::1")
_OWN_HEADERS = (("Accept", "*/*"), ("User-Agent", "ESD Desktop"))


class TimeLimits(Struct, frozen=True):
    """Seconds to connect, to wait for the next bytes of an answer, and for an attempt in all."""

    connect: float = 10.0
    read: float = 30.0
    attempt: float = 45.0


class Request(Struct, frozen=True):
    """What is asked. ``url`` is whole, with its query."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes = b""


class Lines:
    """The lines to one connection's servers, opened as they are needed, a call on each at a time.
    The one that was free last is taken first, so that only as many are open as calls are under way.
    """

    def __init__(self, ca_file: Path | None, limits: TimeLimits) -> None:
        self._context = _context_with(ca_file) if ca_file else _context("")
        self._limits = limits
        self._free: dict[_Server, list[Line]] = {}
        self._proxied: dict[_Server, bool] = {}
        self._every: set[Line] = set()
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._through_proxy: AsyncClient | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Response:
        """Call. The waiting for a free line has no limit of its own; an attempt has. ``body`` goes
        as JSON, ``form`` as a form. Raises TRANSPORT_ERRORS, and Unreachable for a proxy that
        cannot be used."""
        if params:
            url = f"{url}?{urlencode(params)}"
        content = b""
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
            headers = {**headers, "Content-Type": "application/json"}
        elif form is not None:
            content = urlencode(form).encode()
            headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        async with self._room:
            return await self.send(Request(method, url, headers, content))

    async def send(self, request: Request) -> Response:
        """Every call goes through here."""
        server, target = _parsed(request.url)
        if server not in self._proxied:
            self._proxied[server] = _goes_through_a_proxy(server.host)
        if self._proxied[server]:
            return await self._sent_through_the_proxy(request)
        line = self._idle(server) or await self._opened(server)
        try:
            answer = await line.call(
                request.method,
                target,
                [
                    ("Host", server.name),
                    *_OWN_HEADERS,
                    *_length_of(request),
                    *request.headers.items(),
                ],
                request.content,
                self._limits.read,
            )
        except TimeoutError as error:
            raise httpx.ReadTimeout("no answer in time") from error
        except (OSError, ProtocolError) as error:
            raise httpx.ReadError(str(error)) from error
        finally:
            self._give_back(server, line)
        return answer

    async def aclose(self) -> None:
        """Close all; calls under way end as if the line broke."""
        lines, self._every, self._free = self._every, set(), {}
        await asyncio.gather(*(line.close() for line in lines))
        client, self._through_proxy = self._through_proxy, None
        if client is not None:
            await client.aclose()

    def _idle(self, server: _Server) -> Line | None:
        free = self._free.get(server, [])
        while free:
            line = free.pop()
            if not line.is_over and line.idle_s < _KEPT_S:
                return line
            self._every.discard(line)
            line.abort()
        return None

    async def _opened(self, server: _Server) -> Line:
        try:
            line = await Line.opened(server.host, server.port, self._context, self._limits.connect)
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no line in time") from error
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        self._every.add(line)
        return line

    def _give_back(self, server: _Server, line: Line) -> None:
        if line.is_over:
            self._every.discard(line)
            line.abort()
        else:
            self._free.setdefault(server, []).append(line)

    async def _sent_through_the_proxy(self, request: Request) -> Response:
        """The library knows how to speak to proxies."""
        if self._through_proxy is None:
            self._through_proxy = _client(self._context, self._limits)
        answer = await self._through_proxy.request(
            request.method, request.url, headers=dict(request.headers), content=request.content
        )
        return Response(answer.status_code, dict(answer.headers), answer.content)


class _Server(Struct, frozen=True):
    """``name`` is as it is said to the server itself."""

    host: str
    port: int
    name: str


def _parsed(url: str) -> tuple[_Server, str]:
    """The server, and what it is asked for. Raises UnsupportedProtocol, InvalidURL: a token in the
    clear would be anybody's, wherever the address came from."""
    origin, _, rest = url.removeprefix("https://").partition("/")
    if not url.startswith("https://"):
        raise httpx.UnsupportedProtocol("only https is spoken here")
    target = f"/{rest}"
    if not target.isascii() or " " in target:
        target = httpx.URL(url).raw_path.decode("ascii")
    return _server(origin), target


@lru_cache(maxsize=64)
def _server(origin: str) -> _Server:
    parsed = httpx.URL(f"https://{origin}/")
    if not parsed.host:
        raise httpx.InvalidURL("an address without a server")
    return _Server(
        parsed.raw_host.decode("ascii"), parsed.port or 443, parsed.netloc.decode("ascii")
    )


def _goes_through_a_proxy(host: str) -> bool:
    """An office's proxy is taken from the environment, but this computer is never reached through
    it."""
    proxies = getproxies()
    if not (proxies.get("https") or proxies.get("all")):
        return False
    return host not in _PAST_THE_PROXY and not proxy_bypass(host)


def _length_of(request: Request) -> list[tuple[str, str]]:
    if not request.content and request.method == "GET":
        return []
    return [("Content-Length", str(len(request.content)))]


def _client(context: ssl.SSLContext, limits: TimeLimits) -> AsyncClient:
    try:
        return httpx.AsyncClient(
            verify=context,
            timeout=httpx.Timeout(limits.read, connect=limits.connect, pool=None),
            limits=httpx.Limits(
                max_connections=IN_FLIGHT,
                max_keepalive_connections=IN_FLIGHT,
                keepalive_expiry=_KEPT_S,
            ),
            follow_redirects=False,
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise Unreachable(
            f"{Unreachable.words} The proxy that this computer's settings name cannot be used.",
            advice="Check the network's proxy settings (HTTPS_PROXY, ALL_PROXY); "
            "it has to be an http:// address.",
        ) from error


def translated(error: Exception, url: str, *, has_effect: bool) -> MicrosoftFault:
    """A call's failure in words. It is in doubt where it ``has_effect`` and may have been sent."""
    host = _host_of(url)
    untrusted = _cause(error, ssl.SSLCertVerificationError)
    if untrusted is not None:
        return CertificateNotTrusted(
            f"The certificate of {host} is not trusted: {why_not_trusted(untrusted)}.",
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


@lru_cache(maxsize=8)
def _context(authorities: str) -> ssl.SSLContext:
    """Shared by all clients that trust the same authorities besides the system's (PEM; empty for
    none): making one takes some 45 ms."""
    context = hardened(httpx.create_ssl_context(trust_env=False))
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
