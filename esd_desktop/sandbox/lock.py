"""One sandbox a directory: a lock that the operating system lets go when its holder dies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from esd_desktop.errors import EsdError

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_sandbox_of(directory: Path) -> Iterator[None]:
    """Hold the directory while the block runs; EsdError where another sandbox holds it."""
    with (directory / "sandbox.lock").open("ab") as file:
        try:
            _take(file.fileno())
        except OSError as fault:
            raise EsdError(
                f"Another sandbox is already running on {directory}.",
                advice="Use that one, stop it first, or name another directory.",
            ) from fault
        yield  # closing the file lets the lock go
