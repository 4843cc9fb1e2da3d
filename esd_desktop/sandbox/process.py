"""The sandbox as a child process, for the demo and the tests; it ends when its parent does."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from esd_desktop import parts
from esd_desktop.errors import EsdError
from esd_desktop.sandbox.addresses import SandboxAddresses

WHILE_STDIN_OPEN = "--while-stdin-open"
_START_WITHIN_S = 60.0
_STOP_WITHIN_S = 10.0


class SandboxProcess:
    """Started when made; raises EsdError with what the child said where it does not start."""

    def __init__(self, directory: Path) -> None:
        # A file, for a pipe that nobody reads makes the child wait once it is full.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the child)
        self._child = subprocess.Popen(
            command(directory),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        if not self._answers():
            complaints = self.complaints()
            self.kill()
            raise EsdError(complaints or f"The sandbox in {directory} did not start.")
        self.addresses = SandboxAddresses.read(directory)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def complaints(self) -> str:
        """What the child wrote to its standard error; a sandbox in order writes nothing."""
        self._complaints.seek(0)
        return self._complaints.read().decode(errors="replace").strip()

    def stop(self) -> None:
        """Let it end in order; no error where it has ended."""
        try:
            self._end()
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a power failure would."""
        self._child.kill()
        self._end()

    def _answers(self) -> bool:
        """Wait for the child's first line: it comes once everything answers, or never."""
        assert self._child.stdout is not None
        limit = threading.Timer(_START_WITHIN_S, self._child.kill)
        limit.start()
        try:
            return bool(self._child.stdout.readline())
        finally:
            limit.cancel()

    def _end(self) -> None:
        self._child.communicate(timeout=_STOP_WITHIN_S)  # closes its standard input
        self._complaints.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def command(directory: Path) -> list[str]:
    """How a sandbox is started in a process of its own."""
    return parts.command(parts.SANDBOX, str(directory), WHILE_STDIN_OPEN)


def _environment() -> dict[str, str]:
    """The child finds the same packages as this process, from whatever folder it is started."""
    paths = os.pathsep.join(each or str(Path.cwd()) for each in sys.path)
    return {**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"}
