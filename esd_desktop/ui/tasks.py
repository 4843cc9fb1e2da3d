"""The one place where the window starts asynchronous work.

A task has a key (the same key while it runs is not started again: five double-clicks are one call),
an owner (a widget that dies takes its tasks along) and perhaps words for the status bar. Its faults
become messages; nothing is lost in a task that nobody holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from esd_desktop.errors import EsdError
from esd_desktop.stopping import told_to_stop
from esd_desktop.ui.messages import Messages


class Running(Struct, frozen=True):
    """A task that runs: its key, and what the status bar says of it (empty: nothing)."""

    key: str
    words: str


class Tasks(QObject):
    """Starts, names, watches and cancels the window's tasks. ``changed`` carries the key of a task
    that began or ended."""

    changed = Signal(str)

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._words: dict[str, str] = {}
        # Also those that were cancelled and have not ended yet.
        self._alive: set[asyncio.Task[None]] = set()
        self._closed = False

    def run(
        self,
        key: str,
        work: Callable[[], Coroutine[Any, Any, None]],
        *,
        owner: QObject,
        words: str = "",
        latest: bool = False,
    ) -> bool:
        """Start ``work`` unless its key runs already; answers whether it was started. Nothing is
        after ``close``.

        ``latest``: a running task of the same key is cancelled instead, for what the newest request
        alone matters of: what is only read, such as a search.
        """
        if self._closed or (key in self._tasks and not latest):
            return False
        self.cancel(key)
        task = asyncio.get_running_loop().create_task(
            self._guarded(work, only_reads=latest), name=key
        )
        self._tasks[key] = task
        self._words[key] = words
        self._alive.add(task)
        task.add_done_callback(partial(self._ended, key))
        _end_with(owner, task)
        self.changed.emit(key)
        return True

    def is_busy(self, key: str) -> bool:
        """Whether a task of this key runs."""
        return key in self._tasks

    def running(self) -> list[Running]:
        """What runs and has words for people, the eldest first."""
        return [Running(key, words) for key, words in self._words.items() if words]

    @property
    def count(self) -> int:
        """How many tasks run, also those without words; one that waits for an answer is running."""
        return len(self._alive)

    def cancel(self, key: str) -> None:
        """Stop a task. Returns at once; the work itself is cancelled on the worker too."""
        task = self._tasks.pop(key, None)
        if task is not None:
            self._words.pop(key, None)
            task.cancel()
            self.changed.emit(key)

    async def close(self, *, finish_within_s: float = 0.0) -> None:
        """Begin nothing more. What has words for people may finish in time; the rest, and then what
        has not finished, is cancelled, and has ended when this returns."""
        self._closed = True
        finishing = {task for key, task in self._tasks.items() if self._words[key]}
        for task in self._alive - finishing:
            task.cancel()
        if finishing and finish_within_s:
            await asyncio.wait(finishing, timeout=finish_within_s)
        left = set(self._alive)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _guarded(
        self, work: Callable[[], Coroutine[Any, Any, None]], *, only_reads: bool
    ) -> None:
        try:
            await work()
        except EsdError as fault:
            tell = self._messages.unread if only_reads else self._messages.fault
            tell(fault)
        except Exception as bug:  # noqa: BLE001 - the last door: told and logged, never lost
            self._messages.bug(bug)

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        self._alive.discard(task)
        # A newer task may have taken the key of one that was cancelled.
        if self._tasks.get(key) is task:
            del self._tasks[key]
            self._words.pop(key, None)
            self.changed.emit(key)


def _end_with(owner: QObject, task: asyncio.Task[None]) -> None:
    """Cancel the task where its owner dies first."""

    def stop() -> None:
        task.cancel()

    def forget(_: asyncio.Task[None]) -> None:
        if isValid(owner):
            owner.destroyed.disconnect(stop)

    owner.destroyed.connect(stop)
    task.add_done_callback(forget)


@contextmanager
def while_wanted() -> Iterator[None]:
    """Around readings that go on side by side: where one fails at the very moment at which the
    waiting is given up, ``asyncio.gather`` raises that fault, and the view that would show it may
    be gone."""
    try:
        yield
    except EsdError as fault:
        if told_to_stop():
            raise asyncio.CancelledError from fault
        raise
