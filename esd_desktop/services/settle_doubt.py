"""Settling calls whose answer was lost: by a time-out, a dropped line, a crash.

Each is read, or repeated under the same ids, by the very function that would have finished it.
One process at a time settles a call: it takes it first, and lets it go again. Where it ends without
letting go, others may take the call at once on the same computer, elsewhere some minutes later.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from esd_desktop.errors import EsdError, Refused
from esd_desktop.models.operation import ABANDONED_AFTER, Operation
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail, OperationRow
from esd_desktop.models.statuses import OperationKind
from esd_desktop.models.store import asset_details, operations
from esd_desktop.services.cancel_licence import carry_out_return
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.finishing import to_the_end
from esd_desktop.services.operations import settled_outcome
from esd_desktop.services.presence import Presence
from esd_desktop.services.provision import carry_out_issue
from esd_desktop.services.rights import may, require

if TYPE_CHECKING:
    from esd_desktop.services.microsoft.gateway import EsdGateway

log = structlog.get_logger(__name__)

# Who may begin such a call, or approve one, may also end it.
SETTLING = (Right.ORDER, Right.CANCEL, Right.DECIDE)


class BeingSettled(Refused):
    """Not now: somebody still waits for the call's answer, or is just settling it."""


async def settle_doubt(services: Services) -> Changes:
    """Try to settle everything in doubt, where who works here may. What cannot be settled now
    stays, and is not raised."""
    if not await may(services, *SETTLING):
        return Changes()
    changes = Changes()
    for row in await _waiting(services):
        changes |= Changes(assets=frozenset({row.asset_id}))
        try:
            changes |= (await _settle(services, row)).changes
        except EsdError as fault:
            log.info("not_settled", operation=row.id, asset=row.asset_id, why=fault.sentence)
        except Exception:
            # A bug that one licence brings out must not leave the others in doubt.
            log.exception("bug", operation=row.id, asset=row.asset_id)
    return changes


async def settle_asset(services: Services, asset_id: int) -> Outcome:
    """Settle the call for one asset now. Raises BeingSettled, also where there is none to settle,
    and whatever stands in the way."""
    await require(services, *SETTLING)
    waiting = await _waiting(services, asset_id)
    if not waiting:
        raise BeingSettled(
            "There is no lost answer to settle for this licence now.",
            advice="Where a request has just begun, wait for its own answer.",
        )
    return await _settle(services, waiting[0])


async def _waiting(services: Services, asset_id: int | None = None) -> list[OperationRow]:
    abandoned = services.now() - ABANDONED_AFTER
    async with services.store.read() as connection:
        waiting = await operations.in_doubt(connection, started_before=abandoned, asset_id=asset_id)
        lately = await operations.started_by_process(connection, started_after=abandoned)
    if services.presence is None:
        return waiting
    return waiting + [
        row
        for row, process in lately
        if asset_id in (None, row.asset_id) and services.presence.is_gone(process)
    ]


async def _settle(services: Services, row: OperationRow) -> Outcome:
    async with services.store.read() as connection:
        detail = await asset_details.one(connection, row.asset_id)
    gateway = await gateway_for(services, detail.connection_id)
    if row.kind is OperationKind.ISSUE:
        # Before anything is bought: a key that could not be kept would be lost.
        await services.cipher.opened()
    operation = await _taken(services, row.id)
    if operation.state not in operations.UNSETTLED:
        return settled_outcome(operation)
    try:
        return await _carry_out(services, gateway, operation, detail)
    finally:
        await to_the_end(_let_go(services, operation))


async def _carry_out(
    services: Services, gateway: EsdGateway, operation: Operation, detail: AssetDetail
) -> Outcome:
    if operation.kind is OperationKind.RETURN:
        transaction_id = detail.client_transaction_id
        return await carry_out_return(services, gateway, operation, transaction_id, repeated=True)
    return await carry_out_issue(services, gateway, operation, detail, repeated=True)


async def _taken(services: Services, operation_id: int) -> Operation:
    """The operation, for this process alone to settle, or as somebody has settled it meanwhile.
    Raises BeingSettled while another process has it."""
    async with services.store.change() as work:
        operation = await operations.for_change(work, operation_id)
        if operation.state not in operations.UNSETTLED:
            return operation
        holder = operation.settled_in
        is_gone = holder and services.presence and services.presence.is_gone(holder)
        gone = holder if is_gone else None
        process = services.process
        if not await operations.take(work, operation.id, process, now=services.now(), gone=gone):
            raise _being_settled(services, holder or "")
        await work.commit()
    return operation


async def _let_go(services: Services, operation: Operation) -> None:
    # Where it cannot be said, the time that was taken for it runs out.
    with suppress(EsdError):
        async with services.store.change() as work:
            await operations.let_go(work, operation.id, services.process)
            await work.commit()


def _being_settled(services: Services, holder: str) -> BeingSettled:
    computer = Presence.computer_of(holder)
    if holder == services.process:
        who = "This program is"
    elif computer:
        who = f"Another program, on the computer {computer}, is"
    else:
        who = "Another program is"
    return BeingSettled(
        f"{who} settling this call right now.",
        advice="What comes of it shows here by itself, usually within a minute.",
    )
