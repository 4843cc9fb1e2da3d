"""A row of the table, and the table as it is printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bench.timing import Pair, Times

_HEADINGS = ("name", "what", "measured", "against", "ratio", "to reach", "holds")


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound: what is at most or at least to be reached."""

    bound: float
    is_upper: bool
    unit: str = ""

    def holds(self, value: float) -> bool:
        return value <= self.bound if self.is_upper else value >= self.bound

    def __str__(self) -> str:
        return f"{'≤' if self.is_upper else '≥'} {number(self.bound)}{self.unit}"


@dataclass(frozen=True, slots=True)
class Row:
    """``holds`` is None where there was nothing to reach, or nothing to measure it by."""

    name: str
    what: str
    measured: str
    against: str = ""
    ratio: str = ""
    to_reach: str = ""
    holds: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        held = {True: "yes", False: "NO", None: "–"}[self.holds]
        named = (self.name, self.what, self.measured, self.against, self.ratio, self.to_reach)
        return (*named, held)


def at_most(bound: float, unit: str = "") -> Goal:
    return Goal(bound, True, unit)


def at_least(bound: float, unit: str = "") -> Goal:
    return Goal(bound, False, unit)


def compared(name: str, what: str, pair: Pair, against: str, goal: Goal | None = None) -> Row:
    """Two things that took turns; the ratio is ours to the other's, with its spread."""
    ratio = pair.ratio
    return Row(
        name,
        what,
        span(pair.ours.median),
        f"{span(pair.others.median)} {against}",
        f"{number(ratio.median)} ({number(ratio.at(0.25))}–{number(ratio.at(0.75))})",
        "" if goal is None else str(goal),
        None if goal is None else goal.holds(ratio.median),
    )


def absolute(name: str, what: str, value: float, goal: Goal, against: str = "") -> Row:
    """A figure with a bound of its own, in the goal's unit (such as ``" ms"``)."""
    measured = f"{number(value)}{goal.unit}"
    return Row(name, what, measured, against, "", str(goal), goal.holds(value))


def ratio_of(
    name: str, what: str, ours: tuple[float, str], others: tuple[float, str], goal: Goal
) -> Row:
    """Two single figures, each with the words that show it, such as a rate or a size."""
    ratio = ours[0] / others[0] if others[0] else float("inf")
    return Row(name, what, ours[1], others[1], number(ratio), str(goal), goal.holds(ratio))


def shown(name: str, what: str, times: Times, against: str = "") -> Row:
    """A figure that nothing is to be reached by."""
    return Row(name, what, span(times.median), against)


def missing(name: str, what: str, why: str) -> Row:
    """What could not be measured here, and why."""
    return Row(name, what, why)


def number(value: float) -> str:
    """Three significant figures, without an exponent."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.2g}"


def span(seconds: float) -> str:
    """A duration for people: µs, ms or s."""
    if seconds >= 10:
        return f"{seconds:.0f} s"
    if seconds >= 1:
        return f"{seconds:.2f} s"
    if seconds >= 0.001:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds * 1_000_000:.3g} µs"


def lines(rows: Iterable[Row]) -> list[str]:
    """The rows under their headings, in columns."""
    table = [_HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(cells[place]) for cells in table) for place in range(len(_HEADINGS))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in table
    ]
