"""What every screen is handed: the services, and the ways to tell, ask, run and remember."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from msgspec import Struct

from esd_desktop.services.backend import Backend
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.workshop import OpenServices
from esd_desktop.ui.bus import Bus
from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.memory import Memory
from esd_desktop.ui.messages import Messages
from esd_desktop.ui.navigator import Navigator
from esd_desktop.ui.rights import OwnRights
from esd_desktop.ui.tasks import Tasks

Params = ParamSpec("Params")
Result = TypeVar("Result")


class Telling(Protocol):
    """What a service that changes things answers: an Outcome, or more."""

    @property
    def changes(self) -> Changes:
        """What it changed."""


OutcomeT = TypeVar("OutcomeT", bound=Telling)


class Worker(Protocol):
    """The process for what takes long, on the store that is open here (services/worker/)."""

    async def call(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        """Run a service there and wait for it on the caller's loop."""

    async def open(self, open_services: OpenServices) -> None:
        """Have it open this store, when there is time for it."""

    async def let_go(self) -> None:
        """Have it close the store."""

    def close(self) -> None:
        """End it; blocks for some seconds at most."""


class Desk(Struct, frozen=True):
    """Made once by app.py. ``worker`` is for what takes long: its verbs are functions of modules,
    and what they are given and answer can be pickled."""

    backend: Backend
    worker: Worker
    bus: Bus
    tasks: Tasks
    messages: Messages
    navigator: Navigator
    memory: Memory
    theme: Theme
    rights: OwnRights

    async def read(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        """Run a service that changes nothing. It may be in another process: the verb is a function
        of a module, and what it is given and answers can be pickled."""
        return await self.backend.read(verb, *args, **kwargs)

    async def do(
        self,
        touching: Changes,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, OutcomeT]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> OutcomeT:
        """Run a service that changes things, and let every view know.

        ``touching``: what it may have changed even where it raises, since a refusal is kept too.
        """

        async def told(
            services: Services, /, *args: Params.args, **kwargs: Params.kwargs
        ) -> OutcomeT:
            try:
                return await verb(services, *args, **kwargs)
            except asyncio.CancelledError:
                # The window waits no more, but a call that is in doubt now has just been marked so.
                self.bus.announce(touching)
                raise

        changes = touching
        try:
            outcome = await self.backend.call(told, *args, **kwargs)
            changes |= outcome.changes
            return outcome
        finally:
            self.bus.announce(changes)

    async def work(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, OutcomeT]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> OutcomeT:
        """Run a service that takes long, or begins what does, in the worker process, and let every
        view know what it changed."""
        outcome = await self.worker.call(verb, *args, **kwargs)
        self.bus.announce(outcome.changes)
        return outcome
