"""Starting the demo: a process, a store and a window of its own, apart from this one."""

from __future__ import annotations

import sys

from PySide6.QtCore import QProcess

from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.messages import Message

_DEMO = "esd_desktop.demo"


def start_demo() -> Message:
    """Start it, and leave it to itself: closing this window does not end it. Answers what to tell
    the person."""
    started, _ = QProcess.startDetached(sys.executable, ["-m", _DEMO], "")
    if started:
        return Message(
            Tone.NEUTRAL,
            "The demo is being prepared; it opens in a window of its own.",
            "The first time that takes a moment.",
        )
    return Message(
        Tone.BAD,
        "The demo could not be started.",
        f"Start it in a terminal instead: python -m {_DEMO}",
    )
