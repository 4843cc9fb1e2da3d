"""Settling calls whose answer was lost: by a time-out, a dropped line, a crash.

Each is read, or repeated under the same ids, by the very function that would have finished it.
"""

from __future__ import annotations

import structlog

from esd_desktop.errors import EsdError, Refused
from esd_desktop.models.operation import ABANDONED_AFTER
from esd_desktop.models.rows import OperationRow
from esd_desktop.models.statuses import OperationKind
from esd_desktop.models.store import asset_details, operations
from esd_desktop.services.cancel_licence import carry_out_return
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.operations import settled_outcome
from esd_desktop.services.provision import carry_out_issue

log = structlog.get_logger(__name__)


async def settle_doubt(services: Services) -> Changes:
    """Try to settle everything in doubt. What cannot be settled now stays, and is not raised."""
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
    """Settle the call for one asset now. Raises Refused where there is none to settle or where
    somebody still waits for its answer, and whatever stands in the way."""
    waiting = await _waiting(services, asset_id)
    if not waiting:
        raise Refused(
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
        # Opened before anything is bought: a key that could not be kept would be lost.
        await services.cipher.opened()
    async with services.store.change() as work:
        operation = await operations.for_change(work, row.id)
    if operation.state not in operations.UNSETTLED:
        return settled_outcome(operation)
    if row.kind is OperationKind.RETURN:
        transaction_id = detail.client_transaction_id
        return await carry_out_return(services, gateway, operation, transaction_id, repeated=True)
    return await carry_out_issue(services, gateway, operation, detail, repeated=True)
