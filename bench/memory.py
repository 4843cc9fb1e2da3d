"""What memory this process has."""

from __future__ import annotations

import os
from pathlib import Path


def resident() -> int | None:
    """What this process holds of the machine's memory, in bytes; None where the system does not
    tell it as Linux does."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
