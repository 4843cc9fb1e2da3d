"""How a request to cancel (D4) moves: claimed for a decision, being approved, and what Microsoft's
answer makes of it. Every step is part of the change of the verb that takes it.

A request is Approving exactly while the return that was approved is unsettled; so it is moved in
the very transactions that start and end that operation. The asset is locked before its request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from esd_desktop.errors import ChangedMeanwhile, Refused
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.statuses import Requester, RequestState
from esd_desktop.models.store import accounts, audit, operators, requests
from esd_desktop.models.wording import as_moment
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.queue_mail import queue_mail
from esd_desktop.services.record import record_asset
from esd_desktop.services.shared_settings import setting_within

if TYPE_CHECKING:
    from esd_desktop.models.asset import Asset
    from esd_desktop.models.cancellation import CancellationRequest
    from esd_desktop.models.notification import OutboxMail
    from esd_desktop.models.operation import Operation
    from esd_desktop.models.store.unit_of_work import UnitOfWork

FOUR_EYES = "requests.four_eyes"
NOTIFY = "requests.notify"
INSTRUCTIONS = "requests.instructions"
_STAFF_LANGUAGE = "en"


class Approval(Struct, frozen=True):
    """Somebody approves a request in the version that was seen, perhaps with a comment."""

    request_id: int
    version: int
    comment: str | None


async def to_decide(work: UnitOfWork, request_id: int, version: int) -> CancellationRequest:
    """The request, locked, where it may be decided as it was seen.

    Raises Refused where it is decided, saying who did what and when, and ChangedMeanwhile where it
    is another version than the one seen.
    """
    request = await requests.for_change(work, request_id)
    if request.state is not RequestState.REQUESTED:
        raise Refused(decided_sentence(request))
    if request.version != version:
        raise ChangedMeanwhile(
            "Somebody else worked on this request meanwhile; nothing was overwritten.",
            advice=request.outcome or "Look at it again and repeat what you wanted to do.",
        )
    return request


async def to_approve(
    services: Services, work: UnitOfWork, asset_id: int, approval: Approval | None
) -> CancellationRequest | None:
    """The request that cancelling this asset decides: the approved one, or with a direct cancel the
    one that waits, if there is one. Raises Refused and ChangedMeanwhile."""
    if approval is not None:
        request = await to_decide(work, approval.request_id, approval.version)
    else:
        waiting = await requests.undecided_for_change(work, asset_id)
        if waiting is None:
            return None
        request = waiting
    four_eyes = await setting_within(work.connection, FOUR_EYES) == "yes"
    if four_eyes and await _is_own(services, work, request):
        raise Refused(
            "You made this request yourself, so somebody else must approve it.",
            advice="That two people are needed is set in Settings, Requests.",
        )
    return request


def start_approving(
    request: CancellationRequest, operation: Operation, comment: str | None
) -> None:
    """Microsoft is going to be asked, on this operation."""
    request.state = RequestState.APPROVING
    request.decided_by = operation.started_by
    request.decided_at = operation.started_at
    request.decision_comment = comment
    request.outcome = None


async def carried_out(
    services: Services, work: UnitOfWork, asset: Asset, operation: Operation
) -> Changes:
    """Microsoft took the licence back: the asset's request is approved, and both sides are told.

    That holds also where another desktop had been refused under the same operation.
    """
    request = await requests.undecided_for_change(work, asset.id)
    if request is None:
        request = await requests.refused_for_change(work, asset.id, operation.started_at)
    if request is None:
        return Changes()
    _end(request, operation, RequestState.APPROVED, None)
    mails = await tell_both_sides(services, work, asset, request, "cancellation_confirmed")
    sentence = f"{request.decided_by} approved the request to cancel {asset.product}."
    _record(services, work, asset, operation, f"{sentence}{told_sentence(mails)}")
    return changes_of(request, asset, mails)


async def not_carried_out(
    services: Services,
    work: UnitOfWork,
    asset: Asset,
    operation: Operation,
    why: str,
    *,
    for_good: bool,
) -> Changes:
    """Microsoft did not take the licence back. ``for_good``: it never will, so the request ends
    and both sides are told; otherwise it waits again, and says why."""
    request = await requests.undecided_for_change(work, asset.id)
    if request is None:
        return Changes()
    asked = f"{operation.started_by} approved the request to cancel {asset.product}"
    if not for_good:
        request.state = RequestState.REQUESTED
        request.decided_by = request.decided_at = request.decision_comment = None
        request.outcome = why
        sentence = f"{asked}, but it could not be carried out and waits again: {why}"
        _record(services, work, asset, operation, sentence)
        return changes_of(request, asset)
    _end(request, operation, RequestState.REFUSED, why)
    mails = await tell_both_sides(services, work, asset, request, "cancellation_declined")
    sentence = f"{asked}, and Microsoft refused it: {why}{told_sentence(mails)}"
    _record(services, work, asset, operation, sentence)
    return changes_of(request, asset, mails)


async def tell_both_sides(
    services: Services,
    work: UnitOfWork,
    asset: Asset,
    request: CancellationRequest,
    template: str,
) -> list[OutboxMail]:
    """Queue a mail to the customer, where a confirmation was wished, and one to the staff's own
    address, where there is one."""
    customer = await accounts.for_change(work, asset.customer_id)
    mails = []
    if request.confirm_by_mail and customer.email:
        mails.append(
            await queue_mail(services, work, template, asset, customer.email, request_id=request.id)
        )
    staff = await setting_within(work.connection, NOTIFY)
    if staff:
        mails.append(
            await queue_mail(
                services,
                work,
                template,
                asset,
                staff,
                language=_STAFF_LANGUAGE,
                request_id=request.id,
            )
        )
    return mails


def changes_of(
    request: CancellationRequest, asset: Asset, mails: Sequence[OutboxMail] = ()
) -> Changes:
    """What every view learns of it."""
    return Changes(
        assets=frozenset({asset.id}),
        accounts=frozenset({asset.customer_id, asset.billing_to_id}),
        requests=frozenset({request.id}),
        mails=frozenset(mail.id for mail in mails),
    )


def told_sentence(mails: Sequence[OutboxMail]) -> str:
    """Where the mails go, to be added to what the history says."""
    if not mails:
        return ""
    return f" Told by mail: {' and '.join(mail.to_address for mail in mails)}."


def waiting_sentence(request: RequestRow) -> str:
    """Why there cannot be another request."""
    made = f"A request to cancel this licence, made by {request.requested_by} on"
    return f"{made} {as_moment(request.requested_at)}, is waiting already."


def decided_sentence(request: CancellationRequest | RequestRow) -> str:
    """Who decided what, and when."""
    when = f" on {as_moment(request.decided_at)}" if request.decided_at else ""
    who = request.decided_by or "Somebody"
    match request.state:
        case RequestState.REQUESTED:
            return "Nobody has decided this request yet."
        case RequestState.APPROVING:
            return f"{who} approved this request{when}; Microsoft has not answered yet."
        case RequestState.APPROVED:
            return f"{who} approved this request{when}, and the licence is cancelled."
        case RequestState.DECLINED:
            return f"{who} declined this request{when}."
        case RequestState.WITHDRAWN:
            return f"{who} withdrew this request{when}."
        case RequestState.REFUSED:
            return f"{who} approved this request{when}, and Microsoft refused it."


def asked_by(requester: Requester, requested_by: str) -> str:
    """Who asked, in words: a customer by name, or one of the staff on the customer's behalf."""
    if requester is Requester.CUSTOMER:
        return requested_by
    return f"{requested_by}, on the customer’s behalf,"


def _end(
    request: CancellationRequest, operation: Operation, state: RequestState, why: str | None
) -> None:
    request.state = state
    request.outcome = why
    # So already, unless an answer that another desktop got had sent it back to wait.
    request.decided_by = operation.started_by
    request.decided_at = operation.started_at


def _record(
    services: Services,
    work: UnitOfWork,
    asset: Asset,
    operation: Operation,
    sentence: str,
) -> None:
    record_asset(
        services,
        work,
        asset,
        "approve_request",
        sentence,
        correlation_id=operation.correlation_id,
    )


async def _is_own(services: Services, work: UnitOfWork, request: CancellationRequest) -> bool:
    """Whether who works here made the request. Where people are named it is the login that tells,
    if the database itself noted one; without people many may share a login, and the names tell."""
    if await operators.any_operator(work.connection):
        made_by = await audit.login_of(work.connection, request.asset_id, "request_cancellation")
        if made_by is not None:
            return made_by == services.login
    names = (request.requested_by, request.entered_by)
    return any(_same(name, services.operator) for name in names)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
