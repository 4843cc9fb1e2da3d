"""Many desktops on one PostgreSQL store and one sandbox, all at once.

Each is a process that does what chance has drawn for it. Then everything is settled, and the store
is compared with Microsoft and with its own history. ``python3 dev.py race`` runs it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from esd_desktop.logs import start_logging
from tests.reliability.race.run import race
from tests.reliability.race.table import table
from tests.support.postgres import PostgresServer


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _asked(arguments)
    folder = Path(tempfile.mkdtemp(prefix="esd-race-"))
    began = time.monotonic()
    start_logging(folder / "judge")
    with PostgresServer(folder / "postgres.json") as server:
        report = race(
            folder, server, asked.processes, asked.actions, asked.seed, restarts=asked.restarts
        )
    print(table(report))
    for wrong in report.wrong:
        print(f"WRONG: {wrong}")
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    print(
        f"{report.actions:,} actions by {asked.processes} desktops in {minutes} min {seconds} s, "
        f"{len(report.wrong)} violations."
    )
    if report.wrong:
        print(f"What they logged is kept in {folder}")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py race", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--restarts", type=int, default=0, help="how often the server is restarted meanwhile"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
