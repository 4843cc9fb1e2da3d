"""A store into a file and back, the same for a SQLite file and a PostgreSQL server."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from esd_desktop.errors import StoreBusy
from esd_desktop.models.store.backup_pages import (
    Progress,
    Stop,
    Stopped,
    aside,
    copy_open,
    copy_pages,
    discard,
    for_good,
    keep_on_disk,
    open_there,
    put_in_place,
    telling,
    unfinished,
)
from esd_desktop.models.store.backup_tables import (
    PUTTING,
    copy_tables,
    lock_for_exchange,
    refill,
)
from esd_desktop.models.store.engine import Store
from esd_desktop.models.store.schema import HEAD
from esd_desktop.models.store.tables import metadata
from esd_desktop.models.store.unit_of_work import UnitOfWork

_PAGES_AT_ONCE = 500
_NOT_MADE = "The backup could not be made"
NOT_RESTORED = "The store could not be restored"


async def copy_store(store: Store, target: Path, progress: Progress | None = None) -> None:
    """Copy the store, as it is at one moment, into a new file. Raises StoreFault; whoever calls
    takes away what was begun."""
    source = store.file
    if source is not None:
        with telling(_NOT_MADE):
            await aside(lambda stop: copy_pages(source, target, stop), progress)
        return
    # Within: a disk here that is full is not a server that cannot be reached.
    async with store.read() as connection:
        with telling(_NOT_MADE):
            await copy_tables(connection, HEAD, target, progress)


# Replacing what a store holds


class Exchange(Struct, frozen=True):
    """A ``prepared`` store of this version, to be put into the place of what a store holds; that is
    ``kept`` in a new file first. ``earlier``: it is the same store as it was before."""

    prepared: Path
    kept: Path
    earlier: bool

    @property
    def kept_place(self) -> Path:
        """What its unfinished file is called by: the same each time, so that none is left."""
        return self.kept.with_name(f"{self.prepared.name}.kept")


async def exchange(store: Store, what: Exchange, progress: Progress | None = None) -> None:
    """Put it there: all or nothing, also where the computer fails in between. Who gives up when it
    is done already is not heard.

    Raises StoreBusy where other programs have the store open, Refused for who is not the owner of a
    server's store. The connections of a file have to be closed.
    """
    file = store.file
    if file is not None:
        stop = Stop(progress)
        with telling(NOT_RESTORED):
            await for_good(asyncio.to_thread(_exchange_pages, file, what, stop), stop.ask)
        return
    async with store.change() as work:
        with telling(NOT_RESTORED):
            await _exchange_tables(work, what, progress)
        await for_good(work.commit(), lambda: None)


def _exchange_pages(file: Path, what: Exchange, stop: Stop) -> None:
    with _alone(file) as present:
        with unfinished(what.kept_place) as part:
            copy_open(present, part, stop)
            put_in_place(part, what.kept)
        if what.earlier:
            _carry_over(what.prepared, what.kept)
        # One transaction of SQLite's own: until its very end the journal beside the file brings
        # back what was there.
        with closing(open_there(what.prepared)) as new, _needless_when(Stopped, what.kept):
            new.backup(present, pages=_PAGES_AT_ONCE, progress=_putting(stop), sleep=0)


async def _exchange_tables(work: UnitOfWork, what: Exchange, progress: Progress | None) -> None:
    await lock_for_exchange(work.connection, sorted(metadata.tables))
    with unfinished(what.kept_place) as part:
        await copy_tables(work.connection, HEAD, part, progress)
        await aside(lambda _: put_in_place(part, what.kept))
    with _needless_when(BaseException, what.kept):
        if what.earlier:
            await aside(lambda _: _carry_over(what.prepared, what.kept))
        await refill(work.connection, what.prepared, progress)


@contextmanager
def _needless_when(error: type[BaseException], kept: Path) -> Iterator[None]:
    """Take away what was kept where the block ends so: the store has all of it still."""
    try:
        yield
    except error:
        discard(kept)
        raise


def _carry_over(prepared: Path, present: Path) -> None:
    """What the world has seen since the backup must not happen again: numbers that were given out
    are not given out twice, and mails that have gone do not go again."""
    with closing(open_there(prepared)) as new:
        new.execute("ATTACH ? AS present", (str(present),))
        new.execute("BEGIN")
        for statement in _CARRIED_OVER:
            new.execute(statement)
        new.execute("COMMIT")


@contextmanager
def _alone(file: Path) -> Iterator[sqlite3.Connection]:
    """The file for ourselves. Raises StoreBusy where anybody else has it open."""
    with closing(open_there(file)) as present:
        try:
            present.execute("PRAGMA busy_timeout = 0")
            # A store in use cannot leave its write-ahead log.
            present.execute("PRAGMA locking_mode = EXCLUSIVE")
            present.execute("PRAGMA journal_mode = DELETE")
            present.execute("PRAGMA synchronous = EXTRA")
            present.execute("BEGIN EXCLUSIVE")
            present.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise StoreBusy(
                "Another program has this store open, so it cannot be restored.",
                advice="Close every ESD Desktop and “esd” on it, and try again. Nothing was "
                "changed.",
            ) from error
        yield present


def _putting(stop: Stop) -> Callable[[int, int, int], None]:
    def step(_status: int, remaining: int, total: int) -> None:
        # With the last page it is done, and cannot be stopped any more.
        if remaining:
            stop.step(PUTTING, total - remaining, total)

    return step


# A store that cannot be opened any more


def replace_broken(file: Path, prepared: Path, kept: Path) -> None:
    """Put a prepared store in the place of a damaged file, which is kept as it is. Blocks. Raises
    StoreBusy where anybody has that open all the same."""
    with suppress(sqlite3.DatabaseError), _alone(file):
        pass  # what is no database any more nobody has open
    for suffix in ("", "-wal", "-shm", "-journal"):
        damaged = file.with_name(file.name + suffix)
        if damaged.exists():
            shutil.copyfile(damaged, kept.with_name(kept.name + suffix))
            keep_on_disk(kept.with_name(kept.name + suffix))
    # The log of the damaged file would be read into the new one.
    for suffix in ("-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    keep_on_disk(prepared)
    put_in_place(prepared, file)


_CARRIED_OVER = (
    """
UPDATE number_series SET last_number = max(last_number, coalesce((
  SELECT present.last_number FROM present.number_series AS present
  WHERE present.name = number_series.name), 0))
""",
    """
INSERT INTO number_series (name, last_number) SELECT name, last_number
FROM present.number_series WHERE name NOT IN (SELECT name FROM main.number_series)
""",
    """
UPDATE outbox SET (state, attempts, next_attempt_at, last_error, sent_at) = (
  SELECT present.state, present.attempts, present.next_attempt_at, present.last_error,
    present.sent_at
  FROM present.outbox AS present WHERE present.message_id = outbox.message_id)
WHERE message_id IN (SELECT message_id FROM present.outbox)
""",
)
