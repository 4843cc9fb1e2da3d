"""What may be done with an asset now, and if not, why: one rule each, for the services that refuse
and for the window that greys a button with the same reason."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus, TokenStatus
from esd_desktop.models.wording import as_day


class Facts(Struct, frozen=True):
    """All that the rules look at. ``unsettled``: a call to Microsoft is without its answer;
    ``requested``: a request to cancel has not been decided yet."""

    status: AssetStatus
    provisioning: ProvisioningSyncStatus
    token_status: TokenStatus | None
    deleted: bool
    unsettled: bool
    returnable_until: datetime | None
    email: str | None
    requested: bool = False


def update_refusal(facts: Facts) -> str | None:
    """Why the status cannot be asked for (B1); None where it can."""
    return _gone(facts) or _not_provisioned(facts)


def resend_refusal(facts: Facts) -> str | None:
    """Why the activation link cannot be sent again (B2); None where it can."""
    refusal = _gone(facts) or _not_provisioned(facts)
    if refusal:
        return refusal
    if facts.token_status is TokenStatus.RETURN_ACCEPTED:
        return "Microsoft has taken this licence back, so its activation link no longer works."
    if not facts.email:
        return "The account has no e-mail address to send the activation link to."
    return None


def cancel_refusal(facts: Facts, now: datetime) -> str | None:
    """Why the licence cannot be cancelled (B3); None where it can.

    A licence that Microsoft has taken back already, while our record is still active, can: that
    closes the record and credits it.
    """
    refusal = _gone(facts) or _cancelled(facts) or _not_provisioned(facts)
    if refusal:
        return refusal
    if facts.token_status is TokenStatus.REDEEMED:
        return "The customer has redeemed this licence; Microsoft takes back unused ones only."
    accepted = facts.token_status is TokenStatus.RETURN_ACCEPTED
    if not accepted and facts.returnable_until is not None and now > facts.returnable_until:
        return f"The time for returning it ended on {as_day(facts.returnable_until)}."
    return None


def return_again_refusal(facts: Facts) -> str | None:
    """Why a cancelled licence cannot be returned once more; None where it can."""
    refusal = _gone(facts) or _not_provisioned(facts)
    if refusal:
        return refusal
    if facts.status is AssetStatus.ACTIVE:
        return "This licence is not cancelled; cancel it instead."
    if facts.token_status is TokenStatus.REDEEMED:
        return "The customer has redeemed this licence; Microsoft takes back unused ones only."
    return None


def request_refusal(facts: Facts, now: datetime) -> str | None:
    """Why its cancellation cannot be requested (D4); None where it can."""
    if facts.requested and not facts.deleted:
        return "A request to cancel this licence is waiting already."
    return cancel_refusal(facts, now)


def delete_refusal(facts: Facts) -> str | None:
    """Why the record cannot be deleted (B4); None where it can."""
    refusal = _gone(facts) or _cancelled(facts) or _not_provisioned(facts)
    if refusal is None and facts.requested:
        return "A request to cancel this licence waits for a decision; decide it first."
    return refusal


def retry_refusal(facts: Facts) -> str | None:
    """Why provisioning cannot be tried again (D3a); None where it can."""
    if facts.provisioning is ProvisioningSyncStatus.SYNCHRONIZED:
        return "This licence has its token already."
    return _gone(facts) or _cancelled(facts)


def _gone(facts: Facts) -> str | None:
    return "This record has been deleted." if facts.deleted else None


def _cancelled(facts: Facts) -> str | None:
    if facts.status is AssetStatus.CANCELLED:
        return "This licence is cancelled already."
    return None


def _not_provisioned(facts: Facts) -> str | None:
    if facts.provisioning is ProvisioningSyncStatus.FAILED:
        return "Microsoft has not issued this licence. Retry provisioning first."
    if facts.provisioning is ProvisioningSyncStatus.UNSYNCHRONISED:
        return "Microsoft has not answered yet whether this licence was issued."
    if facts.unsettled:
        return "A request to Microsoft for this licence is still waiting for its answer."
    return None
