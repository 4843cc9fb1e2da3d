"""The feed over HTTPS: verified, in bounds, and not for long."""

from __future__ import annotations

import asyncio
import ssl

import httpx2 as httpx

from esd_desktop.policy.rules import is_https
from esd_desktop.services.tls import hardened
from esd_desktop.services.updates.feed import WrongFeed

_TOTAL_S = 20.0
_LARGEST = 64_000


async def fetched(address: str) -> str:
    """What is at the address. Raises WrongFeed with why it could not be had. A redirection is not
    followed: only the address that was set is asked."""
    if not is_https(address):
        raise WrongFeed("its address is not an https one")
    try:
        context = await asyncio.to_thread(lambda: hardened(ssl.create_default_context()))
        async with (
            asyncio.timeout(_TOTAL_S),
            httpx.AsyncClient(verify=context, follow_redirects=False) as client,
            client.stream("GET", address) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise WrongFeed(f"the server answered {answer.status_code}")
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > _LARGEST:
                    raise WrongFeed("it is too large")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise WrongFeed(f"it could not be reached ({type(error).__name__})") from error
    return body.decode("utf-8", errors="replace")
