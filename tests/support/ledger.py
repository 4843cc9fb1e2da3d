"""What stands in a store, read past the program: for saying that nothing has changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

Ledger = dict[str, list[tuple[Any, ...]]]

# What a refusal may add to: the journal of calls and the history tell of it.
_TOLD_IN = ("operations", "audit")
# Each program counts its writes there, of whatever they are.
_ALWAYS = ("pulses",)


def ledger(store: Path | str, *, besides: tuple[str, ...] = _TOLD_IN) -> Ledger:
    """Every row of every table, besides those."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        names = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in (*besides, *_ALWAYS)
        ]
        return {
            name: database.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()  # noqa: S608
            for name in names
        }


def write(store: Path | str, statement: str, *values: object) -> None:
    """Change a row as nobody else would."""
    with closing(sqlite3.connect(store)) as database:
        database.execute(statement, values)
        database.commit()
