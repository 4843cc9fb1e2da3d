"""From the command to the window, against an empty window of PySide6, Q."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from bench.place import Measure, Place
from bench.table import Goal, Row, absolute, at_most, compared, missing, ratio_of
from bench.timing import Pair, spread

_TURNS = 3  # for each of the few: a start is short, and the machine's noise is not
_REACHED: dict[str, tuple[str, Goal]] = {
    "window": ("window painted", at_most(1.2)),
    "rows": ("first page painted", at_most(1.5)),
    "ready": ("everything ready", at_most(4.5)),
}
_NO_LONGER_MS = 30
# What was seen of Q, of the program and of the bare program.
Turn: TypeAlias = tuple[dict[str, float], dict[str, float], dict[str, float]]


def start(place: Place) -> Iterator[Row]:
    """Each start in a process of its own, in turns with Q. What the first two leave behind
    (compiled modules, the window's shape) the others find, as any day's start does."""
    with place.folder() as home:
        for _ in range(2):
            program(home, place.address)
        bare_program(place.address)
        turns = [
            (empty_window(), program(home, place.address), bare_program(place.address))
            for _ in range(place.few * _TURNS)
        ]
        clocked = [program(home, place.address, gaps=True) for _ in range(place.few * _TURNS)]
    q = spread([empty["window"] for empty, _, _ in turns])
    for name, (what, goal) in _REACHED.items():
        ours = [seen.get(name, seen["ready"]) for _, seen, _ in turns]
        yield compared("start", f"{what}, {place.size:,}", Pair(spread(ours), q), "Q", goal)
    bare = spread([seen["ready"] for _, _, seen in turns])
    yield compared("start", "a bare program on the same libraries, a page", Pair(bare, q), "Q")
    yield from _computed(turns)
    yield _memory(turns)
    yield _gaps(clocked, "gap", "longest gap on the way, median")
    yield _gaps(clocked, "gap behind", "longest gap while the store opens here, median")
    opened = spread([seen["open"] for _, seen, _ in turns])
    yield compared("start", "the store open here, too, where asked", Pair(opened, q), "Q")


def _computed(turns: list[Turn]) -> Iterator[Row]:
    """The same by the processor's clock, which does not run while others have the processor."""
    q = spread([empty["computed"] for empty, _, _ in turns])
    for name, (what, _) in _REACHED.items():
        said = f"{name}, computed"
        ours = spread([seen.get(said, seen["ready, computed"]) for _, seen, _ in turns])
        yield compared("start", f"{what}, processor time", Pair(ours, q), "Q")
    bare = spread([seen["computed"] for _, _, seen in turns])
    yield compared("start", "the bare program, processor time", Pair(bare, q), "Q")


def _gaps(clocked: list[dict[str, float]], name: str, what: str) -> Row:
    """Each from starts of their own: what tells the gaps takes its time."""
    gaps = spread([seen[name] * 1000 for seen in clocked])
    whole = spread([seen[f"whole {name}"] * 1000 for seen in clocked])
    beside = f"{whole.median:.0f} ms with what other processes took"
    return absolute("start", what, gaps.median, at_most(_NO_LONGER_MS, " ms"), beside)


def _memory(turns: list[Turn]) -> Row:
    what = "memory at the first painting"
    ours = statistics.median(seen["memory"] for _, seen, _ in turns)
    empty = statistics.median(empty["memory"] for empty, _, _ in turns)
    if not empty:
        return missing("start", what, "this system does not tell it")
    held = (ours, f"{ours / 1e6:.0f} MB"), (empty, f"{empty / 1e6:.0f} MB Q")
    return ratio_of("start", what, *held, at_most(1.3))


def empty_window() -> dict[str, float]:
    """Q: seconds from the command to the painted window, and what it took; see empty_window.py."""
    return _run("bench.empty_window", [], {})


def bare_program(store: str) -> dict[str, float]:
    """Seconds from the command to a page of a file's in a table; see bare_program.py."""
    return _run("bench.bare_program", [store], {})


def program(
    home: Path, store: str, screen: Mapping[str, str] | None = None, *, gaps: bool = False
) -> dict[str, float]:
    """Seconds from the command to what the window shows, by name; see started.py. ``screen`` is the
    environment of another than the offscreen one; ``gaps`` are measured in starts of their own."""
    own = {"ESD_DESKTOP_HOME": str(home), "ESD_DESKTOP_VAULT": "file", **(screen or {})}
    return _run("bench.started", [store, *(["gaps"] if gaps else [])], own)


def _run(module: str, arguments: list[str], environment: Mapping[str, str]) -> dict[str, float]:
    begun = str(time.monotonic())
    done = subprocess.run(
        [sys.executable, "-m", module, begun, *arguments],
        env=_surroundings(environment),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    seen: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seen


def _surroundings(own: Mapping[str, str]) -> dict[str, str]:
    variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **own}
    # With it, each start would translate the whole program anew, as one that is installed does not.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return variables


MEASURES: dict[str, Measure] = {"start": start}
