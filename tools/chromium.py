"""A Chromium for the portal's tests, which drive it: found on this computer, or installed with apt.
The browsers that Playwright downloads are not asked for."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tools import apt
from tools.trouble import Trouble

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Where macOS and Windows have one; neither puts it on the path.
_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_WHY = "The tests of the portal need a browser: Chromium."


def program() -> Path | None:
    """The browser, or None where there is none."""
    on_path = (shutil.which(name) for name in _NAMES)
    found = next((Path(file) for file in on_path if file), None)
    return found or next((place for place in map(Path, _PLACES) if place.exists()), None)


def provide() -> None:
    """See that there is one. Raises Trouble with the sentence that says what to install."""
    if program() is not None:
        return
    if not sys.platform.startswith("linux"):
        raise Trouble(f"{_WHY} Install it, or Google Chrome.")
    apt.provide(_WHY, [["chromium"]])
    if program() is None:
        raise Trouble(f"{_WHY} What apt installed is none.")
