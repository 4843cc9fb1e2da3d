"""Queries about the journal of calls to Microsoft."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound, Refused
from esd_desktop.models.operation import Operation
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


async def unsettled_of(connection: AsyncConnection, asset_id: int) -> OperationRow | None:
    """The call for this asset that has no answer yet, if there is one."""
    query = select(*_COLUMNS).where(Operation.asset_id == asset_id, Operation.state.in_(UNSETTLED))
    row = (await connection.execute(query)).first()
    return None if row is None else OperationRow(**row._mapping)


async def in_doubt(
    connection: AsyncConnection, *, started_before: datetime, asset_id: int | None = None
) -> list[OperationRow]:
    """Calls whose answer was lost, and those begun so long ago that nobody can be waiting; of one
    asset, or of all."""
    query = (
        select(*_COLUMNS)
        .where(
            (Operation.state == OperationState.IN_DOUBT)
            | (
                (Operation.state == OperationState.STARTED)
                & (Operation.started_at < started_before)
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
