"""How many records there are, counted anew only where something was written since."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeAlias
from weakref import WeakValueDictionary

from msgspec import Struct, field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

Numbers: TypeAlias = tuple[int, ...]

_KEPT = 64
# What every write to the store changes: the beats of who writes into a file; at a server, which
# transactions there have been. Equal within two transactions, it is one moment.
_MOMENT = {
    "sqlite": text("SELECT group_concat(process || beats) FROM pulses"),
    "postgresql": text("SELECT CAST(pg_current_snapshot() AS text)"),
}


async def moment(connection: AsyncConnection) -> str:
    """By what two readings of the store tell whether something was written between them."""
    return str(await connection.scalar(_MOMENT[connection.dialect.name]))


class KeptCounts(Struct):
    """What was counted last, of so many things at most. Who asks at once for the same waits for one
    counting."""

    _kept: OrderedDict[Hashable, tuple[str, Numbers]] = field(default_factory=OrderedDict)
    # There for as long as somebody counts, or waits for it.
    _counting: WeakValueDictionary[Hashable, asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )

    async def read(
        self,
        connection: AsyncConnection,
        what: Hashable,
        count: Callable[[], Awaitable[Numbers]],
    ) -> Numbers:
        """The numbers that ``count`` reads of ``what``, as they are now."""
        async with self._counting.setdefault(what, asyncio.Lock()):
            now = await moment(connection)
            counted_at, numbers = self._kept.get(what, (None, ()))
            if counted_at != now:
                numbers = await count()
            self._kept[what] = now, numbers
            self._kept.move_to_end(what)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return numbers
