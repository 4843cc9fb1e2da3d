"""The audit as a chain: each row carries a hash over what it says and over the row before it.

The database itself chains what is inserted, whoever inserts (migration 0004): SQLite at once,
PostgreSQL within its commit, in the order of the commits. Here the chain is recomputed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Row, Select, Text, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.audit import AuditRow
from esd_desktop.models.base import table_of
from esd_desktop.models.chain import EMPTY, Break, Head, Misfit, Verdict
from esd_desktop.models.store.audit_hash import FIELDS, row_hash
from esd_desktop.models.store.streaming import streamed

_AUDIT = table_of(AuditRow)


async def verify_chain(connection: AsyncConnection, expected: Sequence[Head] = ()) -> Verdict:
    """Recompute every row from the first to the last, and compare with heads that were seen before.
    However many rows there are, only some hundreds are held."""
    seen: dict[int, set[str]] = {}
    for each in expected:
        seen.setdefault(each.position, set()).add(each.hash)
    head, rows = EMPTY, 0
    async for batch in _chained_rows(connection):
        for row in batch:
            broken = _compared(head, row) or _unlike(seen, row)
            if broken is not None:
                return Verdict(head, rows, broken)
            head, rows = Head(row.position, row.hash), rows + 1
    lost = [position for position in seen if position > head.position]
    if lost:
        return Verdict(head, rows, Break(Misfit.CUT_OFF, max(lost)))
    outside = await _outside(connection)
    if outside is not None:
        return Verdict(head, rows, Break(Misfit.OUTSIDE, head.position, outside))
    return Verdict(head, rows, None)


async def head_and_hash_at(connection: AsyncConnection, position: int) -> tuple[Head, str | None]:
    """The head as it stands in the store, and the hash at an earlier position; nothing is
    recomputed. On PostgreSQL also for who may not read the whole audit."""
    if connection.dialect.name == "postgresql":
        query = text("SELECT * FROM esd_audit_head(:position)")
        row = (await connection.execute(query, {"position": position})).one()
        return Head(row.head_position or 0, row.head_hash or ""), row.hash_at
    audit = _AUDIT.c
    last = select(audit.position, audit.hash).where(audit.position.is_not(None))
    found = (await connection.execute(last.order_by(audit.position.desc()).limit(1))).first()
    at = select(audit.hash).where(audit.position == position)
    hash_at = (await connection.execute(at)).scalar()
    return (EMPTY if found is None else Head(found.position, found.hash)), hash_at


def _compared(head: Head, row: Row[Any]) -> Break | None:
    if row.position != head.position + 1:
        return Break(Misfit.MISSING, head.position + 1)
    if row.hash != row_hash(head.hash, row[2:]):
        return Break(Misfit.CHANGED, row.position, int(row.id))
    return None


def _unlike(seen: Mapping[int, set[str]], row: Row[Any]) -> Break | None:
    if seen.get(row.position, {row.hash}) == {row.hash}:
        return None
    return Break(Misfit.OTHER_ROW, row.position, int(row.id))


async def _chained_rows(connection: AsyncConnection) -> AsyncIterator[Sequence[Row[Any]]]:
    audit = _AUDIT.c
    as_bytes = _as_bytes_on(connection.dialect.name)
    fields = [as_bytes(audit[name]).label(name) for name in FIELDS]
    query: Select[Any] = select(audit.position, audit.hash, *fields)
    chained = query.where(audit.position.is_not(None)).order_by(audit.position)
    async with streamed(connection, chained) as parts:
        async for rows in parts:
            yield rows


def _as_bytes_on(dialect: str) -> Any:
    """How a column is read as the bytes that were hashed."""

    def on_sqlite(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(column, LargeBinary)

    def on_postgresql(column: ColumnElement[Any]) -> ColumnElement[Any]:
        is_moment = column is _AUDIT.c.at
        shown: ColumnElement[Any] = cast(column, Text)
        if is_moment:
            shown = func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
        return func.convert_to(shown, "UTF8", type_=LargeBinary)

    return on_postgresql if dialect == "postgresql" else on_sqlite


async def _outside(connection: AsyncConnection) -> int | None:
    """The first row that nobody chained: it was put in past the database's own rules."""
    audit = _AUDIT.c
    query = select(audit.id).where(audit.position.is_(None)).order_by(audit.id).limit(1)
    return (await connection.execute(query)).scalar()
