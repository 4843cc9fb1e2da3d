"""A screen of its own for windows under Wine, and looking at what is on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from tools import apt
from tools.trouble import Trouble, say

_PACKAGES = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool", "import": "imagemagick"}
_TITLE = "ESD Desktop"
_WITHIN_S = 120.0
# A title bar alone has some hundreds; a window full of text, thousands.
_LEAST_COLOURS = 1500
_LEAST_CHANGED = 20_000  # pixels

Start = Callable[..., "subprocess.Popen[str]"]


class Screen:
    """An X server with a window manager, while it is entered."""

    def __init__(self) -> None:
        missing = [package for name, package in _PACKAGES.items() if not shutil.which(name)]
        if missing:
            apt.provide("The window is shown on a screen.", [[each] for each in missing])
        reading, writing = os.pipe()
        geometry = ("-screen", "0", "1600x1000x24")
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), *geometry],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as said:
            self.name = f":{said.readline().strip()}"
        self._environment = {**os.environ, "DISPLAY": self.name}
        self._manager = subprocess.Popen(["openbox"], env=self._environment)

    def watch(self, start: Start, program: Path, asset_id: int, folder: Path) -> None:
        """Start the window, see that it is painted, send it a link by a second start, and close it.
        Pictures go to ``folder``, to be looked at. Raises Trouble."""
        with start(program) as window:
            self._wait_until_painted(folder / "window.png")
            with start(program, "--link", f"esd://asset/{asset_id}") as second:
                if second.wait(_WITHIN_S) != 0:
                    raise Trouble(f"The link's program ended with {second.returncode}.")
            if len(self._windows()) != 1:
                raise Trouble("The link opened a window of its own.")
            self._wait_until_another(folder / "window.png", folder / "link.png")
            close = ["xdotool", "windowactivate", "--sync", self._windows()[0], "key", "alt+F4"]
            subprocess.run(close, env=self._environment, check=True)
            if window.wait(_WITHIN_S) != 0:
                raise Trouble(f"The window ended with {window.returncode}.")
        say(f"  The window: {folder / 'window.png'}, and with the link: {folder / 'link.png'}")

    def _wait_until_painted(self, picture: Path) -> None:
        for _ in _soon("The window was not painted"):
            if self._windows():
                self._picture(picture)
                counted = ["identify", "-format", "%k", str(picture)]
                colours = subprocess.run(counted, capture_output=True, text=True, check=True).stdout
                if int(colours) >= _LEAST_COLOURS:
                    return

    def _wait_until_another(self, before: Path, picture: Path) -> None:
        """The details of an asset are there, where none was selected before."""
        for _ in _soon("The window did not show what the link names"):
            self._picture(picture)
            compare = ["compare", "-metric", "AE", str(before), str(picture), "null:"]
            said = subprocess.run(compare, capture_output=True, text=True, check=False).stderr
            if float(said.split()[0]) >= _LEAST_CHANGED:
                return

    def _windows(self) -> list[str]:
        search = ["xdotool", "search", "--onlyvisible", "--name", _TITLE]
        found = subprocess.run(
            search, env=self._environment, capture_output=True, text=True, check=False
        )
        return found.stdout.split()

    def _picture(self, file: Path) -> None:
        grab = ["import", "-window", "root", str(file)]
        subprocess.run(grab, env=self._environment, check=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for each in (self._manager, self._server):
            each.terminate()
            each.wait()


def _soon(why_not: str) -> Iterator[None]:
    """Comes again every second. Raises Trouble in the end."""
    until = time.monotonic() + _WITHIN_S
    while time.monotonic() < until:
        yield
        time.sleep(1)
    raise Trouble(f"{why_not} within {_WITHIN_S:g} s.")
