"""D4: a request to cancel is taken back, by the customer or by staff, until it is decided."""

from __future__ import annotations

from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import RequestState
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import close_request
from esd_desktop.services.request_cancellation import checked_name
from esd_desktop.services.rights import require


async def withdraw_request(
    services: Services, request_id: int, version: int, *, withdrawn_by: str | None = None
) -> Outcome:
    """Withdraw a request. ``withdrawn_by`` is the customer's name; without it, staff do it.

    Raises Refused where it is decided, ChangedMeanwhile where it is no longer as it was seen,
    InvalidInput for a name that is too long.
    """
    await require(services, Right.REQUEST)
    name = checked_name(withdrawn_by) or services.operator
    return await close_request(
        services,
        request_id,
        version,
        state=RequestState.WITHDRAWN,
        decided_by=name,
        comment=None,
    )
