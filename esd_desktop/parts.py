"""The parts of the program that run in processes of their own: how one is started, and runs.

From a checkout that is Python's ``-m``. An installed program has no Python beside it; there the
window's program takes a part's name behind ``--part``.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

PART_OPTION = "--part"
WORKER_OPTION = "--worker"
WINDOW = "esd_desktop"
DEMO = "esd_desktop.demo"
DEMO_PORTAL = "esd_desktop.demo.portal"
SANDBOX = "esd_desktop.sandbox"
_PARTS = (DEMO, DEMO_PORTAL, SANDBOX)
# On Windows; elsewhere the process itself gives the window precedence.
_CREATION = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(
    subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0
)


def is_installed() -> bool:
    """Whether this is the program as it is installed, with Python and Qt inside."""
    return bool(getattr(sys, "frozen", False))


def command(part: str, *arguments: str) -> list[str]:
    """What starts a part in a process of its own."""
    if not is_installed():
        return [sys.executable, "-m", part, *arguments]
    running = Path(sys.executable)
    window = str(running.with_name(f"esd-desktop{running.suffix}"))
    return [window, *arguments] if part == WINDOW else [window, PART_OPTION, part, *arguments]


def begin_worker() -> subprocess.Popen[bytes]:
    """This very program, as the worker of the window (services/worker/), which loads meanwhile."""
    return subprocess.Popen(
        command(WINDOW, WORKER_OPTION),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        creationflags=_CREATION,
    )


def run(arguments: list[str]) -> None:
    """Be the part that the first argument names, which takes the others. Leaves by SystemExit."""
    part, *own = arguments or [""]
    if part not in _PARTS:
        sys.exit(f"{PART_OPTION} takes one of {', '.join(_PARTS)}.")
    sys.argv[1:] = own
    runpy.run_module(part, run_name="__main__", alter_sys=True)
