"""The services of one store, open on one loop, and everything that runs on them.

The window's thread of services and its worker process are built around one each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Concatenate, ParamSpec, TypeVar

from esd_desktop.errors import EsdError
from esd_desktop.services.context import Services

Params = ParamSpec("Params")
Result = TypeVar("Result")
OpenServices = Callable[[], Awaitable[Services]]
Beside = Callable[[Services], Iterable[Coroutine[Any, Any, None]]]


class Workshop:
    """``beside``: what runs for as long as a store is open."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self._services: Services | None = None
        self._for_ever: set[asyncio.Task[None]] = set()
        self._calls: set[asyncio.Task[Any]] = set()
        self._openings: set[asyncio.Task[Any]] = set()
        self._opening = asyncio.Lock()

    async def open(self, open_services: OpenServices) -> None:
        """Close what is open, then open a store. Raises EsdError; nothing is open then."""
        await _run_in(self._openings, self._change_store(open_services))

    async def call(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        """Run a service. Raises EsdError where no store is open."""
        if self._services is None:
            raise EsdError("No store is open.", advice="Open one in Settings, Store.")
        return await _run_in(self._calls, verb(self._services, *args, **kwargs))

    async def close_store(self) -> None:
        """Nothing new begins; what runs is stopped, and the store closes after it has ended."""
        services, self._services = self._services, None
        for_ever, self._for_ever = self._for_ever, set()
        await _stop(self._calls | for_ever)
        if services is not None:
            await services.close()

    async def close(self) -> None:
        """Stop whatever runs, also an opening, and close."""
        await _stop(self._openings)
        await self.close_store()

    async def _change_store(self, open_services: OpenServices) -> None:
        async with self._opening:
            await self.close_store()
            services = self._services = await open_services()
            self._for_ever = {asyncio.create_task(each) for each in self._beside(services)}


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
