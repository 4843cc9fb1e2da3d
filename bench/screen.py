"""A screen that nobody sees (Xvfb), on which programs show themselves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.virtual_screen import virtual_screen

# Whatever is waited for on it comes in so many seconds, or not at all.
WITHIN_S = 90.0
_NEEDED = ("Xvfb", "xdotool")


def lacking(*programs: str) -> str:
    """What is not installed of these and of what a screen takes, in words; empty where all is."""
    names = [name for name in (*programs, *_NEEDED) if shutil.which(name) is None]
    return f"{', '.join(names)} is not installed" if names else ""


@contextmanager
def screen(home: Path) -> Iterator[dict[str, str]]:
    """The environment that has programs use such a screen, and ``home`` for all they keep."""
    with virtual_screen() as display:
        yield {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": "1",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_RUNTIME_DIR": str(home),
        }
