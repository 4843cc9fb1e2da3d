"""The sandbox as a child process, for the demo and the tests; it ends when its parent does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from esd_desktop.errors import EsdError
from esd_desktop.sandbox.__main__ import WHILE_STDIN_OPEN
from esd_desktop.sandbox.addresses import SandboxAddresses

_STOP_WITHIN_S = 10.0


class SandboxProcess:
    """Started when made; raises EsdError with what the child said where it does not start."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._child = subprocess.Popen(
            command(directory),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._child.stdout is not None
        # Its first line comes once everything answers; none comes where it could not start.
        if not self._child.stdout.readline():
            _, said = self._child.communicate(timeout=_STOP_WITHIN_S)
            words = said.decode(errors="replace").strip()
            raise EsdError(words or "The sandbox did not start.")
        self.addresses = SandboxAddresses.read(directory)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def stop(self) -> None:
        """Let it end in order; no error where it has ended."""
        if self._child.poll() is None:
            self._child.communicate(timeout=_STOP_WITHIN_S)

    def kill(self) -> None:
        """End it at once, as a power failure would."""
        self._child.kill()
        self._child.communicate(timeout=_STOP_WITHIN_S)

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
    return [
        sys.executable,
        "-m",
        "esd_desktop.sandbox",
        str(directory),
        WHILE_STDIN_OPEN,
    ]
