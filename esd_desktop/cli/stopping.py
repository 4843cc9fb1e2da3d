"""When somebody wants a program that serves to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any


def told_to_stop() -> Callable[[], Any]:
    """What returns at Ctrl+C, or when the process is asked to end."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, told.set)
        except NotImplementedError:  # Windows: Ctrl+C arrives as KeyboardInterrupt
            break
    return told.wait
