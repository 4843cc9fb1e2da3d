"""One thread with a plain asyncio loop, where every service of the window runs.

Sockets, TLS and the store's driver live on the standard loop; the window's thread only awaits. The
window's side may use any loop: a call is a ``concurrent.futures.Future`` underneath, and cancelling
the await cancels the work itself.

At the start another process may read in its place (``open_behind``), so that the window need not
wait for what all of this takes to load.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog

from esd_desktop.errors import EsdError, WorkerEnded
from esd_desktop.late import load_store
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.watch import Reach, TellReach, keep_watch, written_by_others
from esd_desktop.services.workshop import OpenServices, Workshop

log = structlog.get_logger(__name__)

Params = ParamSpec("Params")
Result = TypeVar("Result")
_BEHIND_AFTER_S = 1.0
_JOURNAL_AFTER_S = 2.0
_STOP_WITHIN_S = 5.0


class Reader(Protocol):
    """Where services run that only read, as long as the store is not open here."""

    async def call(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        """As the Backend's. Raises WorkerEnded where it is no more."""


class _Behind:
    """A store that is going to be opened, and who reads until then."""

    opening: asyncio.Task[None] | None = None
    since = 0

    def __init__(self, open_services: OpenServices, reader: Reader, tell_reach: TellReach) -> None:
        self.open_services = open_services
        self.reader = reader
        self.reach = Reach(tell_reach)
        self.gate = asyncio.Lock()
        # What is read waits for it; where it is cancelled, so is that.
        self.can_be_read: concurrent.futures.Future[None] = concurrent.futures.Future()

    def is_open_here(self) -> None:
        """Who waits for it may go on here."""
        self.reach.found()
        if not self.can_be_read.done():
            self.can_be_read.set_result(None)
        self._stop()

    def let_go(self) -> None:
        """It is not going to be opened."""
        self.can_be_read.cancel()
        self._stop()

    def _stop(self) -> None:
        if self.opening is not None and self.opening is not asyncio.current_task():
            self.opening.cancel()


class Backend:
    """The services of one store, on a thread of their own.

    ``announce`` is called from the worker's thread with what the journal changed by itself, and
    what other programs changed; ``tell_reach`` as the watch says.
    """

    def __init__(
        self, announce: Callable[[Changes], None], tell_reach: TellReach = lambda _: None
    ) -> None:
        self._announce = announce
        self._tell_reach = tell_reach
        self._workshop = Workshop(self._beside)
        self._behind: _Behind | None = None
        self._since: int | None = None
        self._mails_wait = asyncio.Event()
        self._gate = threading.Lock()
        self._closed = False
        self._loop = new_loop()
        self._thread = threading.Thread(target=self._run, name="esd-services", daemon=True)
        self._thread.start()

    async def open(self, open_services: OpenServices) -> None:
        """Close what is open, then open a store. Raises EsdError; nothing is open then."""
        await self._submit(self._open(open_services))

    async def open_behind(self, open_services: OpenServices, reader: Reader) -> None:
        """Close what is open, and wait until ``reader`` has opened a store: it reads from here on,
        until the store is opened here, in a while or with the first call that does more than read.
        Raises EsdError where the reader could not open it; nothing is open then."""
        former = self._behind
        behind = self._behind = _Behind(open_services, reader, self._tell_reach)
        await self._submit(self._open_behind(behind, former))

    @property
    def is_open_elsewhere(self) -> bool:
        """Whether another process reads: what would be kept here for later readings is not yet."""
        return self._behind is not None

    async def read(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        """Run a service that changes nothing, wherever the store is open."""
        if (behind := self._behind) is not None:
            await asyncio.shield(asyncio.wrap_future(behind.can_be_read))
            if behind is self._behind:
                with suppress(WorkerEnded):
                    return await behind.reader.call(verb, *args, **kwargs)
        return await self.call(verb, *args, **kwargs)

    async def call(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        """Run a service on the worker and wait for it on the caller's loop."""
        return await self._submit(self._call(verb, *args, **kwargs))

    def send_mails(self) -> None:
        """Have the journal send what waits in the outbox now: another process has put it there."""
        with self._gate:
            if not self._closed:
                self._loop.call_soon_threadsafe(self._mails_wait.set)

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

    async def _call(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        await self._catch_up()
        result = await self._workshop.call(verb, *args, **kwargs)
        if isinstance(result, Outcome) and result.changes:
            self._mails_wait.set()
        return result

    async def _open(self, open_services: OpenServices) -> None:
        behind, self._behind = self._behind, None
        if behind is not None:
            behind.let_go()
        await self._open_here(open_services, None)

    async def _open_here(self, open_services: OpenServices, since: int | None) -> None:
        load_store()
        self._since = since
        await self._workshop.open(open_services)

    async def _open_behind(self, behind: _Behind, former: _Behind | None) -> None:
        if former is not None:
            former.let_go()
        try:
            await self._workshop.close_store()
            behind.since = await behind.reader.call(written_by_others)
        except BaseException:
            if self._behind is behind:
                self._behind = None
            behind.let_go()
            raise
        if self._behind is behind:
            behind.opening = self._loop.create_task(self._in_a_while(behind))
            behind.can_be_read.set_result(None)

    async def _in_a_while(self, behind: _Behind) -> None:
        """Where the store can be opened here no more, it is tried again and again."""
        pause = _BEHIND_AFTER_S
        while self._behind is behind:
            await asyncio.sleep(pause)
            try:
                await self._catch_up()
            except EsdError as fault:
                behind.reach.lost(fault)
            pause = behind.reach.next_pause()

    async def _catch_up(self) -> None:
        """Open the store here now, where that was left for later."""
        behind = self._behind
        if behind is None:
            return
        async with behind.gate:
            if self._behind is behind:
                await self._open_here(behind.open_services, behind.since)
                self._behind = None
                behind.is_open_here()

    def _beside(self, services: Services) -> Iterator[Coroutine[Any, Any, None]]:
        yield self._keep_up(services)
        yield keep_watch(services, self._announce, self._tell_reach, self._since)

    async def _keep_up(self, services: Services) -> None:
        """The journal is loaded, and begins, once the window has its own to do no more, or with the
        first mail."""
        # Not by a timeout, which ends a wait by the same means as who closes the store.
        self._loop.call_later(_JOURNAL_AFTER_S, self._mails_wait.set)
        await self._mails_wait.wait()
        await asyncio.to_thread(import_module, "esd_desktop.services.journal")
        from esd_desktop.services.journal import keep_up

        await keep_up(services, self._announce, self._mails_wait)

    async def _close_all(self) -> None:
        if self._behind is not None:
            self._behind.let_go()
        await self._workshop.close()
        await self._loop.shutdown_asyncgens()
        await self._loop.shutdown_default_executor()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()


def new_loop() -> asyncio.AbstractEventLoop:
    """A loop on which every service can run."""
    # psycopg's async mode refuses Windows' default loop.
    return asyncio.SelectorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()
