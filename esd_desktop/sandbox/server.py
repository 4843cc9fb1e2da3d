"""Serves a sandbox: opens its parts in order, says where they listen, closes them in reverse."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from esd_desktop.listening import served
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.answers import SandboxProtocol
from esd_desktop.sandbox.authority import Authority, Pair
from esd_desktop.sandbox.control import BASE as CONTROL_BASE
from esd_desktop.sandbox.control import Control
from esd_desktop.sandbox.entra import Entra
from esd_desktop.sandbox.esd_service import BASE as ESD_BASE
from esd_desktop.sandbox.esd_service import EsdService
from esd_desktop.sandbox.files import make_usable
from esd_desktop.sandbox.identity import Identity
from esd_desktop.sandbox.licensing import Licensing
from esd_desktop.sandbox.lock import only_sandbox_of
from esd_desktop.sandbox.mail_sink import MailSink
from esd_desktop.sandbox.stage import Stage
from esd_desktop.sandbox.state import State

_HOST = "127.0.0.1"
# Longer than a client keeps a connection that it does not use.
_KEEP_ALIVE_S = 120

Stop = Callable[[], Awaitable[object]]


async def serve(
    directory: Path,
    stop: Stop,
    ready: Callable[[SandboxAddresses], None] = lambda _: None,
) -> None:
    """Serve the sandbox of a directory until ``stop`` returns. Raises EsdError where another one
    runs there. ``ready`` is told the addresses, which are in sandbox.json by then."""
    make_usable(directory)
    with only_sandbox_of(directory):
        async with _running(directory) as addresses:
            addresses.write(directory)
            ready(addresses)
            await stop()


@asynccontextmanager
async def _running(directory: Path) -> AsyncIterator[SandboxAddresses]:
    identity = Identity.of(directory)
    authority = Authority(directory / "certificates")
    with closing(State(directory / "journal.jsonl")) as state:
        stage = Stage()
        mails = MailSink(directory / "mails", stage)
        https, smtp = _listener(identity.port), _listener(identity.smtp_port)
        identity.remember(directory, port=_port(https), smtp_port=_port(smtp))
        addresses = _addresses(identity, authority, _port(https), _port(smtp))
        app = _application(identity, addresses, authority, state, stage, mails)
        async with _mail_server(mails, smtp), served(_config(app, authority.server()), https):
            try:
                yield addresses
            finally:
                stage.closing.set()


@asynccontextmanager
async def _mail_server(mails: MailSink, listener: socket.socket) -> AsyncIterator[None]:
    server = await asyncio.get_running_loop().create_server(mails.protocol, sock=listener)
    try:
        yield
    finally:
        server.close()


def _application(
    identity: Identity,
    addresses: SandboxAddresses,
    authority: Authority,
    state: State,
    stage: Stage,
    mails: MailSink,
) -> Starlette:
    link_secret = bytes.fromhex(identity.link_secret)
    licensing = Licensing(state, link_secret)
    service = EsdService(identity, state, licensing, stage)
    entra = Entra(identity, addresses.authority, authority.client().certificate, state, stage)
    secret = addresses.control_secret
    control = Control(secret, link_secret, state, licensing, stage, mails)
    # Entra's paths begin with any tenant, so they come last.
    return Starlette(
        routes=[*service.routes(), *control.routes(), *entra.routes()],
        exception_handlers={404: service.refuse_path, 405: service.refuse_path},
    )


def _config(app: Starlette, pair: Pair) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        http=SandboxProtocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        ssl_certfile=pair.certificate_file,
        ssl_keyfile=pair.key_file,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=2,
    )
    config.load()
    assert config.ssl is not None
    config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


def _addresses(
    identity: Identity, authority: Authority, port: int, smtp_port: int
) -> SandboxAddresses:
    base = f"https://{_HOST}:{port}"
    client = authority.client()
    return SandboxAddresses(
        service_url=base + ESD_BASE,
        authority=base,
        tenant=identity.tenant,
        client_id=identity.client_id,
        certificate_file=client.certificate_file.absolute(),
        key_file=client.key_file.absolute(),
        ca_file=authority.ca_file.absolute(),
        thumbprint=client.thumbprint,
        resource_api=identity.resource_api,
        channel_id=identity.channel_id,
        country=identity.country,
        language=identity.language,
        smtp_host=_HOST,
        smtp_port=smtp_port,
        control_url=base + CONTROL_BASE,
        control_secret=secrets.token_urlsafe(32),
        pid=os.getpid(),
    )


def _listener(port: int) -> socket.socket:
    """A listening socket on the port of last time, or on a free one where that is taken.

    The protocol is named because asyncio sends small answers at once (TCP_NODELAY) only then:
    without it each takes 40 ms.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name != "nt":  # on Windows it would let two programs share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen()
    except OSError:
        listener.close()
        if port == 0:
            raise
        return _listener(0)
    return listener


def _port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])
