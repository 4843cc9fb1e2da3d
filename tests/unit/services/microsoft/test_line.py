"""A line to a server: HTTP in pieces, in chunks, one call after the other, and what breaks it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import h11
import pytest

from esd_desktop.sandbox.authority import Authority
from esd_desktop.services.microsoft.line import Line, Response

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Thing: One\r\n\r\nhi"
Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Open = Callable[[], Awaitable[Line]]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@asynccontextmanager
async def server(authority: Authority, handle: Handle) -> AsyncIterator[Open]:
    """A server that handles each line so; opens lines to it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    pair = authority.server()
    context.load_cert_chain(pair.certificate_file, pair.key_file)
    trusting = ssl.create_default_context(cafile=authority.ca_file)
    made: list[Line] = []

    async def handled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handle(reader, writer)
        writer.close()

    async with await asyncio.start_server(handled, "127.0.0.1", 0, ssl=context) as listening:
        port = listening.sockets[0].getsockname()[1]

        async def opened() -> Line:
            made.append(await Line.opened("127.0.0.1", port, trusting, 5.0))
            return made[-1]

        yield opened
        for line in made:
            await line.close()


async def ask(line: Line, *, content: bytes = b"", within_s: float = 5.0) -> Response:
    headers = [("Host", "here"), ("Content-Length", str(len(content)))]
    return await line.call("POST", "/there", headers, content, within_s)


async def test_calls_follow_each_other_on_a_line(authority: Authority) -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            heard.append(await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(3))
            writer.write(_OK)

    async with server(authority, answer) as opened:
        line = await opened()
        for _ in range(2):
            response = await ask(line, content=b"abc")
            assert (response.status_code, response.content) == (200, b"hi")
            assert response.headers["x-thing"] == "One"
    assert len(heard) == 2
    assert heard[0].startswith(b"POST /there HTTP/1.1\r\n")
    assert heard[0].endswith(b"abc")


async def test_an_answer_in_chunks_piece_by_piece(authority: Authority) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        whole = (
            b"HTTP/1.1 103 Early Hints\r\n\r\n"
            b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        for byte in whole:
            writer.write(bytes([byte]))
            await writer.drain()

    async with server(authority, answer) as opened:
        response = await ask(await opened())
    assert (response.status_code, response.text) == (404, "abcde")


async def test_a_server_that_closes_ends_the_answer_and_the_line(authority: Authority) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end")

    async with server(authority, answer) as opened:
        line = await opened()
        assert (await ask(line)).content == b"to the end"
        assert line.is_over
        with pytest.raises((OSError, h11.LocalProtocolError)):
            await ask(line)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal"])
async def test_a_line_that_breaks(authority: Authority, said: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)

    async with server(authority, answer) as opened:
        line = await opened()
        with pytest.raises((OSError, h11.RemoteProtocolError)):
            await ask(line)
        assert line.is_over


async def test_what_is_no_http(authority: Authority) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 mail.example ready\r\n\r\n")
        await reader.read()

    async with server(authority, answer) as opened:
        line = await opened()
        with pytest.raises(h11.RemoteProtocolError):
            await ask(line)
        assert line.is_over


async def test_no_answer_in_time(authority: Authority) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with server(authority, answer) as opened:
        line = await opened()
        with pytest.raises(TimeoutError):
            await ask(line, within_s=0.02)
        assert line.is_over


async def test_a_call_that_is_given_up_takes_its_line_along(authority: Authority) -> None:
    asked = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()

    async with server(authority, answer) as opened:
        line = await opened()
        waiting = asyncio.create_task(ask(line))
        await asked.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert line.is_over
