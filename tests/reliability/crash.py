"""The program is killed, at random moments and at each of its steps, and must lose nothing by it.

Each trial is a real process on a store of its own, against a real sandbox, and ends by a real
SIGKILL. It is started again (and at times killed again) until the journal has settled everything;
then the store and the sandbox are compared, what was broken off is done to its end, and they are
compared once more. ``python3 dev.py crash`` runs it.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from esd_desktop.sandbox.process import SandboxProcess
from tests.reliability.arena import Arena, Fate, Trial, Verdict, Way
from tests.reliability.every_flow import FLOWS
from tests.reliability.worker_trials import held_with_workers
from tools.trouble import say

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_TOLD_EACH = 50
_HEADINGS = ("flow", "killed at", "trials", "killed", "finished", "restarts", "failures")


@dataclass(slots=True)
class Row:
    """A line of the table: the trials of one flow that died in one way."""

    trials: int = 0
    killed: int = 0
    finished: int = 0
    restarts: int = 0
    failures: int = 0

    @property
    def cells(self) -> tuple[str, ...]:
        counts = (self.trials, self.killed, self.finished, self.restarts, self.failures)
        return tuple(f"{count:,}" for count in counts)

    def count(self, verdict: Verdict) -> None:
        self.trials += 1
        self.killed += verdict.fate is Fate.KILLED
        self.finished += verdict.fate is Fate.FINISHED
        self.restarts += verdict.restarts
        self.failures += bool(verdict.wrong)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _asked(arguments)
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="esd-crash-"))
    if asked.workers:
        trials, failures = asked.workers, held_with_workers(folder, asked.workers, asked.seed)
    else:
        trials, failures = _held(folder, asked)
    if not failures:
        # What the servers leave they take away themselves, just now.
        shutil.rmtree(folder, ignore_errors=True)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    print(f"{trials:,} trials in {minutes} min {seconds} s, {failures:,} failures.")
    return 1 if failures else 0


def _held(folder: Path, asked: argparse.Namespace) -> tuple[int, int]:
    """How many trials were held, and how many failed."""
    only = Trial.named(asked.only) if asked.only else None
    flows = [only.flow] if only else list(FLOWS)
    with _arenas(folder, 1 if only else asked.jobs, asked.seed, flows) as arenas:
        rehearsed = _side_by_side(arenas, Arena.rehearse, flows)
        # In an order of their own, so that the plan is the same for a seed.
        steps = sorted(rehearsed, key=lambda each: each[0].flow)
        trials = [only] if only else plan(asked.trials, asked.seed, steps)
        verdicts = _side_by_side(arenas, Arena.hold, trials)
        return len(trials), told(verdicts, trials, seed=asked.seed)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="dev.py crash", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="side by side")
    parser.add_argument(
        "--workers", type=int, metavar="TRIALS", help="kill one of two workers on PostgreSQL"
    )
    parser.add_argument("--only", help="one trial, such as order/17 or order/commit-3-after")
    return parser.parse_args(arguments)


def plan(trials: int, seed: int, steps: Sequence[Sequence[Trial]]) -> list[Trial]:
    """Each step once, but half of the trials at most; the others at random moments, as many for
    each flow. ``steps`` are those of each flow."""
    chance = random.Random(seed)
    at_steps = [trial for of_flow in steps for trial in of_flow]
    chance.shuffle(at_steps)
    chosen = at_steps[: trials // 2]
    flows = [of_flow[0].flow for of_flow in steps]
    at_random = (Trial(flow, str(number)) for number in count() for flow in flows)
    chosen += islice(at_random, trials - len(chosen))
    chance.shuffle(chosen)
    return chosen


@contextmanager
def _arenas(folder: Path, jobs: int, seed: int, flows: Sequence[str]) -> Iterator[list[Arena]]:
    lasts: dict[str, float] = {}
    with ExitStack() as sandboxes:
        arenas = []
        for job in range(jobs):
            sandbox = sandboxes.enter_context(SandboxProcess(folder / f"sandbox-{job}"))
            arena = Arena(folder / f"arena-{job}", sandbox.addresses, seed, lasts)
            sandboxes.callback(arena.close)
            arenas.append(arena)
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda arena: arena.prepare(flows), arenas))
        yield arenas


def _side_by_side(
    arenas: Sequence[Arena], work: Callable[[Arena, Item], Answer], items: Sequence[Item]
) -> Iterator[Answer]:
    """Do the work with each item, one at a time in each arena; the answers as they come."""
    free: SimpleQueue[Arena] = SimpleQueue()
    for arena in arenas:
        free.put(arena)

    def in_an_arena(item: Item) -> Answer:
        arena = free.get()
        try:
            return work(arena, item)
        finally:
            free.put(arena)

    pool = ThreadPoolExecutor(len(arenas))
    try:
        for done in as_completed([pool.submit(in_an_arena, item) for item in items]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def told(verdicts: Iterable[Verdict], trials: Sequence[Trial], *, seed: int) -> int:
    """Tell of each failure at once, of the progress now and then, and of all in a table; answers
    how many failures there were."""
    rows = {(trial.flow, trial.way): Row() for trial in sorted(trials, key=_place)}
    total = Row()
    try:
        for verdict in verdicts:
            rows[verdict.trial.flow, verdict.trial.way].count(verdict)
            total.count(verdict)
            if verdict.wrong:
                _tell_failure(verdict, seed)
            if total.trials % _TOLD_EACH == 0:
                say(f"{total.trials:,} of {len(trials):,} trials")
    finally:  # also where somebody has seen enough
        _tell_table(rows, total)
    return total.failures


def _tell_table(rows: dict[tuple[str, Way], Row], total: Row) -> None:
    table = [_HEADINGS, *((flow, way, *row.cells) for (flow, way), row in rows.items())]
    for flow, way, *cells in [*table, ("all", "", *total.cells)]:
        print(f"{flow:<14}{way:<11}" + "".join(f"{cell:>10}" for cell in cells), flush=True)


def _place(trial: Trial) -> tuple[int, Way]:
    return list(FLOWS).index(trial.flow), trial.way


def _tell_failure(verdict: Verdict, seed: int) -> None:
    name = verdict.trial.name
    print(f"{name} ({verdict.fate}):", *verdict.wrong, sep="\n    ")
    print(f"    The store is kept in {verdict.folder}")
    print(f"    Again: python3 dev.py crash --seed {seed} --only {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
