"""``python3 dev.py bench [NAME ...] [--size N]``: measure, and print the table."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from platformdirs import user_cache_path

from bench import files, growth, lists, mass, peers, portal, server, start
from bench.data import stores
from bench.place import Measure, Place
from bench.table import Row, lines
from tools.trouble import Trouble, say

SIZE = 1_000_000
MEASURES: Mapping[str, Measure] = {
    **start.MEASURES,
    **lists.MEASURES,
    **mass.MEASURES,
    **files.MEASURES,
    **growth.MEASURES,
    **peers.MEASURES,
    **server.MEASURES,
    **portal.MEASURES,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 once everything was measured, whatever came of it; 1 where something could not be."""
    asked = _asked(arguments)
    cache = user_cache_path("esd-desktop-bench", appauthor=False)
    place = Place(asked.size, str(_built(cache, asked.size)), cache)
    rows: list[Row] = []
    failed = False
    for name in asked.names or MEASURES:
        try:
            for row in measured(place, name):
                rows.append(row)
                say(" | ".join(row.cells))
        except Exception as fault:  # noqa: BLE001 - the others are measured all the same
            failed = True
            say(f"{name} could not be measured: {fault!r}")
    print(f"{platform.platform()}, Python {platform.python_version()}, {_machine()}")
    print("\n".join(lines(rows)))
    return int(failed)


def measured(place: Place, name: str) -> Iterator[Row]:
    """The rows of one name."""
    yield from MEASURES[name](place)


def _built(cache: Path, size: int) -> Path:
    begun = time.monotonic()

    def tell(count: int) -> None:
        took = time.monotonic() - begun
        if count % (size // 10 or 1) == 0:
            say(f"Building the store that is measured: {count:,} licences after {took:.0f} s")

    return stores.file_of(cache, size, tell)


def _machine() -> str:
    loads = os.getloadavg() if hasattr(os, "getloadavg") else ()
    busy = f", load {loads[0]:.1f} at the end" if loads else ""
    return f"{os.cpu_count()} processors{busy}"


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MEASURES)}")
    parser.add_argument(
        "--size", type=int, default=SIZE, help=f"how many licences; {SIZE:,} where none is said"
    )
    asked = parser.parse_args(arguments)
    strangers = set(asked.names) - set(MEASURES)
    if strangers:
        parser.error(f"there is no {', '.join(sorted(strangers))}; there are {', '.join(MEASURES)}")
    return asked


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        say(str(trouble))
        sys.exit(1)
