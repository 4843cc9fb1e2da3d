"""D4: a request to cancel is taken back, by the customer or by staff, until it is decided."""

from __future__ import annotations

from esd_desktop.models.statuses import RequestState
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import close_request


async def withdraw_request(
    services: Services, request_id: int, version: int, *, withdrawn_by: str | None = None
) -> Outcome:
    """Withdraw a request. ``withdrawn_by`` is the customer's name; without it, staff do it.

    Raises Refused where it is decided, ChangedMeanwhile where it is no longer as it was seen.
    """
    name = " ".join((withdrawn_by or "").split()) or services.operator
    return await close_request(
        services,
        request_id,
        version,
        state=RequestState.WITHDRAWN,
        decided_by=name,
        comment=None,
    )
