"""``esd worker``: works on a shared store by itself, until it is stopped."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from esd_desktop.cli.session import Session

if sys.platform == "win32":
    _SIGNALS = (signal.SIGINT, signal.SIGBREAK)
else:
    _SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def worker(session: Session) -> None:
    """Do by itself, on a store on a PostgreSQL server, what others asked for and what is due."""
    from esd_desktop.services.browse import store_name
    from esd_desktop.services.jobs.work_jobs import work_jobs

    services = await session.services()
    stop = asyncio.Event()
    with _stopped_by_signals(stop):
        session.out.note(f"Working on {await store_name(services)}. Ctrl+C stops.")
        await work_jobs(services, stop)
    session.out.note("Stopped.")


@contextmanager
def _stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """The first of them lets what is under way end; the second finds things as they were before."""
    loop = asyncio.get_running_loop()
    before = {each: signal.getsignal(each) for each in _SIGNALS}

    def put_back() -> None:
        for each, handler in before.items():
            signal.signal(each, handler)

    def told(_number: int, _frame: FrameType | None) -> None:
        put_back()
        loop.call_soon_threadsafe(stop.set)

    for each in _SIGNALS:
        signal.signal(each, told)
    try:
        yield
    finally:
        put_back()
