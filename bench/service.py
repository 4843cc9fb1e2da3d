"""An ESD service that does nothing but answer: as quickly as Python can, after a given latency.

The sandbox, which knows what it does, takes too long for it. In a process of its own; it ends when
its standard input does. What it says of a licence is what the store has of it.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from pathlib import Path
from urllib.parse import unquote

_LICENCE = (
    '{{"clientTransactionId":"{id}","sku":"EP2-06606","productKey":"DEMOX-BCDFG-HJKMP-QRTVW-{five}",'
    '"activationLink":"https://setup.office.com/?token=demo","tokenStatus":"{status}",'
    '"returnStatus":"NONE","activationDate":{date},"issuedAt":"2026-01-02T03:04:05Z"}}'
)
_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"


class _Connection(asyncio.Protocol):
    def __init__(self, answers: dict[str, bytes], latency: float) -> None:
        self._answers = answers
        self._latency = latency
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while (end := self._seen.find(b"\r\n\r\n")) >= 0:
            line, _, _ = self._seen.partition(b"\r\n")
            self._seen = self._seen[end + 4 :]
            transaction_id = unquote(line.split()[1].decode().rpartition("/")[2])
            answer = self._answers[transaction_id]
            asyncio.get_running_loop().call_later(self._latency, self._answer, answer)

    def _answer(self, answer: bytes) -> None:
        self._transport.write(answer)


async def _serve(answers: dict[str, bytes], certificates: Path, latency: float) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Connection(answers, latency), "127.0.0.1", 0, ssl=context
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def _answer(licence: dict[str, str]) -> bytes:
    body = _LICENCE.format(**licence)
    return (_HEAD.format(length=len(body)) + body).encode()


if __name__ == "__main__":
    known = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    said = {each["id"]: _answer(each) for each in known}
    asyncio.run(_serve(said, Path(sys.argv[2]), float(sys.argv[3])))
