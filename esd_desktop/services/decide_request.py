"""D4: staff approve a request to cancel, or decline it.

Approving is cancelling: the transaction that starts the return claims the request, and the one that
ends it closes the request. So two people never decide one request both, and a crash between the two
leaves nothing that the journal does not finish.
"""

from __future__ import annotations

from esd_desktop.errors import InvalidInput
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import RequestState
from esd_desktop.models.store import assets, requests
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.record import record_asset
from esd_desktop.services.request_cancellation import checked_comment
from esd_desktop.services.requests_state import (
    Approval,
    changes_of,
    tell_both_sides,
    to_decide,
    told_sentence,
)
from esd_desktop.services.rights import require

_TEMPLATES = {
    RequestState.DECLINED: "cancellation_declined",
    RequestState.WITHDRAWN: "cancellation_withdrawn",
}
_VERBS = {
    RequestState.DECLINED: "declined",
    RequestState.WITHDRAWN: "withdrew",
}


async def approve(
    services: Services, request_id: int, version: int, *, comment: str | None = None
) -> Outcome:
    """Approve a request: the licence is returned, cancelled and credited as by Cancel.

    Raises what ``cancel_licence`` raises, Refused where somebody decided it or the policy wants
    another person, ChangedMeanwhile where it is no longer as it was seen. Where Microsoft's no is
    not for good, the request waits again and says why.
    """
    await require(services, Right.DECIDE)
    words = checked_comment(comment)
    async with services.store.read() as connection:
        request = await requests.one(connection, request_id)
    return await cancel_licence(
        services,
        request.asset_id,
        comment=request.comment or words,
        approval=Approval(request_id, version, words),
    )


async def decline(services: Services, request_id: int, version: int, *, comment: str) -> Outcome:
    """Decline a request, with the reason that the customer is told.

    Raises InvalidInput without a reason, Refused where it is decided, ChangedMeanwhile where it is
    no longer as it was seen.
    """
    await require(services, Right.DECIDE)
    words = checked_comment(comment)
    if words is None:
        raise InvalidInput("Say why it is declined; the customer is told.")
    return await close_request(
        services,
        request_id,
        version,
        state=RequestState.DECLINED,
        decided_by=services.operator,
        comment=words,
    )


async def close_request(
    services: Services,
    request_id: int,
    version: int,
    *,
    state: RequestState,
    decided_by: str,
    comment: str | None,
) -> Outcome:
    """End a request without cancelling anything, and tell both sides."""
    async with services.store.read() as connection:
        asset_id = (await requests.one(connection, request_id)).asset_id
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id, locked=True)
        request = await to_decide(work, request_id, version)
        request.state = state
        request.decided_by = decided_by
        request.decided_at = services.now()
        request.decision_comment = comment
        # Why an earlier approval failed is not why it ends now, and nothing for the customer.
        request.outcome = None
        mails = await tell_both_sides(services, work, asset, request, _TEMPLATES[state])
        said = f" Comment: “{comment}”." if comment else ""
        sentence = f"{decided_by} {_VERBS[state]} the request to cancel {asset.product}."
        record_asset(
            services,
            work,
            asset,
            f"{state.lower()}_request",
            f"{sentence}{said}{told_sentence(mails)}",
        )
        await work.commit()
    return Outcome(
        f"The request to cancel {asset.product} is {state.lower()}.",
        changes=changes_of(request, asset, mails),
    )
