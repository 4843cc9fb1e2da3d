"""Procrastinate, the library that keeps jobs in PostgreSQL and hands each to one worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import procrastinate
import structlog
from msgspec import Struct
from procrastinate import exceptions
from psycopg_pool import PoolTimeout

from esd_desktop.models.store.engine import Store
from esd_desktop.models.store.job_queue import SCHEMA

log = structlog.get_logger(__name__)

# More would take each other's time; of mass works four are done at once (migration 0008), so that
# there is always room for the rest.
_AT_ONCE = 10
_CONNECTIONS = 4
_CONNECTED_WITHIN_S = 30.0
# What is told to stop and does not is cancelled; what must not be left half done ends all the same.
ENDS_WITHIN_S = 20.0
_ROUNDS = "rounds"
_KEPT_FOR_HOURS = 7 * 24

QueueFault = exceptions.ConnectorException


class NotThrough(Exception):
    """A job was left before its end: it waits again, for this worker or another."""


class Rhythm(Struct, frozen=True):
    """In seconds: how often a worker says that it lives, when it counts as gone, and how often it
    looks for jobs that it was not told of."""

    heartbeat: float = 5.0
    gone_after: float = 30.0
    look: float = 5.0


class Round(Struct, frozen=True):
    """Something that is done again and again: at the moments of ``cron``, by one worker at a
    time."""

    name: str
    cron: str
    do: Callable[[], Awaitable[None]]


class _Again(procrastinate.BaseRetryStrategy):
    """What was not done to its end waits again; what failed does not."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        left = isinstance(exception, NotThrough | asyncio.CancelledError)
        return procrastinate.RetryDecision(retry_in={"seconds": 0}) if left else None


class JobQueue:
    """The jobs of a store. ``jobs`` are those that are queued by name, with their arguments."""

    def __init__(
        self,
        store: Store,
        jobs: Mapping[str, Callable[..., Awaitable[None]]],
        rounds: list[Round],
        rhythm: Rhythm,
    ) -> None:
        _be_silent()
        arguments = store.driver_arguments()
        options = f"{arguments.get('options', '')} -c search_path={SCHEMA}".strip()
        self._rhythm = rhythm
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                kwargs={**arguments, "options": options},
                min_size=1,
                max_size=_CONNECTIONS,
                timeout=_CONNECTED_WITHIN_S,
            )
        )
        for name, job in jobs.items():
            self._app.task(name=name, retry=_Again())(_told(name, job))
        for each in rounds:
            self._add_round(each)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Be connected to the store. Raises QueueFault."""
        try:
            await self._app.open_async()
        except PoolTimeout as error:
            raise QueueFault(str(error)) from error
        try:
            yield
        finally:
            await self._app.close_async()

    async def work(self) -> None:
        """Take jobs and do them until this is cancelled; those under way end first. Raises
        QueueFault where the store is lost, or ends."""
        with _untroubled():
            await self._app.run_worker_async(
                concurrency=_AT_ONCE,
                fetch_job_polling_interval=self._rhythm.look,
                shutdown_graceful_timeout=ENDS_WITHIN_S,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=self._rhythm.heartbeat,
                stalled_worker_timeout=self._rhythm.gone_after,
            )

    async def put(self, name: str) -> None:
        """Queue a job now, unless one of its name waits already."""
        job = self._app.configure_task(name, queueing_lock=name)
        try:
            await job.defer_async()
        except exceptions.AlreadyEnqueued:
            return

    async def put_once(self, name: str, moment: int, **arguments: Any) -> None:
        """Queue a job that is due at a moment, in seconds since 1970: once, however many workers
        say so, and however often."""
        values = {**arguments, "timestamp": moment}
        deferrer = self._app.configure_task(name, task_kwargs=values)
        await self._app.job_manager.defer_periodic_job(
            job=deferrer.job, periodic_id="", defer_timestamp=moment
        )

    async def forget_old(self) -> None:
        """Delete the jobs that ended long ago."""
        await self._app.job_manager.delete_old_jobs(
            nb_hours=_KEPT_FOR_HOURS,
            include_failed=True,
            include_cancelled=True,
            include_aborted=True,
        )

    def _add_round(self, each: Round) -> None:
        do = _told(each.name, each.do)

        async def done(timestamp: int = 0) -> None:
            await do()

        task = self._app.task(name=each.name, queue=_ROUNDS, queueing_lock=each.name)(done)
        self._app.periodic(cron=each.cron, periodic_id=_ROUNDS)(task)


def _told(name: str, job: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The job, with whatever fails in it told in our own log."""

    async def done(**arguments: Any) -> None:
        try:
            await job(**arguments)
        except NotThrough:
            raise
        except Exception:
            log.exception("bug", job=name)
            raise

    return done


@contextmanager
def _untroubled() -> Iterator[None]:
    """Whoever was taken for gone finds at the end of a job that it is another's by now, or done:
    the library's task for it then fails, and nobody looks."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()

    def told(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        fault = context.get("exception")
        if isinstance(fault, QueueFault):
            log.info("job_not_put_away", why=str(fault.__cause__ or fault))
        elif before is not None:
            before(loop, context)
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(told)
    try:
        yield
    finally:
        loop.set_exception_handler(before)


def _be_silent() -> None:
    """That the store is lost is raised, and what fails in a job is told above."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
