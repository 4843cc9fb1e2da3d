"""How requests to cancel are told in the window: their states, who asked, how each stands; pure."""

from __future__ import annotations

from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.statuses import Requester, RequestState
from esd_desktop.services.requests_state import decided_sentence
from esd_desktop.ui.formats import as_moment
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.widgets.statuses import StatusText

_STATES = {
    RequestState.REQUESTED: StatusText(
        "Waiting", Tone.ACCENT, "Nobody has decided it yet", "Waiting for a decision"
    ),
    RequestState.APPROVING: StatusText(
        "Approving",
        Tone.INFO,
        "It is approved; Microsoft has not answered yet",
        "Waiting for Microsoft",
    ),
    RequestState.APPROVED: StatusText(
        "Approved", Tone.GOOD, "The licence was returned, cancelled and credited", "Approved"
    ),
    RequestState.DECLINED: StatusText(
        "Declined", Tone.NEUTRAL, "Staff declined it; the licence stays", "Declined"
    ),
    RequestState.WITHDRAWN: StatusText(
        "Withdrawn", Tone.NEUTRAL, "It was taken back before it was decided", "Withdrawn"
    ),
    RequestState.REFUSED: StatusText(
        "Refused",
        Tone.BAD,
        "It was approved, but Microsoft refused to take the licence back",
        "Refused by Microsoft",
    ),
}


def state_text(state: RequestState) -> StatusText:
    """How a state is told."""
    return _STATES[state]


def asked_sentence(request: RequestRow) -> str:
    """Who asked for it, and when."""
    behalf = "" if request.requester is Requester.CUSTOMER else " on the customer’s behalf"
    return (
        f"{request.requested_by} asked{behalf} to cancel this licence on "
        f"{as_moment(request.requested_at)}."
    )


def requester_words(request: RequestRow) -> str:
    """Who asked, as a value beside a label."""
    if request.requester is Requester.CUSTOMER:
        return f"{request.requested_by}, the customer"
    return f"{request.requested_by}, on the customer’s behalf"


def confirmation_words(request: RequestRow) -> str:
    """Whether the customer is told by mail."""
    if request.confirm_by_mail:
        return "The customer is told by mail"
    return "The customer is not told by mail"


def request_tone(request: RequestRow, refusal: str | None) -> Tone:
    """The colour of its notice. ``refusal``: why approving it cannot succeed, if it cannot."""
    if request.waits_for_staff:
        return Tone.WARNING if refusal or request.outcome else Tone.ACCENT
    return state_text(request.state).tone


def banner_words(request: RequestRow, refusal: str | None) -> str:
    """What is said below who asked, a line each."""
    lines = [f"Comment: {request.comment}"] if request.comment else []
    lines.append(f"{confirmation_words(request)}.")
    return "\n".join([*lines, *standing_lines(request, refusal)])


def standing_lines(request: RequestRow, refusal: str | None) -> list[str]:
    """How it stands beyond its state: what was decided, or what is in the way."""
    if not request.waits_for_staff:
        decided = [decided_sentence(request)]
        return [*decided, request.outcome] if request.outcome else decided
    lines = []
    if request.outcome:
        lines.append(f"It was approved, but could not be carried out: {request.outcome}")
    if refusal:
        lines.append(f"It can only be declined or withdrawn: {refusal}")
    return lines
