"""Every call that the main flows make goes wrong in turn, once and from then on.

A flow is gone through with the N-th call to the store, to Microsoft, to the mail server, to the
keyring or to the file system failing, for every N. The person must be told, the journal must settle
what is left, nothing may be lost or doubled, and the flow must be able to go on. ``python3 dev.py
faults`` runs it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from tests.reliability.faults.asleep import CALLS, sleep_through
from tests.reliability.faults.series import HARMED, Stand, Trial
from tests.reliability.faults.side_by_side import all_trials
from tests.reliability.seams import Kind
from tools.trouble import say

_TOLD_EACH = 100
_HEADINGS = ("flow", "seam", "calls", "failures", "told", "settled", "broken")


@dataclass(slots=True)
class Row:
    """A line of the table: what went wrong at one kind of seam of a flow. ``calls`` is how many the
    flow makes undisturbed; the failures that were not told were overcome by trying again."""

    calls: int = 0
    failures: int = 0
    told: int = 0
    settled: int = 0
    broken: int = 0

    @property
    def cells(self) -> tuple[str, ...]:
        counts = (self.calls, self.failures, self.told, self.settled, self.broken)
        return tuple(f"{count:,}" for count in counts)

    def count(self, trial: Trial) -> None:
        found = trial.found
        if not trial.series.from_then_on:
            self.calls = max(self.calls, trial.number if found.struck else trial.number - 1)
        self.failures += found.struck > 0
        self.told += bool(found.said)
        self.settled += found.unsettled and not found.wrong
        self.broken += bool(found.wrong)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="dev.py faults", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("flows", nargs="*", metavar="flow", help=f"of {', '.join(HARMED)}; or all")
    flows = parser.parse_args(arguments).flows or list(HARMED)
    if unknown := set(flows) - set(HARMED):
        parser.error(f"there is no flow {', '.join(sorted(unknown))}")
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="esd-faults-"))
    trials, broken = told(all_trials(folder, flows), flows)
    broken += asleep(folder, flows)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    print(f"{trials:,} trials in {minutes} min {seconds} s, {broken:,} broken.")
    if not broken:
        shutil.rmtree(folder)
    return 1 if broken else 0


def asleep(folder: Path, flows: Sequence[str]) -> int:
    """Have the program itself fall asleep in the middle of the flows that have an effect; answers
    how many took harm."""
    chosen = [name for name in CALLS if name in flows and os.name == "posix"]
    broken = 0
    with SandboxProcess(folder / "sandbox-asleep") as process:
        sandbox = SandboxControl(process.addresses)
        asyncio.run(Stand(folder / "asleep", sandbox).prepare(chosen))
        for name in chosen:
            wrong = sleep_through(folder / "asleep", sandbox, name)
            print(f"{name}, asleep while Microsoft answers:", *wrong or ["sound"], sep="\n    ")
            broken += bool(wrong)
        sandbox.close()
    return broken


def told(trials: Iterable[Trial], flows: Sequence[str]) -> tuple[int, int]:
    """Tell of each broken trial at once, of the progress now and then, and of all in a table;
    answers how many trials there were, and how many were broken."""
    rows = {(flow, kind): Row() for flow in flows for kind in Kind}
    done = 0
    for done, trial in enumerate(trials, 1):
        rows[trial.series.flow, trial.series.blow.kind].count(trial)
        if trial.found.wrong:
            title = f"{trial.series.flow}, {trial.dealt}:"
            print(title, *trial.found.wrong, sep="\n    ", flush=True)
        if done % _TOLD_EACH == 0:
            say(f"{done:,} trials")
    lines = [_HEADINGS, *((flow, kind, *row.cells) for (flow, kind), row in rows.items())]
    for flow, kind, *cells in lines:
        print(f"{flow:<11}{kind:<11}" + "".join(f"{cell:>10}" for cell in cells))
    return done, sum(row.broken for row in rows.values())


if __name__ == "__main__":
    sys.exit(main())
