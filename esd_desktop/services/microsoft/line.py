"""One encrypted line to a server, and HTTP/1.1 on it, a call at a time.

The HTTP library would take three times as long for a call, most of it for what is not needed here;
that would be what many calls at once have to wait for.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

import h11
from msgspec import Struct

ProtocolError = h11.ProtocolError
Headers = Sequence[tuple[str, str]]
_CLOSED_WITHIN_S = 1.0


class Response(Struct, frozen=True):
    """An answer. The names of ``headers`` are in small letters."""

    status_code: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The content, where it is text."""
        return self.content.decode(errors="replace")


class Line(asyncio.Protocol):
    """Made by ``opened``. It is of no use any more once it ``is_over``."""

    def __init__(self) -> None:
        self._http = h11.Connection(h11.CLIENT)
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Response] | None = None
        self._head: h11.Response | None = None
        self._content = bytearray()
        self._heard_at = 0.0
        self._lost = asyncio.get_running_loop().create_future()
        self.is_over = False

    @classmethod
    async def opened(cls, host: str, port: int, context: ssl.SSLContext, within_s: float) -> Self:
        """A line to a server whose certificate was verified. Raises TimeoutError, OSError."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(within_s):
            _, line = await loop.create_connection(
                cls, host, port, ssl=context, ssl_shutdown_timeout=_CLOSED_WITHIN_S
            )
        return line

    @property
    def idle_s(self) -> float:
        """How long nothing was heard on it."""
        return time.monotonic() - self._heard_at

    async def call(
        self, method: str, target: str, headers: Headers, content: bytes, within_s: float
    ) -> Response:
        """Ask, and wait for the whole answer, at most ``within_s`` for the next bytes of it. Raises
        TimeoutError, OSError where the line breaks, h11.ProtocolError for what is no HTTP."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Response] = loop.create_future()
        self._answer = answer
        self._heard_at = time.monotonic()
        watch = loop.call_later(within_s, self._give_up, within_s)
        try:
            self._send(method, target, headers, content)
            return await answer
        except BaseException:
            # Whatever comes now belongs to a call that nobody waits for.
            self._answer = None
            self.abort()
            raise
        finally:
            watch.cancel()
            self._answer = None

    def abort(self) -> None:
        """Let it go at once."""
        self.is_over = True
        if self._transport is not None:
            self._transport.abort()

    async def close(self) -> None:
        """Say goodbye, and wait until it is gone."""
        self.is_over = True
        if self._transport is None:
            return
        self._transport.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSED_WITHIN_S):
                await asyncio.shield(self._lost)
                return
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._heard_at = time.monotonic()

    def data_received(self, data: bytes) -> None:
        self._heard_at = time.monotonic()
        self._receive(data)

    def eof_received(self) -> None:
        self._receive(b"")

    def connection_lost(self, error: Exception | None) -> None:
        self.is_over = True
        self._fail(error or ConnectionResetError("the server closed the line"))
        if not self._lost.done():
            self._lost.set_result(None)

    def _send(self, method: str, target: str, headers: Headers, content: bytes) -> None:
        request = h11.Request(method=method, target=target, headers=list(headers))
        parts = [self._http.send(request)]
        if content:
            parts.append(self._http.send(h11.Data(data=content)))
        parts.append(self._http.send(h11.EndOfMessage()))
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the line is closed")
        self._transport.write(b"".join(part for part in parts if part))

    def _receive(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            while self._took(self._http.next_event()):
                pass
        except h11.RemoteProtocolError as error:
            self.is_over = True
            self._fail(error)

    def _took(self, event: object) -> bool:
        """Whether there may be another event."""
        match event:
            case h11.Response():
                self._head = event
            case h11.Data():
                self._content += event.data
            case h11.EndOfMessage():
                self._complete()
            case h11.InformationalResponse():
                pass
            case _:  # it needs data, or the server has closed
                return False
        return True

    def _complete(self) -> None:
        assert self._head is not None
        headers = {
            name.decode("ascii"): value.decode("latin-1") for name, value in self._head.headers
        }
        answer = Response(self._head.status_code, headers, bytes(self._content))
        self._head, self._content = None, bytearray()
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self.is_over = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    def _give_up(self, within_s: float) -> None:
        if self._answer is None or self._answer.done():
            return
        if self.idle_s < within_s:  # it is coming, piece by piece
            loop = asyncio.get_running_loop()
            loop.call_later(within_s - self.idle_s, self._give_up, within_s)
        else:
            self._fail(TimeoutError())

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
