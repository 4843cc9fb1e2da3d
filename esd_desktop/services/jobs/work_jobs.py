"""``esd worker``: take jobs from the shared store and do them, until told to stop.

Jobs are in the store (queue.py). Whatever is killed here at any moment is done again elsewhere: a
worker says every few seconds that it lives, and the jobs of one that is silent wait again. Each job
may therefore be done twice, and none minds: what has an effect is written down before and settled
by the journal's rules, mails are claimed, and a mass work is held by one process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from esd_desktop.errors import EsdError, Refused
from esd_desktop.models.rights import Right
from esd_desktop.models.store import job_queue
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.jobs import nightly
from esd_desktop.services.jobs.asked_work import carry_out_asked, is_running
from esd_desktop.services.jobs.queue import JobQueue, NotThrough, QueueFault, Rhythm, Round
from esd_desktop.services.jobs.sharing import keep_sharing
from esd_desktop.services.mass_run import forget_old_results
from esd_desktop.services.read_bounces import read_bounces
from esd_desktop.services.rights import require
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_doubt

log = structlog.get_logger(__name__)

_SEND_MAILS = "send_mails"
_EVERY_MINUTE = "* * * * *"
_EVERY_FIVE_MINUTES = "*/5 * * * *"
_EVERY_NIGHT = "17 3 * * *"
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0


async def work_jobs(services: Services, stop: asyncio.Event, rhythm: Rhythm | None = None) -> None:
    """Work until ``stop`` is set. Then nothing more is begun, what is under way ends, and what is
    left of a mass work waits for another worker. Where the store is lost, it is tried again until
    it is there. Raises Refused on a store that is no server's, NotAllowed."""
    await require(services, Right.WORK)
    if services.store.file is not None:
        raise Refused(
            "A worker needs a store on a PostgreSQL server; this one is a file.",
            advice="On a file the window does by itself what a worker would do.",
        )
    worker = _Worker(services, stop, rhythm or Rhythm())
    pause = _FIRST_PAUSE_S
    while not stop.is_set():
        try:
            await worker.live()
            pause = _FIRST_PAUSE_S
        except QueueFault as fault:
            log.info("worker_waits", why=str(fault.__cause__ or fault))
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await stop.wait()
        pause = min(pause * 2, _LONGEST_PAUSE_S)


class _Worker:
    def __init__(self, services: Services, stop: asyncio.Event, rhythm: Rhythm) -> None:
        self._services = services
        self._stop = stop
        self._rhythm = rhythm
        self._carrying_out: set[int] = set()
        self._queue = JobQueue(services.store, self._jobs(), self._rounds(), rhythm)

    async def live(self) -> None:
        """Work until it is to stop, or the store is lost. Raises QueueFault."""
        async with self._queue.opened():
            tasks = [
                asyncio.create_task(each)
                for each in (
                    self._queue.work(),
                    self._stop.wait(),
                    keep_sharing(self._services),
                    forget_old_results(self._services),
                    self._keep_retrying(),
                )
            ]
            try:
                await asyncio.wait(tasks[:2], return_when=asyncio.FIRST_COMPLETED)
                tasks[0].cancel()
                with suppress(asyncio.CancelledError):
                    await tasks[0]
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _jobs(self) -> dict[str, Callable[..., Awaitable[None]]]:
        return {
            "mass_work": self._mass_work,
            **{name: partial(self._nightly, job) for name, job in self._of_the_night().items()},
        }

    def _of_the_night(self) -> dict[str, Callable[[int], Awaitable[None]]]:
        services = self._services
        return {
            "refresh_status": lambda moment: nightly.refresh_status(services, moment),
            "refresh_catalogues": lambda _: nightly.refresh_catalogues(services),
            "retry_unissued": lambda _: nightly.retry_unissued(services),
        }

    def _rounds(self) -> list[Round]:
        rounds: list[tuple[str, str, Callable[[], Awaitable[Any]]]] = [
            ("settle_doubts", _EVERY_MINUTE, self._settle),
            (_SEND_MAILS, _EVERY_MINUTE, partial(send_due_mails, self._services)),
            ("read_bounces", _EVERY_FIVE_MINUTES, partial(read_bounces, self._services)),
            ("queue_forgotten_works", _EVERY_MINUTE, self._queue_forgotten),
            ("begin_the_night", _EVERY_MINUTE, self._begin_the_night),
            ("forget_old_jobs", _EVERY_NIGHT, self._forget_old),
        ]
        return [Round(name, cron, partial(self._quietly, do)) for name, cron, do in rounds]

    async def _quietly(self, do: Callable[[], Awaitable[Any]]) -> None:
        """What cannot be done now is done in the next round."""
        try:
            await do()
        except EsdError as fault:
            log.info("round_waits", why=fault.sentence)

    async def _mass_work(self, work_id: int) -> None:
        if work_id in self._carrying_out:
            # This worker was taken for gone: the job waited again, and came back to it.
            return
        self._carrying_out.add(work_id)
        try:
            changes = await carry_out_asked(self._services, work_id, self._stop)
            await self._send_mails_of(changes)
        except EsdError as fault:
            # It is queued again with what else nobody has.
            log.info("mass_work_waits", work=work_id, why=fault.sentence)
            return
        finally:
            self._carrying_out.discard(work_id)
        if self._stop.is_set() and await is_running(self._services, work_id):
            raise NotThrough

    async def _nightly(self, job: Callable[[int], Awaitable[None]], *, timestamp: int) -> None:
        try:
            await job(timestamp)
        except EsdError as fault:
            log.warning("nightly_not_done", why=fault.sentence)

    async def _settle(self) -> None:
        await self._send_mails_of(await settle_doubt(self._services))

    async def _send_mails_of(self, changes: Changes) -> None:
        if changes:
            await self._queue.put(_SEND_MAILS)

    async def _queue_forgotten(self) -> None:
        async with self._services.store.change() as work:
            await job_queue.queue_forgotten_works(work)
            await work.commit()

    async def _begin_the_night(self) -> None:
        moment = await nightly.due_tonight(self._services)
        if moment is not None:
            for name in self._of_the_night():
                await self._queue.put_once(name, moment)

    async def _forget_old(self) -> None:
        await self._queue.forget_old()

    async def _keep_retrying(self) -> None:
        """What a worker that is gone had taken waits again. After a pause of our own, such as a
        computer's sleep, all workers get the time to say that they are there."""
        clock = asyncio.get_running_loop().time
        looked_at = clock()
        while True:
            if clock() - looked_at < self._rhythm.gone_after:
                await self._retry_stalled()
            looked_at = clock()
            await asyncio.sleep(self._rhythm.gone_after / 3)

    async def _retry_stalled(self) -> None:
        with suppress(EsdError):
            async with self._services.store.change() as work:
                found = await job_queue.retry_stalled(work, self._rhythm.gone_after)
                await work.commit()
            if found:
                log.info("stalled_jobs_wait_again", jobs=found)
