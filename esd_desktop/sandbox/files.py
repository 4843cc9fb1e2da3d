"""Writing a file whole or not at all, and private from its first byte where it holds a secret."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> None:
    """Replace ``path``; a reader sees the old content or the new, never a part of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(unfinished, flags, 0o600 if private else 0o644), "wb") as file:
        file.write(content)
    unfinished.replace(path)
