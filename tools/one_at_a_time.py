"""A file that one process holds at a time, on every system, and that a crash lets go."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tools.trouble import say

if sys.platform == "win32":
    import msvcrt

    def _take(handle: IO[str]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: IO[str]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Wait until no other process is within this block for ``file``."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="ascii") as handle:
        if not _taken(handle):
            say("Another run is setting up the same folder. Waiting for it.")
            while not _taken(handle):
                time.sleep(0.2)
        yield  # closing the file lets it go


def _taken(handle: IO[str]) -> bool:
    try:
        _take(handle)
    except OSError:
        return False
    return True
