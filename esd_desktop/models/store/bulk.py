"""Writing thousands of records at once, past the session that would write them one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Table,
    TableValuedAlias,
    Update,
    bindparam,
    func,
    insert,
    inspect,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.base import Base
from esd_desktop.models.store.by_store import is_on_server
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
    if not is_on_server(connection):
        # Not by the columns' own names, which an UPDATE keeps for its values.
        each = update.where(table.c[key] == bindparam("of")).values(
            {name: bindparam(f"new_{name}") for name in names}
        )
        await connection.execute(
            each, [{"of": row[key], **{f"new_{name}": row[name] for name in names}} for row in rows]
        )
        return
    # One statement: each would be let through, and told to the other desktops, by itself.
    given, values = _given(table, rows)
    together = update.where(table.c[key] == given.c[key]).values(
        {name: given.c[name] for name in names}
    )
    await connection.execute(together, values)


async def insert_each(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    same: Mapping[str, Any],
) -> None:
    """Insert rows in their order, each with values of its own and those that are the ``same`` for
    all. Their names are those of columns, and every row has the same ones."""
    if not rows:
        return
    if not is_on_server(connection):
        await connection.execute(table.insert(), [{**same, **row} for row in rows])
        return
    given, values = _given(table, rows)
    shared = [literal(value, table.c[name].type) for name, value in same.items()]
    together = table.insert().from_select([*same, *rows[0]], select(*shared, *given.c))
    await connection.execute(together, values)


def _given(
    table: Table, rows: Sequence[Mapping[str, Any]]
) -> tuple[TableValuedAlias, dict[str, list[Any]]]:
    """Rows as a server reads them, a list for each column: however many they are, the statement is
    the same, so that it is made and planned once."""
    lists = [bindparam(f"all_{name}", type_=ARRAY(table.c[name].type)) for name in rows[0]]
    given = func.unnest(*lists).table_valued(*rows[0]).render_derived()
    return given, {f"all_{name}": [row[name] for row in rows] for name in rows[0]}
