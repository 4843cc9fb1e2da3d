"""Writing thousands of new records at once, past the session that would insert them one by one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, inspect

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
