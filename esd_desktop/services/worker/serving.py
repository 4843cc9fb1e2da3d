"""The worker process itself: verbs of the window, and the mass works, on the window's store."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from queue import SimpleQueue
from typing import Any, BinaryIO

import structlog

from esd_desktop.errors import EsdError
from esd_desktop.services.backend import new_loop
from esd_desktop.services.context import Services
from esd_desktop.services.worker.messages import (
    Answer,
    Call,
    Cancel,
    Changed,
    Failed,
    LetGo,
    Open,
    Told,
    read,
    write,
)
from esd_desktop.services.workshop import Workshop

log = structlog.get_logger(__name__)

# Whoever waits at the window goes first, where there are not processors enough.
_YIELDING = 5
# What the window asks for first is loaded before it asks, while it loads itself.
_ASKED_FIRST = (
    "esd_desktop.opening",
    "esd_desktop.services.account_tree",
    "esd_desktop.services.lists",
    "esd_desktop.services.watch",
    "esd_desktop.services.verify_audit",
    "esd_desktop.services.browse_backups",
)
# What the window shows first is asked for, and loaded, within so long after the store was opened.
_WORKS_AFTER_S = 2.0


def serve() -> None:
    """Do what comes over standard input, until the window is gone."""
    asked, answers = _pipes()
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_Serving(answers).live(asked))


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, for us alone: what a library prints must not get between."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return asked, answers


class _Serving:
    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._outgoing: SimpleQueue[object] = SimpleQueue()
        self._workshop = Workshop(self._beside)
        self._fault: EsdError | None = None
        self._calls: dict[int, asyncio.Task[Any]] = {}
        self._opening: asyncio.Task[None] | None = None
        self._more = asyncio.Event()
        self._yields = False
        self._gone = asyncio.Event()

    async def live(self, asked: BinaryIO) -> None:
        loop = asyncio.get_running_loop()
        for work in (partial(self._listen, asked, loop), self._speak):
            threading.Thread(target=work, daemon=True).start()
        await self._gone.wait()
        await self._workshop.close()

    def _listen(self, asked: BinaryIO, loop: asyncio.AbstractEventLoop) -> None:
        """On a thread: to unpickle the first calls is to load most of the program."""
        try:
            for module in _ASKED_FIRST:
                import_module(module)
            while True:
                loop.call_soon_threadsafe(self._heard, read(asked))
        except EOFError:
            log.debug("window_gone")
        except Exception as bug:
            # Such as a program that was uninstalled meanwhile, and cannot load what it needs.
            log.exception("bug", listening=str(bug))
        finally:
            # Whatever it was: a process that hears nothing any more would stay for ever.
            loop.call_soon_threadsafe(self._gone.set)

    def _speak(self) -> None:
        """On a thread: nothing waits for the window to listen."""
        with suppress(OSError):
            while True:
                message = self._outgoing.get()
                try:
                    write(self._answers, message)
                except OSError:
                    raise
                except Exception as bug:
                    log.exception("bug", message=type(message).__name__)
                    if isinstance(message, Answer):
                        write(self._answers, Failed(message.number, _portable(bug)))

    def _heard(self, message: object) -> None:
        match message:
            case Open(open_services):
                self._opening = asyncio.create_task(self._open(open_services))
            case Call(number):
                self._begin(number, self._call(message))
            case LetGo(number):
                self._begin(number, self._let_go())
            case Cancel(number) if number in self._calls:
                self._calls[number].cancel()

    def _begin(self, number: int, work: Coroutine[Any, Any, Any]) -> None:
        task = self._calls[number] = asyncio.create_task(work)
        task.add_done_callback(partial(self._ended, number))

    def _ended(self, number: int, task: asyncio.Task[Any]) -> None:
        """Whatever comes of a call, its caller hears of it; also where it never began."""
        del self._calls[number]
        answer = _answer(number, task)
        self._outgoing.put(answer)
        # It may have laid a work down, or let one go on.
        if isinstance(answer, Answer) and getattr(answer.value, "changes", None):
            self._more.set()

    async def _open(self, open_services: Any) -> None:
        self._fault = None
        try:
            await self._workshop.open(open_services)
        except EsdError as fault:
            log.info("worker_without_store", why=fault.sentence)
            self._fault = fault
        finally:
            asyncio.get_running_loop().call_later(_WORKS_AFTER_S, self._settle)

    def _settle(self) -> None:
        """What is loaded by now stays to the end; looking through it for garbage is for nothing."""
        gc.freeze()
        gc.enable()
        self._more.set()

    async def _call(self, call: Call) -> Any:
        if self._opening is not None:
            await asyncio.shield(self._opening)
        if self._fault is not None:
            raise self._fault
        told = {name: self._teller(call.number, name) for name in call.told}
        return await self._workshop.call(call.verb, *call.args, **call.kwargs, **told)

    async def _let_go(self) -> None:
        if self._opening is not None:
            await asyncio.shield(self._opening)
        await self._workshop.close_store()

    def _teller(self, number: int, name: str) -> Callable[..., None]:
        return lambda *args: self._outgoing.put(Told(number, name, args))

    def _beside(self, services: Services) -> Iterator[Coroutine[Any, Any, None]]:
        yield self._run_works(services)

    def _yield_to_the_window(self) -> None:
        """From here on; until then the window itself waits for this process."""
        if hasattr(os, "nice") and not self._yields:
            self._yields = True
            os.nice(_YIELDING)

    async def _run_works(self, services: Services) -> None:
        """They are loaded, and begin, once the window has been told what it shows first, or with
        the first change."""
        await self._more.wait()
        self._yield_to_the_window()
        await asyncio.to_thread(import_module, "esd_desktop.services.mass_run")
        from esd_desktop.services.mass_run import run_works

        await run_works(services, lambda changes: self._outgoing.put(Changed(changes)), self._more)


def _answer(number: int, task: asyncio.Task[Any]) -> Answer | Failed:
    if task.cancelled():
        return Failed(number, asyncio.CancelledError())
    error = task.exception()
    if error is None:
        return Answer(number, task.result())
    if isinstance(error, EsdError):
        return Failed(number, error)
    log.error("bug", call=number, exc_info=error)
    return Failed(number, _portable(error))


def _portable(bug: BaseException) -> Exception:
    """What any bug becomes on its way; the log of this process has all of it."""
    return RuntimeError(f"{type(bug).__name__}: {bug}")
