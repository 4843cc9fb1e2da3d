"""An ``esd worker`` as a process of its own, which may be killed at a step of what it does."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import nullcontext
from itertools import count
from multiprocessing.connection import Connection

from esd_desktop.logs import start_logging
from esd_desktop.services.jobs.queue import Rhythm
from esd_desktop.services.jobs.work_jobs import work_jobs
from tests.reliability.race.desktop import Place
from tests.reliability.seams import LASTING, Step, steps
from tests.support.postgres import lived

HOME = "workers"
# So that a worker that was killed is missed within a second.
_QUICKLY = Rhythm(heartbeat=0.1, gone_after=1.0, look=0.05)


def live(place: Place, name: str, dies_at: int | None, began: Connection) -> None:
    """The whole life of a worker, until it is told to stop. ``dies_at``: the how manieth step of
    all that it does is its last."""
    start_logging(place.folder / name)
    lived(_worked(place, dies_at, began))


async def _worked(place: Place, dies_at: int | None, began: Connection) -> None:
    # All of them are on one computer: each sees at once that another is gone.
    services = await place.opened(HOME)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    passed = count(1)

    def strike(_: Step) -> None:
        if next(passed) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    began.send(None)
    try:
        with nullcontext() if dies_at is None else steps(strike, LASTING):
            await work_jobs(services, stop, _QUICKLY)
    finally:
        await services.close()
