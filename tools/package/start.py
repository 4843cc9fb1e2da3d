"""How long the frozen program takes to start, against the same program unfrozen, in turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.package.screen import Screen
from tools.trouble import Trouble

_MOST = 1.3  # times as long as unfrozen
_TURNS = 15
_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Start:
    """What one start took, in seconds: by the clock, and of the processor."""

    passed: float
    computed: float


def check_start(folder: Path, python: Path) -> None:
    """Measure the commands' start, and the window's until it is on an X server's screen. ``python``
    is that of the environment which ``folder`` was frozen from. Raises Trouble where the frozen one
    takes too long.

    What is judged is the processor's time, which other work on the machine does not lengthen."""
    with tempfile.TemporaryDirectory(prefix="esd-start-") as home, Screen() as screen:

        def helped(program: Path) -> Start:
            return _to_its_end([program.with_name("esd"), "--help"], _bare(home))

        def shown(program: Path) -> Start:
            return _until_shown([program], _bare(home, DISPLAY=screen.name), screen)

        for name, measure in {"esd --help": helped, "the window": shown}.items():
            judge(name, in_turns(measure, folder / "esd-desktop", python.with_name("esd-desktop")))


def in_turns(
    measure: Callable[[Path], Start], frozen: Path, unfrozen: Path
) -> list[tuple[Start, Start]]:
    """Frozen and unfrozen, one after the other; the first turn leaves behind what the others find,
    such as compiled modules, and does not count."""
    return [(measure(frozen), measure(unfrozen)) for _ in range(_TURNS + 1)][1:]


def judge(name: str, turns: list[tuple[Start, Start]]) -> None:
    """Say the ratio, the middle one of all turns. Raises Trouble where it is too large."""
    computed = statistics.median(frozen.computed / plain.computed for frozen, plain in turns)
    passed = statistics.median(frozen.passed / plain.passed for frozen, plain in turns)
    seconds = statistics.median(frozen.computed for frozen, _ in turns)
    told = (
        f"{name} takes {seconds:.2f} s of the processor to start, {computed:.2f} times as much as "
        f"unfrozen, and by the clock {passed:.2f} times as long"
    )
    print(f"{told}.")
    if computed > _MOST:
        raise Trouble(f"{told}. Allowed are {_MOST}; tools/package/trimmed.py may leave out more.")


def _to_its_end(command: list[str | Path], environment: dict[str, str]) -> Start:
    before, begun = _of_children(), time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return Start(time.perf_counter() - begun, _of_children() - before)


def _of_children() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _until_shown(command: list[str | Path], environment: dict[str, str], screen: Screen) -> Start:
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as window:
        try:
            while not screen.windows():
                if window.poll() is not None or time.perf_counter() - begun > _WITHIN_S:
                    raise Trouble(f"The window of {command[0]} did not come.")
            return Start(time.perf_counter() - begun, _of_threads(window.pid))
        finally:
            window.terminate()
            window.wait(_WITHIN_S)


def _of_threads(process: int) -> float:
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(each.read_text("ascii").split()[0]) for each in threads) / 1e9


def _bare(home: str, **variables: str) -> dict[str, str]:
    """A new user's environment, who keeps no secret in a keyring."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": home, "ESD_DESKTOP_VAULT": "file", **variables}
