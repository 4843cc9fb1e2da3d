"""Hearing a cancellation that a library below has lost."""

from __future__ import annotations

import asyncio


def told_to_stop() -> bool:
    """Whether this task was cancelled, also where nothing was raised: on Python 3.11
    asyncio.wait_for loses a cancellation that comes together with what it waits for, and both
    SQLAlchemy's pool and PostgreSQL's driver wait with it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
