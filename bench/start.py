"""From the command to the window, against an empty window of PySide6, Q."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.place import Measure, Place
from bench.table import Goal, Row, absolute, at_most, compared
from bench.timing import Pair, spread

_TURNS = 3  # for each of the few: a start is short, and the machine's noise is not
_REACHED: dict[str, tuple[str, Goal]] = {
    "window": ("window painted", at_most(1.2)),
    "rows": ("first page painted", at_most(1.5)),
    "ready": ("everything ready", at_most(4.5)),
}
_NO_LONGER_MS = 30


def start(place: Place) -> Iterator[Row]:
    """Each start in a process of its own, in turns with Q. What the first two leave behind
    (compiled modules, the window's shape) the others find, as any day's start does."""
    with place.folder() as home:
        for _ in range(2):
            program(home, place.address)
        turns = [(empty_window(), program(home, place.address)) for _ in range(place.few * _TURNS)]
    q = spread([empty for empty, _ in turns])
    for name, (what, goal) in _REACHED.items():
        ours = [seen.get(name, seen["ready"]) for _, seen in turns]
        yield compared("start", f"{what}, {place.size:,}", Pair(spread(ours), q), "Q", goal)
    gaps = spread([seen["gap"] * 1000 for _, seen in turns])
    whole = spread([seen["whole gap"] * 1000 for _, seen in turns])
    beside = f"{whole.median:.0f} ms with what other processes took"
    goal = at_most(_NO_LONGER_MS, " ms")
    yield absolute("start", "longest gap on the way, median", gaps.median, goal, beside)


def empty_window() -> float:
    """Q: seconds from the command to the painted window."""
    return float(_run("bench.empty_window", [], {}))


def program(home: Path, store: str, screen: Mapping[str, str] | None = None) -> dict[str, float]:
    """Seconds from the command to what the window shows, by name; see started.py. ``screen`` is the
    environment of another than the offscreen one."""
    own = {"ESD_DESKTOP_HOME": str(home), "ESD_DESKTOP_VAULT": "file", **(screen or {})}
    seen: dict[str, float] = json.loads(_run("bench.started", [store], own))
    return seen


def _run(module: str, arguments: list[str], environment: Mapping[str, str]) -> str:
    begun = str(time.monotonic())
    done = subprocess.run(
        [sys.executable, "-m", module, begun, *arguments],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout.splitlines()[-1]


MEASURES: dict[str, Measure] = {"start": start}
