"""A mail server on loopback that behaves as it is told, for what the sandbox's sink never does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

# Answers a line of the client's; None hangs up.
Answer = Callable[[str], str | None]


@dataclass
class MailHost:
    """What it took, and where it is. ``mails`` are the messages that it said 250 to."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    connections: int = 0
    left: int = 0


@asynccontextmanager
async def mail_host(answer: Answer = lambda line: "") -> AsyncIterator[MailHost]:
    """``answer`` may say something else than the usual to a command ("" is the usual); it is asked
    with "CONNECT" first, and with "." once a message is complete."""
    host = MailHost()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host.connections += 1
        try:
            await _converse(host, answer, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()


@asynccontextmanager
async def silent_host() -> AsyncIterator[MailHost]:
    """Takes connections and never says a word."""
    host = MailHost()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host.connections += 1
        await reader.read()
        host.left += 1
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()


async def _converse(
    host: MailHost,
    answer: Answer,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    say: Callable[[str], Awaitable[bool]] = lambda line: _say(writer, answer(line), line)  # noqa: E731
    if not await say("CONNECT"):
        return
    while line := (await reader.readline()).decode(errors="replace").strip():
        if line.upper() == "DATA":
            writer.write(b"354 Go on\r\n")
            message = (await reader.readuntil(b"\r\n.\r\n")).decode()
            if not await say("."):
                return
            host.mails.append(message)
        elif not await say(line) or line.upper() == "QUIT":
            return


async def _say(writer: asyncio.StreamWriter, told: str | None, line: str) -> bool:
    if told is None:
        return False
    usual = "220 mail.example ESMTP" if line == "CONNECT" else "250 OK"
    writer.write(f"{told or usual}\r\n".encode())
    await writer.drain()
    return not told.startswith(("4", "5")) or line != "."
