"""How a licence stands, in the words of the record (A2 to A9) and, where those do not explain
themselves, in a few more. All of them are translated where they are shown."""

from __future__ import annotations

from datetime import datetime

from esd_desktop.models.asset_rows import AssetRow
from esd_desktop.models.permissions import Facts, request_refusal
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import (
    AssetStatus,
    InvoiceKind,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.portal.badges import Said
from esd_desktop.portal.texts import N_

STATUS = {
    AssetStatus.ACTIVE: Said(N_("Active"), "good"),
    AssetStatus.CANCELLED: Said(N_("Cancelled"), "neutral"),
}
PROVISIONING = {
    ProvisioningSyncStatus.UNSYNCHRONISED: Said(
        N_("Unsynchronised"), "warning", N_("requested from Microsoft, the answer is not here yet")
    ),
    ProvisioningSyncStatus.SYNCHRONIZED: Said(
        N_("Synchronized"), "good", N_("Microsoft has issued the key")
    ),
    ProvisioningSyncStatus.FAILED: Said(
        N_("Failed"), "bad", N_("Microsoft has not issued a key; your supplier sees this too")
    ),
}
TOKEN = {
    None: Said(N_("No token"), "warning", N_("there is no key yet")),
    TokenStatus.ACTIVATED: Said(N_("Activated"), "info", N_("issued, not used yet")),
    TokenStatus.REDEEMED: Said(N_("Redeemed"), "good", N_("in use")),
    TokenStatus.RETURN_ACCEPTED: Said(
        N_("Return Accepted"), "neutral", N_("given back unused, the key no longer works")
    ),
}
RETURN = {
    ReturnStatus.NONE: Said(N_("NONE"), "neutral", N_("not given back")),
    ReturnStatus.SUCCESS: Said(N_("SUCCESS"), "good", N_("Microsoft accepted the return")),
}
REQUESTED = Said(N_("Cancellation requested"), "warning")
# What is usually sold; another unit is shown as it is.
UNIT = N_("licence")
# What a requester is told (D4) where staff have not written something of their own, which is shown
# as it is. A test compares it with the setting's default.
INSTRUCTIONS = N_(
    "Do not use the key or the activation link any more: a licence that has been redeemed cannot "
    "be taken back. We tell you as soon as your request is decided."
)
INVOICE = {InvoiceKind.INVOICE: N_("Invoice"), InvoiceKind.CREDIT: N_("Credit note")}

_CANCELLED = N_("This licence is cancelled already.")
_NOT_ISSUED = N_("This licence has not been issued yet.")
_REDEEMED = N_("This licence has been redeemed. Only unused licences can be given back.")
_WAITS = N_("A request to cancel this licence is waiting already.")
_UNDER_WAY = N_("Something is being settled with Microsoft for this licence. Come back later.")
_TOO_LATE = N_("The time for giving this licence back is over.")


def key_state(licence: AssetRow | AssetDetail) -> Said:
    """How the key stands, or why there is none."""
    provisioning = licence.provisioning_sync_status
    if licence.token_status is None and provisioning is ProvisioningSyncStatus.FAILED:
        return PROVISIONING[provisioning]
    return TOKEN[licence.token_status]


def why_no_request(facts: Facts, now: datetime) -> str | None:
    """Why a licence cannot be asked to be cancelled, as its holder is told; None where it can. It
    says no exactly where the rule of staff does."""
    if request_refusal(facts, now) is None:
        return None
    reasons = {
        _CANCELLED: facts.status is AssetStatus.CANCELLED,
        _NOT_ISSUED: facts.provisioning is not ProvisioningSyncStatus.SYNCHRONIZED,
        _UNDER_WAY: facts.unsettled,
        _REDEEMED: facts.token_status is TokenStatus.REDEEMED,
        _WAITS: facts.requested,
    }
    return next((reason for reason, holds in reasons.items() if holds), _TOO_LATE)
