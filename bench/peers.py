"""Other programs on the same file: Qt's QSqlTableModel in a plain window, and DB Browser for SQLite
on a screen of its own (Xvfb), its window looked for by xdotool."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import start
from bench.apart import apart
from bench.place import Measure, Place
from bench.table import Row, at_most, compared, missing, ratio_of, span
from bench.timing import Pair, spread

_NEEDED = ("sqlitebrowser", "Xvfb", "xdotool")
_SOUGHT = "so-000123"
_WITHIN_S = 60


def peers(place: Place) -> Iterator[Row]:
    """Opening, filtering, sorting, jumping, each until it is painted."""
    with place.folder() as home:
        for _ in range(2):
            start.program(home, place.address)
        yield from _beside_qt(place, home)
        lacking = [name for name in _NEEDED if shutil.which(name) is None]
        if lacking:
            why = f"{', '.join(lacking)} is not installed"
            yield missing("peers", "start, beside DB Browser", why)
        else:
            yield _beside_db_browser(place, home)


def _beside_qt(place: Place, home: Path) -> Iterator[Row]:
    store = str(place.file)
    turns = []
    for _ in range(place.few):
        plain = apart("bench.peer_window:qt", store, _SOUGHT, time.monotonic())
        seen = start.program(home, store)
        ours = {"open": seen.get("rows", seen["ready"])}
        ours |= apart("bench.peer_window:program", store, _SOUGHT)
        turns.append((ours, plain))
    for what in ("open", "filter", "sort", "jump"):
        pair = Pair(
            spread([ours[what] for ours, _ in turns]), spread([plain[what] for _, plain in turns])
        )
        yield compared("peers", f"{what}, {place.size:,}", pair, "QSqlTableModel", at_most(1))


def _beside_db_browser(place: Place, home: Path) -> Row:
    """From the command to rows of ours, and to a window of theirs, with or without rows."""
    ours, theirs = [], []
    with _screen(home) as screen:
        # On this screen the window has another shape, which it remembers from now on.
        for _ in range(2):
            start.program(home, place.address, screen)
        for _ in range(place.few):
            theirs.append(_db_browser(place.file, home, screen))
            seen = start.program(home, place.address, screen)
            ours.append(seen.get("rows", seen["ready"]))
    mine, other = spread(ours).median, spread(theirs).median
    return ratio_of(
        "peers",
        f"start to the first rows, {place.size:,}",
        (mine, span(mine)),
        (other, f"{span(other)} DB Browser's window"),
        at_most(0.5),
    )


@contextmanager
def _screen(home: Path) -> Iterator[dict[str, str]]:
    """A screen that nobody sees; the environment that has programs use it."""
    told, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            with os.fdopen(told) as answer:
                display = answer.readline().strip()
            yield {"DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb", "HOME": str(home)}
        finally:
            server.terminate()


def _db_browser(file: Path, home: Path, screen: dict[str, str]) -> float:
    environment = {**os.environ, **screen}
    begun = time.monotonic()
    browser = subprocess.Popen(
        ["sqlitebrowser", "--read-only", "--table", "assets", str(file)],
        env=environment,
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        subprocess.run(
            ["xdotool", "search", "--sync", "--onlyvisible", "--name", "DB Browser"],
            env=environment,
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=_WITHIN_S,
        )
        return time.monotonic() - begun
    finally:
        browser.kill()
        browser.wait()


MEASURES: dict[str, Measure] = {"peers": peers}
