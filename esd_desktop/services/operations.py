"""The journal's common steps: an intent is started, and ends done, failed or in doubt."""

from __future__ import annotations

from esd_desktop.errors import MicrosoftFault
from esd_desktop.models.asset import Asset
from esd_desktop.models.operation import Operation
from esd_desktop.models.statuses import OperationKind, OperationState
from esd_desktop.models.store import operations
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import new_id
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.errors import (
    AlreadyRedeemed,
    InvalidRequest,
    LicenceNotFound,
    ReturnWindowClosed,
    TransactionConflict,
    UnknownSku,
)


async def start(
    services: Services,
    work: UnitOfWork,
    kind: OperationKind,
    asset: Asset,
    *,
    correlation_id: str,
    comment: str | None = None,
) -> Operation:
    """Write down what is about to be asked. Refused while another call is unsettled."""
    operation = Operation(
        kind=kind,
        asset_id=asset.id,
        request_id=new_id(),
        correlation_id=correlation_id,
        comment=comment,
        state=OperationState.STARTED,
        started_by=services.operator,
        started_at=services.now(),
    )
    await operations.begin(work, operation)
    return operation


async def end(
    services: Services,
    work: UnitOfWork,
    operation_id: int,
    state: OperationState,
    detail: str | None = None,
) -> None:
    """It is settled: done, or failed for a reason."""
    operation = await operations.for_change(work, operation_id)
    operation.state = state
    operation.detail = detail
    operation.ended_at = services.now()


async def mark_in_doubt(services: Services, operation_id: int, why: str) -> None:
    """The answer was lost: the effect may have happened. The journal settles it."""
    async with services.store.change() as work:
        operation = await operations.for_change(work, operation_id)
        operation.state = OperationState.IN_DOUBT
        operation.detail = why
        await work.commit()


def is_about_the_licence(fault: MicrosoftFault) -> bool:
    """Whether Microsoft's no tells how the licence itself stands, so that a lost answer to an
    earlier attempt is settled by it. A sign-in that failed, for one, tells nothing."""
    return isinstance(
        fault,
        AlreadyRedeemed
        | InvalidRequest
        | LicenceNotFound
        | ReturnWindowClosed
        | TransactionConflict
        | UnknownSku,
    )


def outcome_of(
    operation: Operation, sentence: str, result: Result, *, advice: str = ""
) -> Outcome:
    """The outcome of a call for one asset, with the ids the person may need."""
    return Outcome(
        sentence,
        result=result,
        changes=Changes(assets=frozenset({operation.asset_id})),
        correlation_id=operation.correlation_id,
        advice=advice,
    )


def in_doubt_outcome(operation: Operation, what: str) -> Outcome:
    """What the person is told while the answer to a ``what`` ("return", "purchase") is lost."""
    return outcome_of(
        operation,
        f"Microsoft's answer to the {what} was lost, so it may or may not have happened.",
        Result.WARNING,
        advice="It is settled by itself under the same transaction, usually within a minute; "
        "nothing is done twice.",
    )
