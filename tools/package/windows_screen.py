"""Looking at the window under Wine, on a screen of its own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.package.screen import Screen
from tools.trouble import Trouble, say

_WITHIN_S = 120.0
# A title bar alone has some hundreds; a window full of text, thousands.
_LEAST_COLOURS = 1500
# Where the window has the details of what is selected, and how much of it they change, in pixels.
_DETAILS, _LEAST_CHANGED = "340x800+1100+55", 5_000

Start = Callable[..., "subprocess.Popen[str]"]


class WatchedScreen(Screen):
    """The screen, and the program looked at on it."""

    def watch(self, start: Start, program: Path, asset_id: int, folder: Path) -> None:
        """Start the window, see that it is painted, send it a link by a second start, and close it.
        Pictures go to ``folder``, to be looked at. Raises Trouble."""
        with start(program) as window:
            self._wait_until_painted(folder / "window.png")
            with start(program, "--link", f"esd://asset/{asset_id}") as second:
                if second.wait(_WITHIN_S) != 0:
                    raise Trouble(f"The link's program ended with {second.returncode}.")
            if len(self.windows()) != 1:
                raise Trouble("The link opened a window of its own.")
            self._wait_until_another(folder / "window.png", folder / "link.png")
            close = ["xdotool", "windowactivate", "--sync", self.windows()[0], "key", "alt+F4"]
            subprocess.run(close, env=self.environment, check=True)
            if window.wait(_WITHIN_S) != 0:
                raise Trouble(f"The window ended with {window.returncode}.")
        say(f"  The window: {folder / 'window.png'}, and with the link: {folder / 'link.png'}")

    def _wait_until_painted(self, picture: Path) -> None:
        for _ in _soon("The window was not painted"):
            if self.windows():
                self._picture(picture)
                counted = ["identify", "-format", "%k", str(picture)]
                colours = subprocess.run(counted, capture_output=True, text=True, check=True).stdout
                if int(colours) >= _LEAST_COLOURS:
                    return

    def _wait_until_another(self, before: Path, picture: Path) -> None:
        """The details of an asset are there, where none was selected before."""
        for _ in _soon("The window did not show what the link names"):
            self._picture(picture)
            pictures = ("-extract", _DETAILS, str(before), str(picture))
            compare = ["compare", "-metric", "AE", *pictures, "null:"]
            said = subprocess.run(compare, capture_output=True, text=True, check=False).stderr
            if float(said.split()[0]) >= _LEAST_CHANGED:
                return

    def _picture(self, file: Path) -> None:
        grab = ["import", "-window", "root", str(file)]
        subprocess.run(grab, env=self.environment, check=True)


def _soon(why_not: str) -> Iterator[None]:
    """Comes again every second. Raises Trouble in the end."""
    until = time.monotonic() + _WITHIN_S
    while time.monotonic() < until:
        yield
        time.sleep(1)
    raise Trouble(f"{why_not} within {_WITHIN_S:g} s.")
