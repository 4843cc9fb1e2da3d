"""Waiting for a condition, never for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

_PAUSE_S = 0.005
# A machine that is shared may write nothing to its disk for some seconds.
_PATIENCE_S = 15.0


async def until(condition: Callable[[], object], timeout: float = _PATIENCE_S) -> None:
    """Let the loop go on until the condition holds; AssertionError where it does not in time."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(_PAUSE_S)
    # A task that made it true with its last words ends now, and its button takes a click again.
    await asyncio.sleep(0)


async def until_answered(ask: Callable[[], Awaitable[object]], timeout: float = 20.0) -> None:
    """Ask again and again, until the answer is true."""
    async with asyncio.timeout(timeout):
        while not await ask():  # noqa: ASYNC110 - a store and a sandbox tell nobody
            await asyncio.sleep(_PAUSE_S)
