"""B1 by the customer: Microsoft is asked how a licence stands."""

from __future__ import annotations

from esd_desktop.models.portal_rows import Visitor
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.portal.limits import Turn, take_turn
from esd_desktop.services.portal.visiting import reach_asset
from esd_desktop.services.update_status import update_status


async def update_own_status(services: Services, visitor: Visitor, asset_id: int) -> Outcome:
    """Bring a licence of the visitor's up to date. Raises what ``update_status`` raises, NotFound
    for what is not the visitor's, TooOften."""
    bound = await reach_asset(services, visitor, asset_id)
    await take_turn(bound, Turn.UPDATE, asset_id)
    return await update_status(bound, asset_id)
