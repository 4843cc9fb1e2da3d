"""Other programs on the same file: Qt's QSqlTableModel in a plain window (peer_window.py), and DB
Browser for SQLite on a screen of its own (db_browser.py)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bench import start
from bench.apart import apart
from bench.place import Measure, Place
from bench.screen import WITHIN_S, lacking, screen
from bench.table import Goal, Row, at_most, compared, missing
from bench.timing import Pair, spread

_SOUGHT = "so-000123"
_JUMPS = 3
_STARTED: dict[str, str] = {"window": "start to the window", "rows": "start to the first rows"}
_WORKED: dict[str, Goal] = {"filter": at_most(1), "sort": at_most(1), "jump": at_most(0.25)}
_WHO = ("the program", "DB Browser")
# What one program after the other took, by the names of what was done.
_Turns = list[tuple[dict[str, float], dict[str, float]]]


def peers(place: Place) -> Iterator[Row]:
    """Opening, filtering, sorting, jumping, each until it is painted."""
    with place.folder() as home:
        for _ in range(2):
            start.program(home, place.address)
        yield from _beside_qt(place, home)
        why = lacking("sqlitebrowser")
        if why:
            yield missing("peers", "beside DB Browser", why)
        else:
            yield from _beside_db_browser(place, home)


def _beside_qt(place: Place, home: Path) -> Iterator[Row]:
    store = str(place.file)
    turns: _Turns = []
    for _ in range(place.few):
        plain = apart("bench.peer_window:qt", store, _SOUGHT, time.monotonic())
        seen = start.program(home, store)
        ours = {"open": seen.get("rows", seen["ready"])}
        ours |= apart("bench.peer_window:program", store, _SOUGHT)
        turns.append((ours, plain))
    for what in ("open", "filter", "sort", "jump"):
        yield _compared(place, what, what, turns, "QSqlTableModel", at_most(1))


def _beside_db_browser(place: Place, home: Path) -> Iterator[Row]:
    with screen(home) as shown:
        # On this screen the window has another shape, which it remembers from now on.
        for _ in range(2):
            start.program(home, place.address, shown)
        started = [_started(place, home, shown) for _ in range(place.few)]
        for name, what in _STARTED.items():
            yield _compared(place, what, name, started, "DB Browser", at_most(0.5))
        worked = [_worked(place, home, shown) for _ in range(place.few)]
    for name, goal in _WORKED.items():
        what = f"{name} by hand"
        silent = [
            who for turn in worked for who, seen in zip(_WHO, turn, strict=True) if name not in seen
        ]
        if silent:
            why = f"{silent[0]} painted nothing new within {WITHIN_S:.0f} s, of this or before it"
            yield missing("peers", what, why)
        else:
            yield _compared(place, what, name, worked, "DB Browser", goal)


def _started(
    place: Place, home: Path, shown: dict[str, str]
) -> tuple[dict[str, float], dict[str, float]]:
    """From the command to the window, and to rows in it: ours as the program itself tells, theirs
    as they come to the screen."""
    theirs = apart("bench.db_browser:start", str(place.file), environment=shown)
    seen = start.program(home, place.address, shown)
    return {"window": seen["window"], "rows": seen.get("rows", seen["ready"])}, theirs


def _worked(
    place: Place, home: Path, shown: dict[str, str]
) -> tuple[dict[str, float], dict[str, float]]:
    """Both as the rows come to the same screen."""
    store = str(place.file)
    arguments = (store, place.size, _SOUGHT, _JUMPS)
    theirs = apart("bench.db_browser:work", *arguments, environment=shown)
    own = {**shown, "ESD_DESKTOP_HOME": str(home), "ESD_DESKTOP_VAULT": "file"}
    return apart("bench.own_window:work", store, _SOUGHT, _JUMPS, environment=own), theirs


def _compared(place: Place, what: str, name: str, turns: _Turns, against: str, goal: Goal) -> Row:
    pair = Pair(
        spread([ours[name] for ours, _ in turns]), spread([theirs[name] for _, theirs in turns])
    )
    return compared("peers", f"{what}, {place.size:,}", pair, against, goal)


MEASURES: dict[str, Measure] = {"peers": peers}
