"""One writer of a file at a time, be it another thread or another program."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE_S = 5.0
_PAUSE_S = 0.02

if sys.platform == "win32":
    import msvcrt

    def take_lock(descriptor: int) -> None:
        """Lock an open file until it is closed. Raises OSError where somebody else has it."""
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def take_lock(descriptor: int) -> None:
        """Lock an open file until it is closed. Raises OSError where somebody else has it."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_writer(file: Path) -> Iterator[None]:
    """Hold a lock beside the file while the block runs. Blocks, for at most five seconds; then
    raises OSError. The operating system lets the lock go where its holder dies."""
    deadline = time.monotonic() + _PATIENCE_S
    with file.with_name(f"{file.name}.lock").open("ab") as held:
        while True:
            try:
                take_lock(held.fileno())
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(_PAUSE_S)
        yield  # closing the file lets the lock go
