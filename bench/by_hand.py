"""Programs on a screen, worked as by a person: xdotool has the keys and the mouse, and what they
paint is read from the screen itself. For a process of its own that bench.apart starts on a screen.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from PySide6.QtGui import QGuiApplication, QImage

from bench.screen import WITHIN_S
from tools.virtual_screen import SIZE

_LOOK_EVERY_S = 0.004
# A picture has come to stay once it has been the same for so long, and whoever painted it has done
# next to nothing for as long: has used less than this share of a processor.
_STAYS_S = 0.5
_AT_REST = 0.1
_PIPE, _NOWHERE = subprocess.PIPE, subprocess.DEVNULL

# From the left and from the top, width and height; in pixels of the screen.
Area: TypeAlias = tuple[int, int, int, int]
Point: TypeAlias = tuple[int, int]
Program: TypeAlias = "subprocess.Popen[bytes]"


@dataclass(frozen=True, slots=True)
class Painted:
    """Seconds from before something was done until anything of it was seen, and until all was."""

    first: float
    all: float


class Screen:
    """The screen of this process's environment: eyes, and hands."""

    def __init__(self) -> None:
        self._application = QGuiApplication([])
        # One that goes on reading: to start it takes longer than what it is told to do.
        self._hands = subprocess.Popen(["xdotool", "-"], stdin=subprocess.PIPE, text=True)

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        self._hands.communicate()

    def do(self, *commands: str) -> None:
        """Have xdotool do these, one after the other; returns when it was told to."""
        assert self._hands.stdin is not None
        self._hands.stdin.writelines(f"{command}\n" for command in commands)
        self._hands.stdin.flush()

    def see(self, area: Area) -> QImage:
        """What is there now."""
        return self._application.primaryScreen().grabWindow(0, *area).toImage()

    def painted(self, area: Area, act: Callable[[], Program]) -> Painted:
        """When ``area`` shows what it then goes on showing, which is something else than before.
        ``act`` answers the program that paints it. Raises TimeoutError."""
        before = shown = self.see(area)
        begun = first = changed = time.monotonic()
        program = act()
        rest = _Rest(program)
        while shown == before or not rest.has_lasted(changed):
            time.sleep(_LOOK_EVERY_S)
            seen, now = self.see(area), time.monotonic()
            if seen != shown:
                first = now if shown == before else first
                shown, changed = seen, now
            if now - begun > WITHIN_S:
                raise TimeoutError("nothing new was painted, or what was painted did not stay")
        return Painted(first - begun, changed - begun)

    def enlarge(self, program: Program) -> None:
        """Let the window of a program have all of the screen, as soon as it is there. Raises
        TimeoutError."""
        deadline = time.monotonic() + WITHIN_S
        while not (windows := self.windows(program)):
            if time.monotonic() > deadline:
                raise TimeoutError("no window came")
            time.sleep(_LOOK_EVERY_S)
        self.do(f"windowsize {windows[0]} {SIZE[0]} {SIZE[1]}")

    def rest(self, program: Program) -> None:
        """Wait until a program rests. Raises TimeoutError."""
        rest, deadline = _Rest(program), time.monotonic() + WITHIN_S
        while not rest.has_lasted():
            if time.monotonic() > deadline:
                raise TimeoutError("it did not come to rest")
            time.sleep(_LOOK_EVERY_S)

    def windows(self, program: Program) -> list[str]:
        """The ids of the windows of a program that can be seen."""
        asked = ["xdotool", "search", "--onlyvisible", "--pid", str(program.pid)]
        return subprocess.run(asked, capture_output=True, check=False, text=True).stdout.split()


class _Rest:
    """Since when a program does next to nothing."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._since, self._used = time.monotonic(), _seconds_used(program.pid)

    def has_lasted(self, since: float = 0.0) -> bool:
        """Whether it has rested long enough, and so long after this moment. Raises RuntimeError
        where it has ended."""
        if self._program.poll() is not None:
            raise RuntimeError(f"{self._program.args!r} has ended")
        now, used = time.monotonic(), _seconds_used(self._program.pid)
        if used - self._used > _AT_REST * _STAYS_S:
            self._since, self._used = now, used
        return now - max(self._since, since) > _STAYS_S


def _seconds_used(pid: int) -> float:
    """Of the processors, since it was started. Linux tells it so, as Xvfb is of Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running() -> Iterator[Callable[[list[str]], Program]]:
    """Starts programs; those that were started are ended afterwards, whatever they show."""
    programs: list[Program] = []

    def run(command: list[str]) -> Program:
        programs.append(subprocess.Popen(command, stdin=_PIPE, stdout=_PIPE, stderr=_NOWHERE))
        return programs[-1]

    try:
        yield run
    finally:
        for program in programs:
            program.kill()
            program.communicate()


@dataclass(frozen=True, slots=True)
class Worked:
    """A program whose list is there, and where its parts are: some of its rows, the field that
    searches or filters, and the head of the prices. ``ready`` returns once it takes a click;
    ``aim`` prepares a jump to a share of the list, and ``go`` is what xdotool does to jump."""

    program: Program
    rows: Area
    search: Point
    price: Point
    ready: Callable[[], None]
    aim: Callable[[float], None]
    go: str


def times(screen: Screen, worked: Worked, word: str, jumps: int) -> dict[str, float]:
    """Seconds from the key or click that begins a jump, a filter by a word, a sort by price, until
    the rows are painted that it leads to; of ``jumps`` the median. Where nothing new is painted, it
    and what would come after it are left out."""

    def until_painted(*commands: str) -> float:
        def act() -> Program:
            screen.do(*commands)
            return worked.program

        return screen.painted(worked.rows, act).all

    taken: dict[str, float] = {}
    with suppress(TimeoutError):
        jumped = []
        # Each to another place, and none to an end of the list, where it may be already. The last
        # one left the bar's handle there, which a click on it takes hold of instead of jumping.
        for percent in random.sample(range(10, 91, 10), jumps):
            worked.ready()
            worked.aim(percent / 100)
            jumped.append(until_painted(worked.go))
        taken["jump"] = statistics.median(jumped)
        worked.ready()
        screen.do(to(worked.search), "click 1", f"type --delay 1 {word[:-1]}")
        taken["filter"] = until_painted(f"type {word[-1]}")
        worked.ready()
        until_painted("key ctrl+a", "key Delete")
        worked.ready()
        screen.do(to(worked.price))
        taken["sort"] = until_painted("click 1")
    return taken


def to(point: Point) -> str:
    """Has xdotool point there."""
    return f"mousemove {point[0]} {point[1]}"
