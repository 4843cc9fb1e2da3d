"""Queries about mass work: laying it down, who works on it, its items and their results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, Select, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import WordColumn, table_of
from esd_desktop.models.mass_rows import ItemState, MassItemRow, MassState, MassWorkRow
from esd_desktop.models.mass_work import MassItem, MassWork
from esd_desktop.models.order import Order
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.store.asset_exports import ids_of
from esd_desktop.models.store.bulk import update_each
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import masked_key

# Whoever works on it says so again several times within this.
HELD_FOR = timedelta(seconds=60)
_IDS_AT_ONCE = 10_000
_OPEN = (ItemState.WAITING, ItemState.UNDER_WAY)
_COUNTS = {
    ItemState.DONE: "done",
    ItemState.UNCHANGED: "unchanged",
    ItemState.WARNING: "warnings",
    ItemState.FAILED: "failed",
}
Customer = aliased(Account)
WORK_COLUMNS = (
    *(MassWork.id, MassWork.kind, MassWork.scope, MassWork.comment),
    *(MassWork.asked_by, MassWork.asked_at, MassWork.state, MassWork.reason, MassWork.advice),
    *(MassWork.run_by, MassWork.held_by, MassWork.total, MassWork.done, MassWork.unchanged),
    *(MassWork.warnings, MassWork.failed, MassWork.per_second, MassWork.ended_at),
)

_WORKS, _ITEMS = table_of(MassWork), table_of(MassItem)
ITEM_ROWS = (
    select(
        MassItem.asset_id,
        Customer.name.label("customer"),
        Asset.product,
        Order.number.label("order_number"),
        Asset.key_last_five,
        MassItem.state,
        MassItem.sentence,
        MassItem.advice,
        MassItem.correlation_id,
        MassItem.ended_at,
    )
    .select_from(MassItem)
    .join(Asset, Asset.id == MassItem.asset_id)
    .join(Customer, Customer.id == Asset.customer_id)
    .join(Order, Order.id == Asset.order_id)
)


class TakenOver(Exception):
    """Another process works on it: this one may write no more of it."""


class ItemResult(Struct, frozen=True):
    """What came of one asset."""

    asset_id: int
    state: ItemState
    sentence: str
    advice: str = ""
    correlation_id: str | None = None


class Runnable(Struct, frozen=True):
    """A work that is to go on, and the process that has it, until when."""

    id: int
    held_by: str | None
    held_until: datetime | None


async def lay_down(
    work: UnitOfWork,
    record: MassWork,
    query: AssetQuery,
    key_hash: str | None,
    only: Collection[int],
) -> None:
    """Write a work down with an item for each asset of the list, or for ``only`` these of it, and
    count them."""
    await lay_items(work, record, _parts(query, key_hash, only))


async def lay_items(
    work: UnitOfWork, record: MassWork, parts: Iterable[Select[*tuple[Any, ...]]]
) -> None:
    """The same for the assets whose ids these statements find."""
    work.add(record)
    await work.flush()
    for ids in parts:
        chosen = ids.subquery()
        items = select(
            literal(record.id),
            chosen.c.id,
            literal(ItemState.WAITING, WordColumn(ItemState)),
            literal(""),
            literal(""),
        ).order_by(chosen.c.id)
        names = ("work_id", "asset_id", "state", "sentence", "advice")
        await work.connection.execute(insert(MassItem).from_select(names, items))
    of_it = select(func.count()).where(MassItem.work_id == record.id)
    record.total = (await work.connection.execute(of_it)).scalar_one()


def _parts(
    query: AssetQuery, key_hash: str | None, only: Collection[int]
) -> Iterator[Select[*tuple[Any, ...]]]:
    """The ids, in as many statements as it takes: one takes only so many values."""
    if not only:
        yield ids_of(query, key_hash, ())
    ids = sorted(set(only))
    for first in range(0, len(ids), _IDS_AT_ONCE):
        yield ids_of(query, key_hash, ids[first : first + _IDS_AT_ONCE])


async def listed(
    connection: AsyncConnection, limit: int, before: int | None = None
) -> list[MassWorkRow]:
    """The works, newest first; ``before`` the one of this id."""
    query = select(*WORK_COLUMNS).order_by(MassWork.id.desc()).limit(limit)
    if before is not None:
        query = query.where(MassWork.id < before)
    return [work_row(row) for row in await connection.execute(query)]


async def one(connection: AsyncConnection, work_id: int) -> MassWorkRow:
    """One work. Raises NotFound."""
    row = (await connection.execute(select(*WORK_COLUMNS).where(MassWork.id == work_id))).first()
    if row is None:
        raise _unknown(work_id)
    return work_row(row)


async def for_change(work: UnitOfWork, work_id: int) -> MassWork:
    """The record itself, to be changed, locked until then. Raises NotFound."""
    found = await work.session.get(MassWork, work_id, with_for_update=True)
    if found is None:
        raise _unknown(work_id)
    return found


async def items(
    connection: AsyncConnection, work_id: int, state: ItemState | None, offset: int, limit: int
) -> list[MassItemRow]:
    """Items of a work by their assets' ids, all or those of one state."""
    ids = select(MassItem.asset_id).where(MassItem.work_id == work_id)
    if state is not None:
        ids = ids.where(MassItem.state == state)
    page = ids.order_by(MassItem.asset_id).offset(offset).limit(limit).subquery()
    query = (
        ITEM_ROWS.join(page, page.c.asset_id == MassItem.asset_id)
        .where(MassItem.work_id == work_id)
        .order_by(MassItem.asset_id)
    )
    return [item_row(row) for row in await connection.execute(query)]


# Working on it


async def runnable(connection: AsyncConnection, operator: str) -> list[Runnable]:
    """The works that are to go on under this person's name, the eldest first."""
    query = select(MassWork.id, MassWork.held_by, MassWork.held_until).where(
        MassWork.state == MassState.RUNNING, MassWork.run_by == operator
    )
    rows = await connection.execute(query.order_by(MassWork.id))
    return [Runnable(row.id, row.held_by, row.held_until) for row in rows]


async def take(
    work: UnitOfWork, work_id: int, process: str, *, now: datetime, gone: str | None
) -> bool:
    """Take a running work up; False where another process has it, or it runs no more. ``gone`` is a
    process that has ended and lets go of what it had. ``now`` is for a file; a server's own clock
    is asked."""
    now = await _clock(work.connection, now)
    until = now + HELD_FOR
    is_free = MassWork.held_until.is_(None) | (MassWork.held_until <= now)
    # Nobody takes it for so long: the clock was set back since.
    is_free |= MassWork.held_until > until
    is_free |= MassWork.held_by == process
    if gone is not None:
        is_free |= MassWork.held_by == gone
    taken = await work.connection.execute(
        update(MassWork)
        .where(MassWork.id == work_id, MassWork.state == MassState.RUNNING, is_free)
        .values(held_by=process, held_until=until, per_second=0.0)
    )
    return taken.rowcount == 1


async def still_held(
    work: UnitOfWork, work_id: int, process: str, *, now: datetime, per_second: float
) -> None:
    """Say that this process lives and works on it. Raises TakenOver."""
    now = await _clock(work.connection, now)
    await _change(work, work_id, process, held_until=now + HELD_FOR, per_second=per_second)


async def let_go(work: UnitOfWork, work_id: int, process: str) -> None:
    """This process works on it no more. What was under way waits again, with its ids."""
    try:
        await _change(work, work_id, process, held_by=None, held_until=None, per_second=0.0)
    except TakenOver:
        return


async def set_aside(work: UnitOfWork, work_id: int, process: str, reason: str, advice: str) -> None:
    """It pauses by itself, for this reason. Raises TakenOver."""
    is_running = MassWork.state == MassState.RUNNING
    await work.connection.execute(
        update(MassWork)
        .where(MassWork.id == work_id, MassWork.held_by == process, is_running)
        .values(state=MassState.PAUSED, reason=reason, advice=advice)
    )


async def state_of(connection: AsyncConnection, work_id: int, process: str) -> MassState | None:
    """How a work stands; None where this process has it no more."""
    query = select(MassWork.state).where(MassWork.id == work_id, MassWork.held_by == process)
    return (await connection.execute(query)).scalar()


async def waiting(connection: AsyncConnection, work_id: int, after: int, limit: int) -> list[int]:
    """The next assets whose turn it is, those after the one of this id."""
    query = (
        select(MassItem.asset_id)
        .where(
            MassItem.work_id == work_id,
            MassItem.state == ItemState.WAITING,
            MassItem.asset_id > after,
        )
        .order_by(MassItem.asset_id)
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())


async def under_way(connection: AsyncConnection, work_id: int) -> Mapping[int, str]:
    """The assets that a call with an effect was begun for, with its correlation id."""
    query = select(MassItem.asset_id, MassItem.correlation_id).where(
        MassItem.work_id == work_id, MassItem.state == ItemState.UNDER_WAY
    )
    rows = await connection.execute(query.order_by(MassItem.asset_id))
    return {row.asset_id: row.correlation_id or "" for row in rows}


async def set_under_way(work: UnitOfWork, work_id: int, ids: Mapping[int, str]) -> None:
    """Calls with an effect are about to be made for these assets, under these correlation ids."""
    await _update_items(
        work,
        work_id,
        [
            {"asset_id": asset_id, "state": ItemState.UNDER_WAY, "correlation_id": correlation_id}
            for asset_id, correlation_id in ids.items()
        ],
    )


async def put_back(work: UnitOfWork, work_id: int, asset_ids: Sequence[int]) -> None:
    """These were under way in vain, and wait again."""
    again = {"state": ItemState.WAITING, "correlation_id": None}
    await _update_items(work, work_id, [{"asset_id": each, **again} for each in asset_ids])


async def end_items(
    work: UnitOfWork,
    work_id: int,
    process: str,
    results: Sequence[ItemResult],
    *,
    now: datetime,
    per_second: float,
) -> None:
    """Write results down. Raises TakenOver, and then none of it may be committed."""
    counted = Counter(_COUNTS[result.state] for result in results)
    table = _WORKS.c
    counts = {name: table[name] + count for name, count in counted.items()}
    await _change(work, work_id, process, per_second=per_second, **counts)
    await _update_items(
        work,
        work_id,
        [
            {
                "asset_id": result.asset_id,
                "state": result.state,
                "sentence": result.sentence,
                "advice": result.advice,
                "correlation_id": result.correlation_id,
            }
            for result in results
        ],
        ended_at=now,
    )


async def end_if_through(work: UnitOfWork, work_id: int, process: str, now: datetime) -> bool:
    """The work is done where every item has its result; says whether it is."""
    left = select(MassItem.asset_id).where(MassItem.work_id == work_id, MassItem.state.in_(_OPEN))
    ended = await work.connection.execute(
        update(MassWork)
        .where(
            MassWork.id == work_id,
            MassWork.held_by == process,
            MassWork.state == MassState.RUNNING,
            ~left.exists(),
        )
        .values(state=MassState.DONE, ended_at=now)
    )
    return ended.rowcount == 1


async def set_waiting(work: UnitOfWork, record: MassWork) -> int:
    """Let the failed items of a work wait again; answers how many they are."""
    again = await work.connection.execute(
        update(MassItem)
        .where(MassItem.work_id == record.id, MassItem.state == ItemState.FAILED)
        .values(state=ItemState.WAITING, sentence="", advice="", correlation_id=None, ended_at=None)
    )
    record.failed -= again.rowcount
    return again.rowcount


async def drop_waiting(work: UnitOfWork, work_id: int) -> int:
    """Take the items off that never had their turn; answers how many."""
    table = _ITEMS
    dropped = await work.connection.execute(
        table.delete().where(table.c.work_id == work_id, table.c.state == ItemState.WAITING)
    )
    return dropped.rowcount


async def forget_items(work: UnitOfWork, ended_before: datetime, limit: int) -> int:
    """Delete some items of works that ended so long ago; answers how many."""
    old = select(MassWork.id).where(
        MassWork.ended_at < ended_before,
        select(MassItem.asset_id).where(MassItem.work_id == MassWork.id).exists(),
    )
    work_id = (await work.connection.execute(old.limit(1))).scalar()
    if work_id is None:
        return 0
    some = select(MassItem.asset_id).where(MassItem.work_id == work_id).limit(limit)
    table = _ITEMS
    deleted = await work.connection.execute(
        table.delete().where(table.c.work_id == work_id, table.c.asset_id.in_(some))
    )
    return deleted.rowcount


async def _change(work: UnitOfWork, work_id: int, process: str, **values: Any) -> None:
    table = _WORKS
    of_ours = table.update().where(table.c.id == work_id, table.c.held_by == process)
    changed = await work.connection.execute(of_ours.values(**values))
    if changed.rowcount != 1:
        raise TakenOver(work_id)


async def _update_items(
    work: UnitOfWork, work_id: int, rows: Sequence[Mapping[str, Any]], **same: Any
) -> None:
    table = _ITEMS
    of_work = table.update().where(table.c.work_id == work_id).values(same)
    await update_each(work.connection, of_work, "asset_id", rows)


async def _clock(connection: AsyncConnection, now: datetime) -> datetime:
    """Many computers have as many clocks, so on a server its own is asked."""
    if connection.dialect.name != "postgresql":
        return now
    moment: datetime = (await connection.execute(select(func.now()))).scalar_one()
    return moment


def work_row(row: Row[*tuple[Any, ...]]) -> MassWorkRow:
    """A work, of WORK_COLUMNS."""
    fields = dict(row._mapping)
    holder = fields.pop("held_by") or ""
    return MassWorkRow(**fields, running_in=holder.rpartition(".")[0])


def item_row(row: Row[*tuple[Any, ...]]) -> MassItemRow:
    """What came of one asset."""
    fields = dict(row._mapping)
    last_five = fields.pop("key_last_five")
    return MassItemRow(**fields, masked_key=masked_key(last_five) if last_five else None)


def _unknown(work_id: int) -> NotFound:
    return NotFound(f"There is no mass work {work_id}.")
