"""Starting the demo: a process, a store and a window of its own, apart from this one."""

from __future__ import annotations

import shlex

from PySide6.QtCore import QProcess

from esd_desktop import parts
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.messages import Message


def start_demo() -> Message:
    """Start it, and leave it to itself: closing this window does not end it. Answers what to tell
    the person."""
    program, *arguments = parts.command(parts.DEMO)
    started, _ = QProcess.startDetached(program, arguments, "")
    if started:
        return Message(
            Tone.NEUTRAL,
            "The demo is being prepared; it opens in a window of its own.",
            "The first time that takes a moment.",
        )
    return Message(
        Tone.BAD,
        "The demo could not be started.",
        f"Start it in a terminal instead: {shlex.join((program, *arguments))}",
    )
