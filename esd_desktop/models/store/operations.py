"""Queries about the journal of calls to Microsoft."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound, Refused
from esd_desktop.models.base import Id
from esd_desktop.models.operation import ABANDONED_AFTER, Operation
from esd_desktop.models.rows import OperationRow
from esd_desktop.models.statuses import OperationState
from esd_desktop.models.store.unit_of_work import UnitOfWork

UNSETTLED = (OperationState.STARTED, OperationState.IN_DOUBT)
_COLUMNS = (
    Operation.id,
    Operation.asset_id,
    Operation.kind,
    Operation.state,
    Operation.started_by,
    Operation.started_at,
    Operation.correlation_id,
)
_UNSETTLED_OF_ASSET = select(*_COLUMNS).where(
    Operation.asset_id == bindparam("asset", type_=Id), Operation.state.in_(UNSETTLED)
)


async def unsettled_of(connection: AsyncConnection, asset_id: int) -> OperationRow | None:
    """The call for this asset that has no answer yet, if there is one."""
    row = (await connection.execute(_UNSETTLED_OF_ASSET, {"asset": asset_id})).first()
    return None if row is None else OperationRow(**row._mapping)


async def of_call(
    connection: AsyncConnection, asset_id: int, correlation_id: str
) -> tuple[OperationState, str | None] | None:
    """How the call for this asset that was made under this id stands, and why it failed or is in
    doubt; None where it was never begun."""
    query = select(Operation.state, Operation.detail).where(
        Operation.asset_id == asset_id, Operation.correlation_id == correlation_id
    )
    row = (await connection.execute(query.order_by(Operation.id.desc()))).first()
    return None if row is None else (row.state, row.detail)


async def in_doubt(
    connection: AsyncConnection, *, started_before: datetime, asset_id: int | None = None
) -> list[OperationRow]:
    """Calls whose answer was lost, and those begun so long ago that nobody can be waiting; of one
    asset, or of all. What begins in the future was begun before the clock was set back: when that
    was nobody can tell, and to ask twice does no harm."""
    in_the_future = started_before + 2 * ABANDONED_AFTER
    query = (
        select(*_COLUMNS)
        .where(
            (Operation.state == OperationState.IN_DOUBT)
            | (
                (Operation.state == OperationState.STARTED)
                & ((Operation.started_at < started_before) | (Operation.started_at > in_the_future))
            )
        )
        .order_by(Operation.id)
    )
    if asset_id is not None:
        query = query.where(Operation.asset_id == asset_id)
    return [OperationRow(**row._mapping) for row in await connection.execute(query)]


async def under_way(connection: AsyncConnection, *, started_after: datetime) -> list[OperationRow]:
    """Calls begun so lately that somebody may still be waiting for the answer, oldest first."""
    query = (
        select(*_COLUMNS)
        .where(Operation.state == OperationState.STARTED, Operation.started_at >= started_after)
        .order_by(Operation.started_at)
    )
    return [OperationRow(**row._mapping) for row in await connection.execute(query)]


async def started_by_process(
    connection: AsyncConnection, *, started_after: datetime
) -> list[tuple[OperationRow, str]]:
    """The calls begun lately, each with the name of the process that waits for its answer."""
    query = (
        select(*_COLUMNS, Operation.started_in)
        .where(
            Operation.state == OperationState.STARTED,
            Operation.started_at >= started_after,
            Operation.started_in.is_not(None),
        )
        .order_by(Operation.id)
    )
    found = []
    for row in await connection.execute(query):
        fields = dict(row._mapping)
        process = fields.pop("started_in")
        found.append((OperationRow(**fields), process))
    return found


async def exists(connection: AsyncConnection, asset_id: int) -> bool:
    """Whether Microsoft was ever asked for an effect on this asset."""
    query = select(Operation.id).where(Operation.asset_id == asset_id).limit(1)
    return (await connection.execute(query)).first() is not None


async def begin(work: UnitOfWork, operation: Operation) -> None:
    """Write the intent down. Refused while another call for the asset is unsettled, which the
    store's unique index holds to even between two desktops."""
    # The index alone would wait for whoever is settling the other call, and he for our asset.
    if await unsettled_of(work.connection, operation.asset_id) is not None:
        raise _unsettled()
    work.add(operation)
    try:
        await work.flush()
    except IntegrityError as error:
        raise _unsettled() from error


async def take(
    work: UnitOfWork, operation_id: int, process: str, *, now: datetime, gone: str | None
) -> bool:
    """Take an unsettled operation up to settle it, for as long as a call can take at most; False
    where another process has it. ``gone`` is one that has ended and lets go of what it had.

    Many computers have as many clocks, so on a server its own is asked; ``now`` is for a file.
    """
    if work.connection.dialect.name == "postgresql":
        now = (await work.connection.execute(select(func.now()))).scalar_one()
    until = now + ABANDONED_AFTER
    is_free = Operation.settling_until.is_(None) | (Operation.settling_until <= now)
    # Nobody takes it for so long: the clock was set back since.
    is_free |= Operation.settling_until > until
    if gone is not None:
        is_free |= Operation.settled_in == gone
    taken = await work.connection.execute(
        update(Operation)
        .where(Operation.id == operation_id, Operation.state.in_(UNSETTLED), is_free)
        .values(settled_in=process, settling_until=until)
    )
    return taken.rowcount == 1


async def let_go(work: UnitOfWork, operation_id: int, process: str) -> None:
    """Whoever wants to settle it may take it again."""
    await work.connection.execute(
        update(Operation)
        .where(Operation.id == operation_id, Operation.settled_in == process)
        .values(settling_until=None)
    )


async def for_change(work: UnitOfWork, operation_id: int) -> Operation:
    """The record itself, to be changed, locked until then: two desktops may settle one operation.
    Raises NotFound."""
    operation = await work.session.get(Operation, operation_id, with_for_update=True)
    if operation is None:
        raise NotFound(f"There is no operation {operation_id}.")
    return operation


def _unsettled() -> Refused:
    return Refused(
        "Another request to Microsoft for this licence has not been answered yet.",
        advice="Wait until it is settled; that is tried again every minute.",
    )
