"""Settling a discrepancy by hand: somebody decides, and says why, that it may stay as it is.

The record stays untouched. It is listed again only where something changes: where Microsoft says
something else, or where the record is brought up to date and is at odds anew.
"""

from __future__ import annotations

from esd_desktop.errors import InvalidInput, Refused
from esd_desktop.models.discrepancy import Discrepancy
from esd_desktop.models.discrepancy_rows import DiscrepancyKind, DiscrepancyRow
from esd_desktop.models.rights import Right
from esd_desktop.models.store import assets, discrepancies
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.record import record_asset
from esd_desktop.services.rights import require


async def settle_discrepancy(services: Services, asset_id: int, comment: str) -> Outcome:
    """Take it off the list. Raises NotFound where nothing disagrees any more, Refused where an
    action settles it, InvalidInput without a comment."""
    await require(services, Right.SETTLE)
    why = comment.strip()
    if not why:
        raise InvalidInput("Say why it may stay as it is; the history keeps your words.")
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id, locked=True)
        row = await discrepancies.one(work.connection, asset_id)
        if not row.can_be_accepted:
            raise Refused("This cannot stay as it is.", advice=_INSTEAD[row.kind])
        settled = await _record_of(work, row)
        settled.settled_at = services.now()
        settled.accepted_by = services.operator
        settled.comment = why
        record_asset(
            services,
            work,
            asset,
            "settle_discrepancy",
            f"The discrepancy was settled by hand: {why}",
            changes={"discrepancy": [row.detail, None]},
        )
        await work.commit()
    return Outcome(
        f"Settled by hand: {row.detail}",
        changes=Changes(assets=frozenset({asset_id})),
        advice="It is listed again where Microsoft says something else.",
    )


async def _record_of(work: UnitOfWork, row: DiscrepancyRow) -> Discrepancy:
    found = await discrepancies.open_of(work, row.id)
    if found is None:
        found = Discrepancy(asset_id=row.id, kind=row.kind, detail=row.detail, found_at=row.since)
        work.add(found)
    return found


_INSTEAD = {
    DiscrepancyKind.IN_DOUBT: "Settle the lost answer: it tells whether the licence is there.",
    DiscrepancyKind.RETURNED: "Cancel it: that closes the record and credits the licence.",
    DiscrepancyKind.UNANSWERED: "Retry provisioning: it tells whether the licence was issued.",
}
