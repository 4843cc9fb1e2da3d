"""The worker: one thread with a plain asyncio loop, where every service of the window runs.

Sockets, TLS and the store's driver live on the standard loop; the window's thread only awaits. The
window's side may use any loop: a call is a ``concurrent.futures.Future`` underneath, and cancelling
the await cancels the work itself.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.journal import keep_up

log = structlog.get_logger(__name__)

Params = ParamSpec("Params")
Result = TypeVar("Result")
OpenServices = Callable[[], Awaitable[Services]]
_STOP_WITHIN_S = 5.0


class Backend:
    """The services of one store, on a thread of their own.

    ``announce`` is called from the worker's thread with what the journal changed by itself.
    """

    def __init__(self, announce: Callable[[Changes], None]) -> None:
        self._announce = announce
        self._services: Services | None = None
        self._journal: asyncio.Task[None] | None = None
        self._calls: set[asyncio.Task[Any]] = set()
        self._openings: set[asyncio.Task[Any]] = set()
        self._opening = asyncio.Lock()
        self._mails_wait = asyncio.Event()
        self._gate = threading.Lock()
        self._closed = False
        self._loop = _new_loop()
        self._thread = threading.Thread(target=self._run, name="esd-services", daemon=True)
        self._thread.start()

    async def open(self, open_services: OpenServices) -> None:
        """Close what is open, then open a store. Raises EsdError; nothing is open then."""
        await self._submit(self._open(open_services))

    async def call(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        """Run a service on the worker and wait for it on the caller's loop."""
        return await self._submit(self._call(verb, *args, **kwargs))

    def close(self) -> None:
        """Stop what runs, close the store, end the thread. Blocks for at most five seconds; from
        here on a call raises EsdError."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
        closing = asyncio.run_coroutine_threadsafe(self._close_all(), self._loop)
        try:
            closing.result(_STOP_WITHIN_S)
        except concurrent.futures.TimeoutError:
            log.warning("backend_did_not_stop", within_s=_STOP_WITHIN_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_WITHIN_S)

    async def _submit(self, work: Coroutine[Any, Any, Result]) -> Result:
        with self._gate:
            if self._closed:
                # The loop may have stopped: it would never run, and the wait never end.
                work.close()
                raise EsdError("ESD Desktop is being closed.")
            submitted = asyncio.run_coroutine_threadsafe(work, self._loop)
        return await asyncio.wrap_future(submitted)

    async def _open(self, open_services: OpenServices) -> None:
        await _run_in(self._openings, self._change_store(open_services))

    async def _change_store(self, open_services: OpenServices) -> None:
        async with self._opening:
            await self._close_store()
            self._services = await open_services()
            keeping_up = keep_up(self._services, self._announce, self._mails_wait)
            self._journal = self._loop.create_task(keeping_up)

    async def _call(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        if self._services is None:
            raise EsdError("No store is open.", advice="Open one in Settings, Store.")
        result = await _run_in(self._calls, verb(self._services, *args, **kwargs))
        if isinstance(result, Outcome) and result.changes:
            self._mails_wait.set()
        return result

    async def _close_store(self) -> None:
        """Nothing new begins; what runs is stopped, and the store closes after it has ended."""
        services, self._services = self._services, None
        journal, self._journal = self._journal, None
        await _stop(self._calls if journal is None else self._calls | {journal})
        if services is not None:
            await services.close()

    async def _close_all(self) -> None:
        await _stop(self._openings)
        await self._close_store()
        await self._loop.shutdown_asyncgens()
        await self._loop.shutdown_default_executor()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()


async def _run_in(running: set[asyncio.Task[Any]], work: Coroutine[Any, Any, Result]) -> Result:
    """Run work as a task that closing knows of. It is cancelled once, however often the waiting for
    it is: a second cancellation would strike it while it cleans up."""
    task = asyncio.get_running_loop().create_task(work)
    running.add(task)
    task.add_done_callback(running.discard)
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            _cancel_once(task)
    return task.result()


def _cancel_once(task: asyncio.Task[Any]) -> None:
    if not task.cancelling():
        task.cancel()


async def _stop(running: set[asyncio.Task[Any]]) -> None:
    """Cancel each task, and wait for what it still writes down about itself. No other task of the
    loop is touched: the store's driver gives its connections back in tasks of its own."""
    for task in running:
        _cancel_once(task)
    if running:
        await asyncio.wait(running.copy())


def _new_loop() -> asyncio.AbstractEventLoop:
    # psycopg's async mode refuses Windows' default loop.
    return asyncio.SelectorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()
