"""TLS is verified whatever the environment says, and this computer is reached without a proxy."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import httpx2 as httpx
import pytest

from esd_desktop.errors import MicrosoftFault
from esd_desktop.sandbox.authority import Authority
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.microsoft.errors import CertificateNotTrusted, Unreachable
from esd_desktop.services.microsoft.http import Lines, TimeLimits, translated
from esd_desktop.services.microsoft.profile import CallIds
from tests.unit.services.microsoft.conftest import MakeGateway

_ELSEWHERE = "https://login.example"
VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


async def test_the_environment_cannot_make_a_service_trusted(
    make_gateway: MakeGateway,
    sandbox: SandboxControl,
    ids: CallIds,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in VARIABLES:
        monkeypatch.setenv(variable, str(sandbox.addresses.ca_file))
    another = Authority(tmp_path / "another").ca_file
    with pytest.raises(CertificateNotTrusted):
        await make_gateway(ca_file=another).check(ids)
    with pytest.raises(CertificateNotTrusted):
        await make_gateway(ca_file=None).check(ids)


async def test_the_environment_cannot_make_it_untrusted(
    make_gateway: MakeGateway, ids: CallIds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = Authority(tmp_path / "another").ca_file
    for variable in VARIABLES:
        monkeypatch.setenv(variable, str(another))
    await make_gateway().check(ids)


async def test_this_computer_is_reached_without_a_proxy(
    make_gateway: MakeGateway, ids: CallIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    await make_gateway().check(ids)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "nonsense://127.0.0.1:1"])
async def test_a_proxy_that_cannot_be_used(
    make_gateway: MakeGateway, ids: CallIds, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(Unreachable, match="proxy") as caught:
        await make_gateway(authority=_ELSEWHERE).check(ids)
    assert not caught.value.in_doubt
    assert caught.value.advice.endswith(".")


async def test_others_are_reached_through_the_proxy_of_the_environment(
    make_gateway: MakeGateway, ids: CallIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        with pytest.raises(Unreachable, match="proxy did not let"):
            await make_gateway(authority=_ELSEWHERE).check(ids)
    assert set(asked) == {b"CONNECT login.example:443 HTTP/1.1\r\n"}


@pytest.mark.parametrize(
    ("content", "words"), [(None, "does not exist"), (b"no PEM", "not a PEM file"), (b"", "not")]
)
async def test_a_file_of_authorities_that_cannot_be_read(
    make_gateway: MakeGateway, ids: CallIds, tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CertificateNotTrusted, match=words) as caught:
        await make_gateway(ca_file=file).check(ids)
    assert caught.value.correlation_id == ids.correlation_id
    assert not caught.value.in_doubt


async def test_only_modern_tls_and_always_verified(sandbox: SandboxControl) -> None:
    lines = Lines(sandbox.addresses.ca_file, TimeLimits())
    assert lines._context.verify_mode is ssl.CERT_REQUIRED
    assert lines._context.check_hostname
    assert lines._context.minimum_version is ssl.TLSVersion.TLSv1_2


async def test_nothing_goes_over_a_line_in_the_clear() -> None:
    lines = Lines(None, TimeLimits())
    with pytest.raises(httpx.UnsupportedProtocol):
        await lines.request("GET", "http://localhost:1/", headers={})


@pytest.mark.parametrize(
    ("error", "words", "sent"),
    [
        (httpx.ConnectTimeout(""), "did not answer in time", False),
        (httpx.ProxyError(""), "proxy", False),
        (httpx.LocalProtocolError(""), "broke off", False),
        (httpx.WriteTimeout(""), "did not answer in time", True),
        (httpx.WriteError(""), "broke off", True),
        (httpx.DecodingError(""), "broke off", True),
        (ssl.SSLError(1, "bad record mac"), "secure connection", True),
    ],
    ids=repr,
)
def test_what_may_have_been_sent_is_in_doubt(error: Exception, words: str, sent: bool) -> None:
    fault = translated(error, "https://esd.example/v1", has_effect=True)
    assert type(fault) is Unreachable
    assert words in fault.sentence
    assert fault.in_doubt is sent
    assert not translated(error, "https://esd.example/v1", has_effect=False).in_doubt


def test_a_name_that_nobody_knows() -> None:
    error = httpx.ConnectError("all attempts failed")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    fault: MicrosoftFault = translated(error, "https://esd.example:8443/v1", has_effect=True)
    assert fault.sentence == (
        "Microsoft could not be reached. The name esd.example:8443 is not known in the network."
    )
    assert not fault.in_doubt
