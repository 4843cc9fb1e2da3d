"""The sandbox's files: its directory, and writing a file whole or not at all, and private from its
first byte where it holds a secret."""

from __future__ import annotations

import os
from pathlib import Path

from esd_desktop.errors import EsdError


def make_usable(directory: Path) -> None:
    """Make the directory where there is none; EsdError where nothing can be written there."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not os.access(directory, os.W_OK):
            raise PermissionError
    except OSError as fault:
        raise EsdError(
            f"The sandbox cannot keep its state in {directory}.",
            advice="Name a folder that you may write to.",
        ) from fault


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> None:
    """Replace ``path``; a reader sees the old content or the new, never a part of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(unfinished, flags, 0o600 if private else 0o644), "wb") as file:
        file.write(content)
    unfinished.replace(path)
