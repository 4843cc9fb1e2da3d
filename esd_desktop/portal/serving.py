"""Serves the portal: over TLS by its own certificate, or in plain HTTP to this computer only."""

from __future__ import annotations

import gc
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import uvicorn
from msgspec.structs import replace
from starlette.types import ASGIApp

from esd_desktop.errors import EsdError
from esd_desktop.listening import served
from esd_desktop.portal.application import create_portal
from esd_desktop.portal.config import PortalConfig
from esd_desktop.portal.desk import Desk
from esd_desktop.services.context import Services

_ENDS_WITHIN_S = 10
_KEEP_ALIVE_S = 65  # longer than a proxy keeps a line that it does not use

Stop = Callable[[], Awaitable[object]]


async def serve(
    services: Services,
    config: PortalConfig,
    stop: Stop,
    ready: Callable[[PortalConfig], None] = lambda _: None,
) -> None:
    """Serve until ``stop`` returns; requests under way are answered first. ``ready`` is told where
    it listens. Raises EsdError where it cannot listen there or use the certificate."""
    async with serving_portal(services, config) as desk:
        _keep_what_is_there()
        ready(desk.config)
        await stop()


@asynccontextmanager
async def serving_portal(services: Services, config: PortalConfig) -> AsyncIterator[Desk]:
    """The portal, served for as long as the block lasts. Where the port is 0 one is found, and the
    address in the desk's configuration has it."""
    listener = _listener(config)
    try:
        config = _with_port(config, listener.getsockname()[1])
        app, desk = await create_portal(services, config)
        settings = _uvicorn(app, config)
    except BaseException:
        listener.close()
        raise
    async with served(settings, listener):
        yield desk


def _keep_what_is_there() -> None:
    """What the program has by now it has until its end. The collector would look at all of it again
    and again, for a fifth of a second each time, in which nobody is answered."""
    gc.collect()
    gc.freeze()


def _uvicorn(app: ASGIApp, config: PortalConfig) -> uvicorn.Config:
    is_behind_proxy = config.certificate is None
    made = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # its lines would have the tokens of links in them
        server_header=False,
        proxy_headers=is_behind_proxy,
        forwarded_allow_ips="127.0.0.1,::1",
        ssl_certfile=config.certificate,
        ssl_keyfile=config.key,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_ENDS_WITHIN_S,
        lifespan="on",
    )
    try:
        made.load()
    except (OSError, ssl.SSLError) as error:
        raise EsdError(
            f"The certificate {config.certificate} cannot be used: {error.strerror or error}.",
            advice="Give the certificate with its chain and its key as PEM files.",
        ) from error
    if made.ssl is not None:
        made.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def _listener(config: PortalConfig) -> socket.socket:
    """A listening socket. The protocol is named because asyncio sends small answers at once
    (TCP_NODELAY) only then."""
    host = config.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if hasattr(socket, "SO_REUSEPORT"):  # not on Windows, where two programs would share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, config.port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise EsdError(
            f"The portal cannot listen at {config.host}:{config.port}: {error.strerror or error}.",
            advice="Choose another port, or end the program that has it.",
        ) from error
    return listener


def _with_port(config: PortalConfig, port: int) -> PortalConfig:
    """Where the address has no port that was found only now, it is put in."""
    parts = urlsplit(config.url)
    if parts.port != 0:
        return replace(config, port=port)
    return replace(config, port=port, url=f"{parts.scheme}://{parts.hostname}:{port}")
