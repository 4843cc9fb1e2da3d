"""Waiting for a condition, never for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

_PAUSE_S = 0.005


async def until(condition: Callable[[], object], timeout: float = 5.0) -> None:
    """Let the loop go on until the condition holds; AssertionError where it does not in time."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(_PAUSE_S)
