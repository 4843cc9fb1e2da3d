"""``esd doctor``: what works and what does not, with what to do about it."""

from __future__ import annotations

import asyncio
import platform
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import esd_desktop
from esd_desktop import parts
from esd_desktop.cli.output import Output
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import plain
from esd_desktop.cli.table import shown
from esd_desktop.errors import EsdError

if TYPE_CHECKING:
    from esd_desktop.services.diagnose import Finding


_QT_VERSION = "from PySide6 import QtCore, QtWidgets; print(QtCore.qVersion())"


async def doctor(session: Session) -> None:
    """Say what works and what does not, and what to do about it."""
    from esd_desktop.services.diagnose import State

    out = session.out
    out.begin_list()
    out.progress("Looking…")
    async for finding in _findings(session):
        out.end_progress()
        out.item(plain(finding))
        _tell(out, finding)
        out.failed |= finding.state is State.BAD
        out.progress("Looking…")
    out.end_progress()
    out.end_list()


async def _findings(session: Session) -> AsyncIterator[Finding]:
    from esd_desktop.services.diagnose import Finding, State, diagnose, folder

    yield Finding("Program", State.OK, _versions())
    for finding in _policy():
        yield finding
    yield await _window()
    yield folder("Data folder", session.places.data)
    yield folder("Log folder", session.places.logs)
    try:
        services = await session.services()
    except EsdError as fault:
        yield Finding("Store", State.BAD, fault.sentence, fault.advice)
        return
    async for finding in diagnose(services):
        yield finding


def _versions() -> str:
    return (
        f"ESD Desktop {esd_desktop.__version__} with Python {platform.python_version()} on "
        f"{platform.system()} {platform.release()}."
    )


def _policy() -> Iterator[Finding]:
    from esd_desktop.policy import TELL_ADMINISTRATOR, in_force
    from esd_desktop.services.diagnose import Finding, State

    policy = in_force()
    for where in dict.fromkeys(policy.sources.values()):
        names = ", ".join(name for name, source in policy.sources.items() if source == where)
        yield Finding("Policy", State.OK, f"{where} sets {names}.")
    if not policy.values and not policy.troubles:
        yield Finding("Policy", State.OK, "Nothing is set by an administrator.")
    for trouble in policy.troubles:
        yield Finding("Policy", State.WARNING, trouble, TELL_ADMINISTRATOR)


async def _window() -> Finding:
    """Whether Qt can be loaded here. The command line does without, so another process tries."""
    from esd_desktop.services.diagnose import Finding, State

    if parts.is_installed():  # Qt is a part of the program then, and Python no program of its own
        return Finding("Window", State.OK, "Qt comes with the program.")
    said, failed = await _said_by_python(_QT_VERSION)
    if failed:
        return Finding(
            "Window",
            State.WARNING,
            f"Qt cannot be loaded, so there is no window: {said}",
            "Install the system library that it names; the command line works without.",
        )
    return Finding("Window", State.OK, f"Qt {said} can be loaded.")


async def _said_by_python(program: str) -> tuple[str, bool]:
    """The last line that a program writes in a Python of its own, and whether it failed."""
    # Not by asyncio: on Windows the loop that psycopg takes cannot start a process.
    child = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    *_, last = child.stdout.decode(errors="replace").strip().splitlines() or [""]
    return last, child.returncode != 0


def _tell(out: Output, finding: Finding) -> None:
    state = out.coloured(f"{finding.state:<7}")
    out.line(f"{state}  {shown(finding.subject)}: {shown(finding.sentence)}")
    if finding.advice:
        out.line(f"         {shown(finding.advice)}")
    if finding.correlation_id and finding.state != "ok":
        out.line(f"         Correlation id for Microsoft's support: {finding.correlation_id}")
