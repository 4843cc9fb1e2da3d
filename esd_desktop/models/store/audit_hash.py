"""The hash that chains the audit: over what a row says, and over the row before it.

SQLite has no such hash of its own, so its trigger calls ``esd_audit_hash``, which every connection
of the program brings along: another program cannot add to the audit unnoticed. PostgreSQL makes the
same text itself (migration 0004): the previous hash, then each field with its length in bytes
before it, a missing one as a dash.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

FIELDS = (
    *("id", "at", "operator", "action", "sentence", "asset_id", "account_id"),
    *("changes", "correlation_id", "login"),
)


def row_hash(previous: str, fields: Sequence[bytes | None]) -> str:
    """The hash of a row with these fields, after one with the ``previous`` hash."""
    parts = [_part(previous.encode()), *map(_part, fields)]
    return sha256(b"".join(parts)).hexdigest()


def register_hash(dbapi_connection: Any) -> None:
    """Bring the function along that SQLite's trigger calls."""

    def chained(previous: str, *fields: bytes | None) -> str:
        return row_hash(previous, fields)

    arguments = 1 + len(FIELDS)
    dbapi_connection.create_function("esd_audit_hash", arguments, chained, deterministic=True)


def _part(field: bytes | None) -> bytes:
    return b"-" if field is None else b"%d:%b" % (len(field), field)
