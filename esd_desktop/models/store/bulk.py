"""Writing thousands of records at once, past the session that would write them one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Table, Update, bindparam, func, insert, inspect
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.base import Base
from esd_desktop.models.store.unit_of_work import UnitOfWork

# Between the batches the loop does other things.
_AT_ONCE = 1_000


async def insert_all(work: UnitOfWork, records: Sequence[Base]) -> None:
    """Insert new records of one kind in their order. They themselves stay without ids."""
    if not records:
        return
    kind = type(records[0])
    names = [attribute.key for attribute in inspect(kind).column_attrs]
    for first in range(0, len(records), _AT_ONCE):
        some = records[first : first + _AT_ONCE]
        rows = [
            {name: record.__dict__[name] for name in names if name in record.__dict__}
            for record in some
        ]
        await work.session.execute(insert(kind), rows)


async def update_each(
    connection: AsyncConnection, update: Update, key: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Give each record values of its own, by its ``key``. ``update`` may say which records, and
    give values that are the same for all. ``rows`` have the same names, those of columns."""
    if not rows:
        return
    table = update.table
    assert isinstance(table, Table)
    names = [name for name in rows[0] if name != key]
    if connection.dialect.name != "postgresql":
        # Not by the columns' own names, which an UPDATE keeps for its values.
        each = update.where(table.c[key] == bindparam("of")).values(
            {name: bindparam(f"new_{name}") for name in names}
        )
        await connection.execute(
            each, [{"of": row[key], **{f"new_{name}": row[name] for name in names}} for row in rows]
        )
        return
    # One statement: each would be let through, and told to the other desktops, by itself.
    columns = {name: table.c[name] for name in (key, *names)}
    lists = [bindparam(f"all_{name}", type_=ARRAY(column.type)) for name, column in columns.items()]
    given = func.unnest(*lists).table_valued(*columns).render_derived()
    together = update.where(table.c[key] == given.c[key]).values(
        {name: given.c[name] for name in names}
    )
    await connection.execute(
        together, {f"all_{name}": [row[name] for row in rows] for name in columns}
    )
