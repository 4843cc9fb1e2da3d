"""A screen of its own for windows, which nobody sees."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from tools import apt
from tools.virtual_screen import virtual_screen

_PACKAGES = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool", "import": "imagemagick"}
_TITLE = "ESD Desktop"


class Screen:
    """An X server with a window manager, while it is entered. ``name`` is for DISPLAY."""

    def __init__(self) -> None:
        missing = [package for name, package in _PACKAGES.items() if not shutil.which(name)]
        if missing:
            apt.provide("The window is shown on a screen.", [[each] for each in missing])
        self._server = ExitStack()
        self.name = self._server.enter_context(virtual_screen())
        self.environment = {**os.environ, "DISPLAY": self.name}
        self._manager = subprocess.Popen(["openbox"], env=self.environment)

    def windows(self) -> list[str]:
        """The program's windows that are to be seen, as xdotool calls them."""
        search = ["xdotool", "search", "--onlyvisible", "--name", _TITLE]
        found = subprocess.run(
            search, env=self.environment, capture_output=True, text=True, check=False
        )
        return found.stdout.split()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._server:
            self._manager.terminate()
            self._manager.wait()
