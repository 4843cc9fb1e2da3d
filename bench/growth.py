"""The same with ten times as much, and again: what is done in a list stays as quick."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bench import lists
from bench.place import Measure, Place
from bench.table import Row, missing, number, span

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
# Ten times as much may take so much longer: a step of a tree's depth, and the noise between runs.
_A_STEP = 2.0


def growth(place: Place) -> Iterator[Row]:
    """Up to the size that is measured, or ten times that where the disk has room."""
    largest = max(place.size, SIZES[0]) * (10 if place.has_room_for(place.size * 10) else 1)
    sizes = [size for size in SIZES if size <= largest] or [place.size]
    places = [place.of_size(size) for size in sizes]
    for name, measure in lists.GROWTH.items():
        took = [measure(each) for each in places]
        shown = ", ".join(f"{size:,}: {span(each)}" for size, each in zip(sizes, took, strict=True))
        if len(took) < 2:
            yield missing("growth", name, f"{shown} (nothing to compare it with)")
            continue
        steps = math.log10(sizes[-1] / sizes[0])
        a_step = (took[-1] / took[0]) ** (1 / steps)
        held = a_step <= _A_STEP
        yield Row(
            "growth", name, shown, "", f"{number(a_step)} each ×10", f"≤ {number(_A_STEP)}", held
        )


MEASURES: dict[str, Measure] = {"growth": growth}
