"""D4: a customer asks for a cancellation, or staff do so on the customer's behalf. Nothing is asked
of Microsoft; that is for whoever approves it."""

from __future__ import annotations

from esd_desktop.errors import InvalidInput, Refused
from esd_desktop.models.permissions import request_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import Requester, RequestState
from esd_desktop.models.store import accounts, assets, operations, requests
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.record import record_asset
from esd_desktop.services.requests_state import (
    INSTRUCTIONS,
    asked_by,
    changes_of,
    tell_both_sides,
    told_sentence,
    waiting_sentence,
)
from esd_desktop.services.rights import require
from esd_desktop.services.shared_settings import setting_within

LONGEST_COMMENT = 2_000
_LONGEST_NAME = 320


async def request_cancellation(
    services: Services,
    asset_id: int,
    *,
    requester: Requester,
    requested_by: str | None = None,
    comment: str | None = None,
    confirm_by_mail: bool = True,
) -> Outcome:
    """Make a request for one licence.

    ``requested_by`` is the customer's name or address; staff ask under the operator's own name.
    ``confirm_by_mail``: the customer is told by mail that it was made and what becomes of it.
    Raises Refused where the licence cannot be cancelled or a request waits already, InvalidInput
    for a name or comment that cannot be one.
    """
    from esd_desktop.models.cancellation import CancellationRequest

    await require(services, Right.REQUEST)
    name = _name(services, requester, requested_by)
    words = checked_comment(comment)
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id, locked=True)
        customer = await accounts.for_change(work, asset.customer_id)
        waiting = await requests.undecided_of(work.connection, asset_id)
        if waiting is not None:
            raise Refused(
                waiting_sentence(waiting), advice="It can be approved, declined or withdrawn."
            )
        unsettled = await operations.unsettled_of(work.connection, asset_id)
        refusal = request_refusal(asset.facts(unsettled=unsettled is not None), services.now())
        if refusal:
            raise Refused(refusal)
        if confirm_by_mail and not customer.email:
            raise Refused(
                "The account has no e-mail address to send a confirmation to.",
                advice="Add one to the account, or make the request without a confirmation.",
            )
        request = CancellationRequest(
            asset_id=asset_id,
            state=RequestState.REQUESTED,
            requester=requester,
            requested_by=name,
            entered_by=services.operator,
            requested_at=services.now(),
            comment=words,
            instructions=await setting_within(work.connection, INSTRUCTIONS),
            confirm_by_mail=confirm_by_mail,
        )
        work.add(request)
        await work.flush()
        mails = await tell_both_sides(services, work, asset, request, "cancellation_requested")
        told = f"{asked_by(requester, name)} asked to cancel {asset.product}."
        said = f" Comment: “{words}”." if words else ""
        record_asset(
            services, work, asset, "request_cancellation", f"{told}{said}{told_sentence(mails)}"
        )
        await work.commit()
    return Outcome(
        f"The request to cancel {asset.product} is made; it waits for a decision.",
        changes=changes_of(request, asset, mails),
    )


def checked_comment(comment: str | None) -> str | None:
    """The comment as it is kept; None where there is none. Raises InvalidInput for a novel."""
    words = (comment or "").strip()
    if len(words) > LONGEST_COMMENT:
        raise InvalidInput(f"A comment has at most {LONGEST_COMMENT:,} characters.")
    return words or None


def checked_name(name: str | None) -> str:
    """A customer's name or address as it is kept, empty where there is none. Raises InvalidInput
    for one that is too long."""
    words = " ".join((name or "").split())
    if len(words) > _LONGEST_NAME:
        raise InvalidInput(f"The customer's name has at most {_LONGEST_NAME} characters.")
    return words


def _name(services: Services, requester: Requester, requested_by: str | None) -> str:
    if requester is Requester.STAFF:
        return services.operator
    name = checked_name(requested_by)
    if not name:
        raise InvalidInput("A customer's request needs the customer's name or address.")
    return name
