"""A mailbox on loopback, over TLS, that says what IMAP servers say; it remembers what was done."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "swordfish"


@dataclass
class ImapHost:
    """``letters`` are the mails in the inbox by uid; ``seen`` those that are marked as read. With
    ``hangs_up_at`` the line is cut at that command."""

    letters: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)
    hangs_up_at: str = ""
    port: int = 0


@asynccontextmanager
async def imap_host(folder: Path) -> AsyncIterator[ImapHost]:
    """The certificate is in ``folder / "imap.pem"``, for whoever is to trust it."""
    host = ImapHost()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _converse(host, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=_tls(folder))
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()


async def _converse(
    host: ImapHost, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.write(b"* OK ready\r\n")
    while line := (await reader.readline()).decode().strip():
        tag, _, command = line.partition(" ")
        host.commands.append(command)
        if host.hangs_up_at and command.startswith(host.hangs_up_at):
            return
        for answer in _answers(host, command):
            writer.write(answer)
        state = "NO wrong password" if _is_refused(command) else "OK done"
        writer.write(f"{tag} {state}\r\n".encode())
        await writer.drain()


def _answers(host: ImapHost, command: str) -> list[bytes]:
    if command.startswith("CAPABILITY"):
        return [b"* CAPABILITY IMAP4rev1\r\n"]
    if command.startswith("SELECT"):
        return [f"* {len(host.letters)} EXISTS\r\n".encode()]
    if command.startswith("UID SEARCH"):
        unseen = " ".join(str(uid) for uid in host.letters if uid not in host.seen)
        return [f"* SEARCH {unseen}\r\n".encode()]
    if found := re.match(r"UID FETCH (\d+) \(BODY\.PEEK", command):
        letter = host.letters[int(found[1])]
        head = f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{len(letter)}}}\r\n".encode()
        return [head, letter, b")\r\n"]
    if found := re.match(r"UID STORE (\d+) \+FLAGS.SILENT \(\\Seen\)", command):
        host.seen.add(int(found[1]))
    if command.startswith("LOGOUT"):
        return [b"* BYE\r\n"]
    return []


def _is_refused(command: str) -> bool:
    return command.startswith("LOGIN") and PASSWORD not in command


def _tls(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailbox")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "imap.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "imap.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "imap.pem", folder / "imap.key")
    return context
