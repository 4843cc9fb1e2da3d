"""The table of a race: how often each deed was done, how it went, how long it took."""

from __future__ import annotations

from collections import Counter
from statistics import quantiles

from tests.reliability.race.plan import Deed
from tests.reliability.race.run import Report

# How a deed ended, as a column; every other kind of fault is among the refusals.
_COLUMNS = {
    "done": "done",
    "unchanged": "no change",
    "warning": "warning",
    "refused": "refused",
    "ChangedMeanwhile": "changed",
    "StoreAway": "store away",
    "bug": "bug",
}
_OURS = ("done", "unchanged", "warning", "bug")
_WIDTH = 11


def table(report: Report) -> str:
    """Every deed in a line, how those that were refused were told, and what there is in the end."""
    rows = [_line("deed", "times", *_COLUMNS.values(), "ms", "ms 95 %")]
    total: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    every: list[float] = []
    for deed in Deed:
        counts = Counter[str]()
        seconds = []
        for told in report.told:
            for how, times in told.counts.get(deed, {}).items():
                counts[how if how in _COLUMNS else "refused"] += times
                refusals[how] += times
            seconds += told.seconds.get(deed, [])
        total += counts
        every += seconds
        rows.append(_row(deed, counts, seconds))
    rows.append(_row("all", total, every))
    refused = ", ".join(
        f"{times:,} {how}" for how, times in refusals.most_common() if how not in _OURS
    )
    facts = ", ".join(f"{number:,} {name}" for name, number in report.verdict.facts.items())
    rate = report.actions / report.seconds
    return "\n".join([*rows, "", f"Refused: {refused}.", f"{rate:.1f} actions a second. {facts}."])


def _row(name: str, counts: Counter[str], seconds: list[float]) -> str:
    cells = [f"{counts[how]:,}" for how in _COLUMNS]
    cuts = quantiles(seconds, n=20) if len(seconds) > 1 else [0.0] * 19
    return _line(
        name, f"{counts.total():,}", *cells, f"{cuts[9] * 1000:.0f}", f"{cuts[18] * 1000:.0f}"
    )


def _line(name: str, *cells: str) -> str:
    return f"{name:<18}" + "".join(f"{cell:>{_WIDTH}}" for cell in cells)
