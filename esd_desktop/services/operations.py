"""The journal's common steps: an intent is started, and ends done, failed or in doubt.

Whatever Microsoft answered is written down to the end, also where the person gave up waiting. It is
written once: a second desktop that asked for the same operation finds it settled.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import structlog

from esd_desktop.errors import ChangedMeanwhile, EsdError, MicrosoftFault
from esd_desktop.models.statuses import OperationKind, OperationState
from esd_desktop.models.store import operations
from esd_desktop.models.values import new_id
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.finishing import to_the_end
from esd_desktop.services.microsoft.errors import AboutTheLicence

if TYPE_CHECKING:
    from esd_desktop.models.asset import Asset
    from esd_desktop.models.operation import Operation
    from esd_desktop.models.store.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

Write = Callable[[], Coroutine[Any, Any, Outcome]]
# Somebody writes the same record at the same moment: rarely once, hardly twice.
_WRITING_ATTEMPTS = 5


class SettledMeanwhile(Exception):
    """Somebody else settled the operation; nothing more is to be written."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(operation.id)
        self.operation = operation


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
    from esd_desktop.models.operation import Operation

    operation = Operation(
        kind=kind,
        asset_id=asset.id,
        request_id=new_id(),
        correlation_id=correlation_id,
        comment=comment,
        state=OperationState.STARTED,
        started_by=services.operator,
        started_at=services.now(),
        started_in=services.presence.name if services.presence else None,
    )
    await operations.begin(work, operation)
    return operation


async def write_down(services: Services, operation: Operation, what: str, write: Write) -> Outcome:
    """Have ``write`` write what Microsoft answered to a ``what`` ("return", "purchase").

    Microsoft has acted by now, so where it cannot be written the operation stays in doubt and the
    journal writes it later; the outcome is then a WARNING. It is never written twice.
    """
    return await to_the_end(_write_down(services, operation, what, write))


async def end(
    services: Services,
    work: UnitOfWork,
    operation_id: int,
    state: OperationState,
    detail: str | None = None,
) -> Operation:
    """It is settled: done, or failed for a reason. The first thing in its transaction, which is
    undone where somebody else has settled it."""
    operation = await to_settle(work, operation_id, done=state is OperationState.DONE)
    operation.state = state
    operation.detail = detail
    operation.ended_at = services.now()
    return operation


async def to_settle(work: UnitOfWork, operation_id: int, *, done: bool = False) -> Operation:
    """The operation, to be settled by nobody else until the transaction ends.

    ``done``: Microsoft did it. That holds also where another desktop, which asked for the same
    under the same ids, was refused.
    """
    operation = await operations.for_change(work, operation_id)
    if operation.state in operations.UNSETTLED:
        return operation
    if done and operation.state is OperationState.FAILED:
        return operation
    raise SettledMeanwhile(operation)


async def leave_in_doubt(services: Services, operation: Operation, what: str, why: str) -> Outcome:
    """The answer to a ``what`` was lost: the effect may have happened. The journal settles it."""
    return await to_the_end(_left_in_doubt(services, operation, what, why))


def is_about_the_licence(fault: MicrosoftFault) -> bool:
    """Whether Microsoft's no tells how the licence itself stands, so that a lost answer to an
    earlier attempt is settled by it. A sign-in that failed, for one, tells nothing."""
    return isinstance(fault, AboutTheLicence)


def outcome_of(operation: Operation, sentence: str, result: Result, *, advice: str = "") -> Outcome:
    """The outcome of a call for one asset, with the ids the person may need."""
    return Outcome(
        sentence,
        result=result,
        changes=Changes(assets=frozenset({operation.asset_id})),
        correlation_id=operation.correlation_id,
        advice=advice,
    )


def settled_outcome(operation: Operation) -> Outcome:
    """What the person is told who asked for it while somebody else settled it."""
    if operation.state is OperationState.DONE:
        sentence = "It was settled meanwhile: Microsoft did what was asked."
        return outcome_of(operation, sentence, Result.UNCHANGED)
    return outcome_of(operation, operation.detail or "Microsoft said no.", Result.REFUSED)


async def _write_down(services: Services, operation: Operation, what: str, write: Write) -> Outcome:
    try:
        return await _written(write)
    except SettledMeanwhile as settled:
        return settled_outcome(settled.operation)
    except EsdError as fault:
        log.info("not_written_down", operation=operation.id, why=fault.sentence)
        return await _not_written(services, operation, what, fault)


async def _written(write: Write) -> Outcome:
    for _ in range(_WRITING_ATTEMPTS - 1):
        try:
            return await write()
        except ChangedMeanwhile:
            continue  # nothing was overwritten; it is read anew
    return await write()


async def _not_written(
    services: Services, operation: Operation, what: str, fault: EsdError
) -> Outcome:
    await _mark_if_possible(services, operation, fault.sentence)
    return outcome_of(
        operation,
        f"Microsoft answered to the {what}, but that could not be written down: {fault.sentence}",
        Result.WARNING,
        advice="It is written down by itself as soon as that works; nothing is done twice.",
    )


async def _left_in_doubt(services: Services, operation: Operation, what: str, why: str) -> Outcome:
    settled = await _mark_if_possible(services, operation, why)
    if settled is not None:
        return settled_outcome(settled)
    return outcome_of(
        operation,
        f"Microsoft's answer to the {what} was lost, so it may or may not have happened. {why}",
        Result.WARNING,
        advice="It is settled by itself under the same transaction, usually within a minute; "
        "nothing is done twice.",
    )


async def _mark_if_possible(services: Services, operation: Operation, why: str) -> Operation | None:
    """Mark it as in doubt; answers the operation where somebody settled it meanwhile."""
    try:
        async with services.store.change() as work:
            marked = await to_settle(work, operation.id)
            marked.state = OperationState.IN_DOUBT
            marked.detail = why
            await work.commit()
    except SettledMeanwhile as settled:
        return settled.operation
    except EsdError as fault:
        # The journal takes up an operation that was only started too, some minutes later.
        log.info("not_marked_in_doubt", operation=operation.id, why=fault.sentence)
    return None
