"""Settling calls whose answer was lost: by a time-out, a dropped line, a crash.

Each is read, or repeated under the same ids, by the very function that would have finished it.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from esd_desktop.errors import EsdError
from esd_desktop.models.rows import OperationRow
from esd_desktop.models.statuses import OperationKind
from esd_desktop.models.store import asset_details, operations
from esd_desktop.services.cancel_licence import carry_out_return
from esd_desktop.services.changes import Changes
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.provision import carry_out_issue

log = structlog.get_logger(__name__)

# Longer than any call can take with all its retries: nobody is waiting for its answer any more.
_ABANDONED_AFTER = timedelta(minutes=3)


async def settle_doubt(services: Services) -> Changes:
    """Try to settle everything in doubt. What cannot be settled now stays, and is not raised."""
    async with services.store.read() as connection:
        waiting = await operations.in_doubt(
            connection, started_before=services.now() - _ABANDONED_AFTER
        )
    changes = Changes()
    for row in waiting:
        changes |= Changes(assets=frozenset({row.asset_id}))
        try:
            await _settle(services, row)
        except EsdError as fault:
            log.info(
                "still_in_doubt",
                operation=row.id,
                asset=row.asset_id,
                why=fault.sentence,
            )
    return changes


async def _settle(services: Services, row: OperationRow) -> None:
    async with services.store.read() as connection:
        detail = await asset_details.one(connection, row.asset_id)
    gateway = await gateway_for(services, detail.connection_id)
    async with services.store.change() as work:
        operation = await operations.for_change(work, row.id)
    if row.kind is OperationKind.RETURN:
        transaction_id = detail.client_transaction_id
        await carry_out_return(
            services, gateway, operation, transaction_id, repeated=True
        )
    else:
        await carry_out_issue(services, gateway, operation, detail, repeated=True)
