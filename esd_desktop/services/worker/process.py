"""The window's side of its worker process: ``call`` is as that of the Backend, across two pipes.

A verb is a module's function, its arguments and its answer can be pickled, and what it is given to
tell by (``progress``) is called here, on a thread. Where the process dies, those who wait for it
are told so; it is started again by itself, since mass works go on in it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog

from esd_desktop import parts
from esd_desktop.errors import EsdError, WorkerEnded
from esd_desktop.services.changes import Changes
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
from esd_desktop.services.workshop import OpenServices

log = structlog.get_logger(__name__)

Params = ParamSpec("Params")
Result = TypeVar("Result")
_BEGUN_AFTER_S = 2.0
_STOP_WITHIN_S = 5.0
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 60.0
_SOUND_AFTER_S = 30.0


class WorkerProcess:
    """``announce`` is called from a thread with what goes on there by itself. ``begun`` is the
    process, where it runs already, and ``opens`` what it was told to open."""

    def __init__(
        self,
        announce: Callable[[Changes], None],
        begun: subprocess.Popen[bytes] | None = None,
        opens: OpenServices | None = None,
    ) -> None:
        self._announce = announce
        self._gate = threading.Lock()
        self._life: _Life | None = None
        self._open_services = opens
        self._closed = threading.Event()
        self._pause = _FIRST_PAUSE_S
        if begun is not None:
            self._life = _Life(self._announce, self._ended, begun)

    async def open(self, open_services: OpenServices) -> None:
        """Have the process open a store, beside the window's own. It is started some moments later,
        when the window has its own to do no more, or with the first call."""
        self._open_services = open_services
        with self._gate:
            life = self._life
        if life is not None and not life.is_over:
            life.send(Open(open_services))
        else:
            _later(_BEGUN_AFTER_S, self._begin)

    async def call(
        self,
        verb: Callable[Concatenate[Services, Params], Coroutine[Any, Any, Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        """Run a service in the process. Raises EsdError where it dies meanwhile."""
        life = await asyncio.to_thread(self._alive)
        answer: Result = await asyncio.wrap_future(life.call(verb, args, kwargs))
        return answer

    async def let_go(self) -> None:
        """Have it stop what it does and close the store, until one is opened again."""
        self._open_services = None
        with self._gate:
            life = self._life
        if life is not None and not life.is_over:
            with suppress(EsdError):
                await asyncio.wrap_future(life.let_go())

    def close(self) -> None:
        """End it. Blocks for at most five seconds; from here on a call raises EsdError."""
        self._closed.set()
        with self._gate:
            life, self._life = self._life, None
        if life is not None:
            life.end()

    def _begin(self) -> None:
        with suppress(EsdError):
            self._alive()

    def _alive(self) -> _Life:
        """The process, started where there is none."""
        with self._gate:
            if self._closed.is_set():
                raise WorkerEnded("ESD Desktop is being closed.")
            if self._life is None or self._life.is_over:
                self._life = _Life(self._announce, self._ended, parts.begin_worker())
                if self._open_services is not None:
                    self._life.send(Open(self._open_services))
            return self._life

    def _ended(self, life: _Life) -> None:
        """On the thread that listened to it: it has ended by itself."""
        if self._closed.is_set():
            return
        log.warning("worker_died", exit_code=life.exit_code, lived_s=round(life.lived_s, 1))
        self._announce(Changes(everything=True))
        if life.lived_s > _SOUND_AFTER_S:
            self._pause = _FIRST_PAUSE_S
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE_S)
        if not self._closed.wait(pause) and self._open_services is not None:
            self._begin()


class _Life:
    """One process from its start to its end."""

    def __init__(
        self,
        announce: Callable[[Changes], None],
        ended: Callable[[_Life], None],
        process: subprocess.Popen[bytes],
    ) -> None:
        self._announce = announce
        self._tell_end = ended
        self._numbers = count(1)
        self._waiting: dict[int, tuple[concurrent.futures.Future[Any], dict[str, Any]]] = {}
        self._gate = threading.Lock()
        self._outgoing: SimpleQueue[object] = SimpleQueue()
        self._began = time.monotonic()
        self.is_over = False
        self._process = process
        for work in (self._listen, self._speak):
            threading.Thread(target=work, name="esd-worker", daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    @property
    def lived_s(self) -> float:
        return time.monotonic() - self._began

    def send(self, message: object) -> None:
        """From any thread, without waiting."""
        self._outgoing.put(message)

    def call(
        self, verb: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> concurrent.futures.Future[Any]:
        """Cancelling the future stops the work."""
        told = {name: value for name, value in kwargs.items() if callable(value)}
        plain = {name: value for name, value in kwargs.items() if name not in told}
        number = next(self._numbers)
        return self._asked(number, Call(number, verb, args, plain, tuple(told)), told)

    def let_go(self) -> concurrent.futures.Future[Any]:
        """Done once it has."""
        number = next(self._numbers)
        return self._asked(number, LetGo(number), {})

    def end(self) -> None:
        """Close the pipe to it, by which it ends; kill it where it does not."""
        self.send(None)
        try:
            self._process.wait(_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            log.warning("worker_did_not_stop", within_s=_STOP_WITHIN_S)
            self._process.kill()
            self._process.wait()

    def _asked(
        self, number: int, message: object, told: dict[str, Any]
    ) -> concurrent.futures.Future[Any]:
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        with self._gate:
            if self.is_over:
                future.set_exception(_died())
                return future
            self._waiting[number] = (future, told)
        self.send(message)
        future.add_done_callback(partial(self._stop_cancelled, number))
        return future

    def _stop_cancelled(self, number: int, ended: concurrent.futures.Future[Any]) -> None:
        if ended.cancelled():
            self.send(Cancel(number))

    def _speak(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        with suppress(OSError), pipe:
            while (message := self._outgoing.get()) is not None:
                try:
                    write(pipe, message)
                except OSError:
                    raise
                except Exception as bug:  # noqa: BLE001 - what cannot be pickled; its caller is told
                    if isinstance(message, Call):
                        self._answer(message.number, bug)

    def _listen(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        with suppress(EOFError), pipe:
            while True:
                self._heard(read(pipe))
        self._process.wait()
        self.send(None)
        with self._gate:
            self.is_over = True
            waiting = list(self._waiting)
        for number in waiting:
            self._answer(number, _died())
        self._tell_end(self)

    def _heard(self, message: object) -> None:
        match message:
            case Answer(number, value):
                self._answer(number, value)
            case Failed(number, error):
                self._answer(number, error)
            case Told(number, name, args) if number in self._waiting:
                future, told = self._waiting[number]
                if not future.cancelled():
                    self._tell(told[name], args)
            case Changed(changes):
                self._announce(changes)

    def _tell(self, tell: Callable[..., None], args: tuple[Any, ...]) -> None:
        try:
            tell(*args)
        except Exception:
            # The process and its other calls have nothing to do with it.
            log.exception("bug", told=repr(tell))

    def _answer(self, number: int, value: object) -> None:
        with self._gate:
            future, _ = self._waiting.pop(number)
        try:
            if isinstance(value, asyncio.CancelledError):
                future.cancel()
            elif isinstance(value, BaseException):
                future.set_exception(value)
            else:
                future.set_result(value)
        except concurrent.futures.InvalidStateError:
            # Nobody waits any more, but it may have been done in the very moment it was given up.
            changes = getattr(value, "changes", None)
            if isinstance(changes, Changes):
                self._announce(changes)


def _later(seconds: float, begin: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, begin)
    timer.daemon = True
    timer.start()


def _died() -> EsdError:
    return WorkerEnded(
        "The part of ESD Desktop that does long work has ended unexpectedly.",
        advice="Nothing is left half done. Try again; mass works go on by themselves.",
    )
