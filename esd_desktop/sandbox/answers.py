"""Answers: the sound ones, and those that HTTP does not provide for.

Dropping a connection means reaching beneath HTTP. uvicorn hands each request a copy of its
protocol's ``app_state``; ``SandboxProtocol`` puts the connection's transport in there, where the
broken answers find it under ``scope["state"]``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

JSON = "application/json; charset=utf-8"


class Answer(Struct):
    """What a part of the sandbox answers, before it becomes bytes, and before faults strike it."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    def response(self, extra_headers: Mapping[str, str]) -> Response:
        """As it is sent."""
        content = json.dumps(self.body, ensure_ascii=False).encode()
        headers = {**self.headers, **extra_headers, "content-type": JSON}
        return Response(content, self.status, headers)


class SandboxProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with the connection's transport within reach of the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}

    def shutdown(self) -> None:
        """At the end, end idle connections at once: closing in order waits for each client."""
        super().shutdown()
        if self.transport.is_closing():
            self.transport.abort()


class DroppedConnection(Response):
    """The TCP connection ends without a byte of an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["transport"].abort()
        await _disconnected(receive)


class CutShort(Response):
    """The headers announce the whole body, half of it arrives, then the connection closes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        content = bytes(self.body)
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        half = content[: len(content) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        scope["state"]["transport"].close()
        await _disconnected(receive)


class NoAnswer(Response):
    """Nothing is sent until the caller gives up, or the sandbox closes."""

    def __init__(self, closing: asyncio.Event) -> None:
        super().__init__()
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waits = {
            asyncio.ensure_future(_disconnected(receive)),
            asyncio.ensure_future(self._closing.wait()),
        }
        _, open_waits = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in open_waits:
            wait.cancel()
        if self._closing.is_set():
            await DroppedConnection()(scope, receive, send)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
