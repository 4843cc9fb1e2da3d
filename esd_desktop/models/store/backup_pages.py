"""Copying a SQLite store page by page, as it was at one moment, while others go on writing to it.

Everything here blocks and belongs into a thread; ``aside`` runs it there and can stop it.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from esd_desktop.errors import EsdError, StoreBroken, StoreFault

Result = TypeVar("Result")
# What is done now, how much of it, of how much; 0 where that is not known.
Progress = Callable[[str, int, int], None]
COPYING = "Copying"
# Between the steps it can be stopped, and others get their turn.
_PAGES_AT_ONCE = 500
_BESIDE = ("", "-wal", "-shm", "-journal")


class Stopped(EsdError):
    """Nobody waits for it any more."""


class Stop:
    """Tells a thread that nobody waits for its work, and its caller how far it is."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._loop = asyncio.get_running_loop()
        self._asked = threading.Event()

    def ask(self) -> None:
        """Have the work end at its next step."""
        self._asked.set()

    def step(self, words: str, done: int, total: int) -> None:
        """One more step is done. Raises Stopped where no more are wanted."""
        if self._asked.is_set():
            raise Stopped("It was stopped.")
        if self._progress is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._progress, words, done, total)

    def ends(self, connection: sqlite3.Connection) -> None:
        """Have it end the statements of this connection, however long one of them takes."""
        connection.set_progress_handler(self._asked.is_set, 100_000)


async def aside(work: Callable[[Stop], Result], progress: Progress | None = None) -> Result:
    """Run it in a thread. Where the waiting is cancelled, it is told to stop, and has ended when
    the cancellation goes on: a file that a thread still writes to cannot be taken away."""
    stop = Stop(progress)
    running = asyncio.ensure_future(asyncio.to_thread(work, stop))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.ask()
        await asyncio.gather(running, return_exceptions=True)
        raise


async def for_good(work: Coroutine[Any, Any, None], ask: Callable[[], object]) -> None:
    """Do what cannot be taken back. Where the waiting is cancelled, the work is asked to stop;
    where it has come to its end all the same, that is what counts: there is no cancellation."""
    running = asyncio.ensure_future(work)
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        ask()
        await asyncio.wait([running])
        if running.cancelled() or running.exception() is not None:
            raise
        waiting = asyncio.current_task()
        assert waiting is not None
        waiting.uncancel()


def copy_pages(source: Path, target: Path, stop: Stop | None = None) -> None:
    """Copy the store in ``source`` into a new file ``target``, complete and on the disk."""
    with closing(open_there(source)) as reading:
        reading.execute("BEGIN")
        # From the first reading on it sees one moment: what is written meanwhile does not make the
        # copying begin again.
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copy_open(reading, target, stop)


def copy_open(reading: sqlite3.Connection, target: Path, stop: Stop | None = None) -> None:
    """Copy the store that a connection has open."""

    def step(_status: int, remaining: int, total: int) -> None:
        if stop is not None:
            stop.step(COPYING, total - remaining, total)

    make_private(target)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        reading.backup(copy, pages=_PAGES_AT_ONCE, progress=step, sleep=0)
        # One file by itself, without the log that a store in use has beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
    keep_on_disk(target)


def open_there(file: Path) -> sqlite3.Connection:
    """Open a file that has to be there already: none is made in the place of one that is gone."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)


def make_private(file: Path) -> None:
    """An empty file that only its user may read. Raises FileExistsError where there is one."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def keep_on_disk(file: Path) -> None:
    """Return only once what was written to it would survive a power cut."""
    with file.open("r+b") as written:
        os.fsync(written.fileno())


def put_in_place(unfinished: Path, place: Path) -> None:
    """Give a complete file its name, for good."""
    unfinished.replace(place)
    if sys.platform != "win32":  # where a folder cannot be opened
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def discard(file: Path) -> None:
    """Take away a store's file that is not wanted, with what SQLite keeps beside it."""
    for suffix in _BESIDE:
        file.with_name(file.name + suffix).unlink(missing_ok=True)


@contextmanager
def unfinished(place: Path) -> Iterator[Path]:
    """Where a file is put together before it gets its place; gone afterwards, whatever happens, and
    where the program itself dies, before the next one of the same ``place``."""
    part = place.with_name(f".{place.name}.part")
    discard(part)
    try:
        yield part
    finally:
        discard(part)


def make_folder(folder: Path, what: str, advice: str) -> None:
    """Make a folder where there is none. Raises StoreFault, in which ``what`` names it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFault(
            f"{what} {folder} cannot be made: {error.strerror}.", advice=advice
        ) from error


def make_backup_folder(folder: Path) -> None:
    """The same for a folder of backups."""
    advice = "Choose another one in Settings, Backups, or connect the disk that it is on."
    make_folder(folder, "The folder for backups", advice)


@contextmanager
def telling(what: str) -> Iterator[None]:
    """Say in words why a file could not be written within the block; ``what`` begins the sentence.
    Raises StoreFault."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise _told(what, error) from error


def _told(what: str, error: OSError | sqlite3.Error) -> StoreFault:
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return StoreBroken(
            f"{what}: the store's file is damaged ({error}).",
            advice="Restore a backup (Settings, Backups, or “esd store restore FILE”).",
        )
    why = (getattr(error, "strerror", None) or str(error)).rstrip(".")
    return StoreFault(
        f"{what}: {why[:1].lower()}{why[1:]}.",
        advice="Nothing was left half done. See that there is room and that the folder may be "
        "written to.",
    )
