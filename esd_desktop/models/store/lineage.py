"""Which store a store is, and which one a backup is of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.audit import AuditRow


def lineage(file: Path) -> str | None:
    """Which store a backup is of; None where that cannot be told."""
    try:
        with closing(reading(file)) as database:
            return lineage_in(database)
    except sqlite3.Error:
        return None


async def lineage_of(connection: AsyncConnection) -> str | None:
    """Which store this is: the beginning of its audit tells it from every other, and stays."""
    first = select(AuditRow.id, AuditRow.at, AuditRow.operator).order_by(AuditRow.id).limit(1)
    row = (await connection.execute(first)).first()
    return None if row is None else f"{row.id} {row.at:%Y-%m-%d %H:%M:%S.%f} {row.operator}"


def lineage_in(database: sqlite3.Connection) -> str | None:
    """The same of a file that is open."""
    row = database.execute("SELECT id, at, operator FROM audit ORDER BY id LIMIT 1").fetchone()
    return None if row is None else f"{row[0]} {row[1]} {row[2]}"


def reading(file: Path) -> sqlite3.Connection:
    """A file that is a backup, open to be read only."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
