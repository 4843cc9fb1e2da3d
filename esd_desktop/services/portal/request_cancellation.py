"""D4 by the customer: asking for a licence to be cancelled, which staff decide."""

from __future__ import annotations

from esd_desktop.models.portal_rows import Visitor
from esd_desktop.models.statuses import Requester
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.portal.visiting import reach_asset
from esd_desktop.services.request_cancellation import request_cancellation


async def request_own_cancellation(
    services: Services, visitor: Visitor, asset_id: int, *, comment: str, confirm_by_mail: bool
) -> Outcome:
    """Ask for a licence of the visitor's to be cancelled. Raises what ``request_cancellation``
    raises, NotFound for what is not the visitor's."""
    bound = await reach_asset(services, visitor, asset_id)
    return await request_cancellation(
        bound,
        asset_id,
        requester=Requester.CUSTOMER,
        requested_by=visitor.address,
        comment=comment,
        confirm_by_mail=confirm_by_mail,
    )
