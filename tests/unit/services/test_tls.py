"""Every line that is encrypted: TLS 1.2 or newer to a server that is who it says, or none."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace

from esd_desktop.errors import EsdError
from esd_desktop.models.values import Secret
from esd_desktop.sandbox import clock
from esd_desktop.sandbox.authority import Authority, Validity
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.check_connection import check_connection
from esd_desktop.services.context import Services
from esd_desktop.services.edit_connection import add_connection
from esd_desktop.services.mail.mailbox import MailboxPlace, open_mailbox
from esd_desktop.services.mail.smtp import Mailer, MailServer
from esd_desktop.services.microsoft.http import Lines, TimeLimits
from esd_desktop.services.tls import to_a_mail_server, why_not_trusted
from tests.support.connecting import form_for

_HERE = "127.0.0.1"
_ELSEWHERE = x509.SubjectAlternativeName([x509.DNSName("elsewhere.example")])
_DAY = timedelta(days=1)


@dataclass
class Host:
    """A server on loopback. ``heard`` is all that was said to it over the encrypted line."""

    port: int = 0
    heard: bytes = b""


def certified(folder: Path, flaw: str) -> ssl.SSLContext:
    """A server's side whose certificate or version has a flaw; ``folder`` holds its authority."""
    authority = Authority(folder / "unknown" if flaw == "unknown" else folder)
    now = clock.now()
    times = {
        "expired": Validity(now - 9 * _DAY, now - _DAY),
        "not valid yet": Validity(now + _DAY, now + 9 * _DAY),
    }
    pair = authority.server()
    if flaw == "elsewhere" or flaw in times:
        names = pair.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        key = ec.generate_private_key(ec.SECP256R1())
        named = _ELSEWHERE if flaw == "elsewhere" else names.value
        pair = authority.issue("flawed", key, times.get(flaw, Validity.for_days(9)), [named])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate_file, pair.key_file)
    return old(context) if flaw == "TLS 1.1" else context


def old(context: ssl.SSLContext) -> ssl.SSLContext:
    """Speaks nothing newer than TLS 1.1."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@asynccontextmanager
async def host(folder: Path, flaw: str) -> AsyncIterator[Host]:
    made = Host()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            made.heard += await reader.read(1_000)
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, _HERE, 0, ssl=certified(folder, flaw))
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()


async def sign_in(services: Services, sandbox: SandboxControl, port: int, folder: Path) -> None:
    form = replace(
        form_for(sandbox.addresses),
        authority=f"https://{_HERE}:{port}",
        ca_file=str(folder / "ca.pem"),
    )
    saved = await add_connection(services, form)
    await check_connection(services, saved.id)


async def send(_: Services, __: SandboxControl, port: int, ___: Path) -> None:
    mail = EmailMessage()
    mail["To"] = "office@aegean.example"
    server = MailServer(_HERE, port, "tls", "esd", Secret("swordfish"), "licences@esd.example")
    await Mailer().send(server, mail)


async def look_for_bounces(_: Services, __: SandboxControl, port: int, ___: Path) -> None:
    async with open_mailbox(MailboxPlace(_HERE, port, "esd", Secret("swordfish"))):
        pass


Use = Callable[[Services, SandboxControl, int, Path], Awaitable[None]]


_FLAWS = {
    "TLS 1.1": "",
    "unknown": "nobody whom this computer trusts has issued it",
    "elsewhere": "it was issued for another name or address",
    "expired": "it has expired, or this computer's clock is ahead",
    "not valid yet": "it is not valid yet, or this computer's clock is behind",
}


@pytest.mark.parametrize("flaw", _FLAWS)
@pytest.mark.parametrize("use", [sign_in, send, look_for_bounces])
async def test_nothing_is_said_to_a_server_with_a_flaw(
    services: Services,
    sandbox: SandboxControl,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    use: Use,
    flaw: str,
) -> None:
    folder = tmp_path / "authority"
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(folder).ca_file))
    async with host(folder, flaw) as server:
        with pytest.raises(EsdError) as caught:
            await use(services, sandbox, server.port, folder)
    assert server.heard == b""
    assert _FLAWS[flaw] in caught.value.sentence
    assert "ssl" not in str(caught.value).lower()
    assert caught.value.advice


async def test_without_a_flaw_it_is_spoken_to(
    services: Services, sandbox: SandboxControl, tmp_path: Path
) -> None:
    """Or the test above would show nothing."""
    folder = tmp_path / "authority"
    async with host(folder, "none") as server:
        with pytest.raises(EsdError):
            await sign_in(services, sandbox, server.port, folder)
    assert server.heard.startswith(b"GET /")


async def test_the_old_server_is_one_that_others_would_speak_to(tmp_path: Path) -> None:
    async with host(tmp_path, "TLS 1.1") as server:
        careless = old(ssl.create_default_context(cafile=Authority(tmp_path).ca_file))
        _, writer = await asyncio.open_connection(_HERE, server.port, ssl=careless)
        writer.close()
        await writer.wait_closed()


async def test_the_keys_of_a_line_are_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    to_microsoft = Lines(Authority(tmp_path).ca_file, TimeLimits())
    for context in (to_a_mail_server(), to_microsoft._context):
        assert context.keylog_filename is None
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (0x800B010F, "another name or address"),
        (-67602, "another name or address"),
        (0x800B0101, "expired or is not valid yet"),
        (-67818, "it has expired"),
        (-67819, "not valid yet"),
        (0x800B0109, "nobody whom this computer trusts"),  # an untrusted root
    ],
)
def test_windows_and_macos_say_it_in_numbers_of_their_own(number: int, why: str) -> None:
    error = ssl.SSLCertVerificationError("not trusted")
    error.verify_code = number
    assert why in why_not_trusted(error)
