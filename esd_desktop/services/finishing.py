"""Finishing what must not be left half done, although nobody waits for it any more."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def to_the_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Run ``work`` to its end, then raise the cancellations that came meanwhile.

    ``asyncio.shield`` would let go of it: whoever closes the store next could not know of it.
    """
    task = asyncio.get_running_loop().create_task(work)
    given_up: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as cancelled:
            given_up = cancelled
    if given_up is not None:
        raise given_up from (None if task.cancelled() else task.exception())
    return task.result()
