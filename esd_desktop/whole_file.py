"""Giving a file its content at one stroke."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_whole(
    place: Path, content: bytes, *, private: bool = False, lasting: bool = True
) -> None:
    """Replace the file at ``place``: whoever reads it finds the old content or the new; where it is
    ``lasting``, also after a power cut, which takes as long as the disk does. ``private``: from its
    first byte on only this user may read it. Raises OSError; the file is then as it was."""
    unfinished = place.with_name(f".{place.name}.part")
    unfinished.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(unfinished, flags, 0o600 if private else 0o666), "wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        unfinished.replace(place)
    finally:
        with suppress(OSError):  # of a folder that takes nothing: what failed first is told
            unfinished.unlink(missing_ok=True)
