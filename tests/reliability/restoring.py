"""A program that restores a backup and is killed on the way, once for each point that is named.

``python -m tests.reliability.restoring STORE BACKUP POINT…``: for each point a child of its own
restores, and dies there without a word. Between two of them the parent says ``next`` on its output
and waits for a line of its input.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

import esd_desktop.models.store.tables  # noqa: F401
from esd_desktop.models.store import backup_pages, backup_tables, backups
from esd_desktop.opening import restore
from esd_desktop.settings import folders, load_settings

# Where a restore of a file, and one of a server's store, may be killed.
OF_A_FILE = ("half of the pages", "all pages")
OF_A_SERVER = ("all rows",)


def main(store: str, backup: str, *points: str) -> None:
    for point in points:
        child = os.fork()
        if child == 0:
            _restore_until(point, store, Path(backup))
        os.waitpid(child, 0)
        print("next", flush=True)
        sys.stdin.readline()


def _restore_until(point: str, store: str, backup: Path) -> NoReturn:
    backup_pages._PAGES_AT_ONCE = backups._PAGES_AT_ONCE = 5
    _die_at(point)
    places = folders()
    settings = replace(load_settings(places), store=store)
    asyncio.run(restore(places, settings, backup))
    os._exit(0)


def _die_at(point: str) -> None:
    def reached(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def told(step: Callable[..., None]) -> Callable[..., None]:
        def stepped(self: Any, words: str, done: int, total: int) -> None:
            step(self, words, done, total)
            if words == backup_tables.PUTTING:
                if done > total / 2:
                    reached("half of the pages")
                if done == total:
                    reached("all pages")

        return stepped

    backup_pages.Stop.step = told(backup_pages.Stop.step)  # type: ignore[method-assign]
    counting = backup_tables._follow_sequence

    async def counted(connection: AsyncConnection, table: backup_tables.FileTable) -> None:
        await counting(connection, table)
        reached("all rows")

    backup_tables._follow_sequence = counted


if __name__ == "__main__":
    main(*sys.argv[1:])
