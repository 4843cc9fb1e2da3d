"""A newer version is told of where it is signed and newer; anything else is silence."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from esd_desktop.sandbox.authority import Authority
from esd_desktop.services.context import Services
from esd_desktop.services.look_for_update import known_update, look_for_update, why_not_asked
from esd_desktop.services.updates import feed
from esd_desktop.settings import Folders, save_setting
from tests.support.desktops import later
from tools.package import feed as tool
from tools.trouble import Trouble

NOTES = "https://example.com/notes"


@dataclass
class Publisher:
    """A real HTTPS server on loopback with a feed, and the key that the program believes."""

    key: Ed25519PrivateKey
    address: str = ""
    body: str = ""
    status: str = "200 OK"
    asked: int = 0

    def publish(self, version: str) -> str:
        self.body = tool.signed_feed(self.key, version, NOTES, {"setup.exe": "0" * 64})
        return self.body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        body = self.body.encode()
        head = f"HTTP/1.1 {self.status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()


@pytest.fixture
async def publisher(
    tmp_path: Path, places: Folders, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Publisher]:
    authority = Authority(tmp_path / "certificates")
    pair = authority.server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate_file, pair.key_file)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    key = Ed25519PrivateKey.generate()
    monkeypatch.setattr(feed, "own_key", key.public_key)
    made = Publisher(key)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=context)
    made.address = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed.json"
    save_setting(places, "update_feed", made.address)
    async with server:
        yield made


async def test_a_newer_version_is_told_of_and_asked_for_once_a_day(
    services: Services, publisher: Publisher
) -> None:
    publisher.publish("99.0.0")
    release = await look_for_update(services)
    assert release is not None
    assert (release.version, release.notes) == ("99.0.0", NOTES)
    assert await look_for_update(services) == release == known_update()
    assert publisher.asked == 1
    later(services, hours=25)
    publisher.publish("99.1.0")
    release = await look_for_update(services)
    assert release is not None
    assert release.version == "99.1.0"
    assert publisher.asked == 2


async def test_an_older_feed_is_not_believed_again(
    services: Services, publisher: Publisher
) -> None:
    old = publisher.publish("99.0.0")
    publisher.publish("99.1.0")
    await look_for_update(services)
    later(services, hours=25)
    publisher.body = old
    release = await look_for_update(services)
    assert release is not None
    assert release.version == "99.1.0"


async def test_this_version_and_an_older_one_are_no_news(
    services: Services, publisher: Publisher
) -> None:
    publisher.publish("0.0.1")
    assert await look_for_update(services) is None
    assert publisher.asked == 1


def _tampered(publisher: Publisher) -> None:
    signed = json.loads(publisher.publish("99.0.0"))
    signed["payload"] = signed["payload"].replace("99.0.0", "99.0.1")
    publisher.body = json.dumps(signed)


def _of_a_stranger(publisher: Publisher) -> None:
    publisher.body = tool.signed_feed(Ed25519PrivateKey.generate(), "99.0.0", NOTES, {})


def _nonsense(publisher: Publisher) -> None:
    publisher.body = '{"payload": 1, "signature": "é"}'


def _too_large(publisher: Publisher) -> None:
    publisher.body = publisher.publish("99.0.0") + " " * 70_000


def _moved(publisher: Publisher) -> None:
    publisher.publish("99.0.0")
    publisher.status = f"302 Found\r\nLocation: {publisher.address}"


def _without_https_notes(publisher: Publisher) -> None:
    publisher.body = tool.signed_feed(publisher.key, "99.0.0", "file:///etc/passwd", {})


@pytest.mark.parametrize(
    "spoil", [_tampered, _of_a_stranger, _nonsense, _too_large, _moved, _without_https_notes]
)
async def test_what_is_not_believed_is_in_the_log_and_not_shown(
    services: Services,
    publisher: Publisher,
    spoil: Callable[[Publisher], None],
) -> None:
    spoil(publisher)
    with capture_logs() as logged:
        assert await look_for_update(services) is None
    assert [entry["log_level"] for entry in logged if "not_believed" in entry] == ["info"]
    assert publisher.asked == 1


async def test_a_server_that_is_not_trusted_or_not_there_is_silence(
    services: Services, publisher: Publisher, places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.publish("99.0.0")
    monkeypatch.delenv("SSL_CERT_FILE")
    assert await look_for_update(services) is None
    assert publisher.asked == 0
    later(services, hours=25)
    save_setting(places, "update_feed", "https://127.0.0.1:1/feed.json")
    assert await look_for_update(services) is None


async def test_nobody_is_asked_where_it_is_off(
    services: Services,
    publisher: Publisher,
    places: Folders,
    administrator: Callable[[str], None],
) -> None:
    publisher.publish("99.0.0")
    save_setting(places, "update_notice", "off")
    assert await look_for_update(services) is None
    save_setting(places, "update_notice", "on")
    administrator('update_notice = "off"')
    assert await look_for_update(services) is None
    assert why_not_asked() == "Nobody is asked for newer versions: it is switched off."
    assert publisher.asked == 0
    administrator("")
    assert await look_for_update(services) is not None


async def test_without_an_address_or_a_key_nobody_is_asked(
    services: Services, publisher: Publisher, places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "own_key", lambda: None)
    assert await look_for_update(services) is None
    assert "without a key" in (why_not_asked() or "")
    save_setting(places, "update_feed", "")
    assert "no address" in (why_not_asked() or "")
    assert publisher.asked == 0


async def test_what_is_kept_can_be_no_forgery(
    services: Services, publisher: Publisher, places: Folders
) -> None:
    stranger = tool.signed_feed(Ed25519PrivateKey.generate(), "99.9.9", NOTES, {})
    now = datetime.now(UTC).isoformat()
    (places.data / "update.json").write_text(json.dumps({"asked_at": now, "feed": stranger}))
    assert known_update() is None
    (places.data / "update.json").write_text("{")
    publisher.publish("99.0.0")
    assert await look_for_update(services) is not None


def test_a_new_key_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / feed.KEY_FILE
    assert "PRIVATE KEY" in tool.new_key(file)
    assert "PUBLIC KEY" in file.read_text()
    with pytest.raises(Trouble):
        tool.new_key(file)
