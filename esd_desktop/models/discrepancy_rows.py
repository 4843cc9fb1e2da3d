"""What disagrees with Microsoft or with itself: its kinds, what settles each, and the rows of the
list."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from esd_desktop.models.statuses import (
    AssetStatus,
    OperationKind,
    ProvisioningSyncStatus,
    TokenStatus,
    Word,
)


class DiscrepancyKind(Word):
    """The most urgent comes first; an asset is listed once, under the first that it fits.

    In doubt: Microsoft's answer to a call was lost. Contradiction: Microsoft says what the record
    cannot have become. Returned: taken back at Microsoft, still active here. Not returned:
    cancelled here, not taken back at Microsoft. Undated: redeemed without an activation date.
    Failed and unanswered: ordered more than a day ago, and there is no token.
    """

    IN_DOUBT = "in-doubt"
    CONTRADICTION = "contradiction"
    RETURNED = "returned"
    NOT_RETURNED = "not-returned"
    UNDATED = "undated"
    FAILED = "failed"
    UNANSWERED = "unanswered"


class Remedy(StrEnum):
    """What settles a discrepancy. Accept: somebody decides that it stays as it is."""

    SETTLE_DOUBT = "settle-doubt"
    UPDATE_STATUS = "update-status"
    RETURN_AGAIN = "return-again"
    CANCEL = "cancel"
    RETRY = "retry"
    ACCEPT = "accept"


class DiscrepancyRow(Struct, frozen=True):
    """A licence that is at odds with Microsoft or with itself; ``id`` is the asset's.

    ``said`` is the token status that Microsoft named where that contradicts the record, ``reason``
    the sentence that was kept; ``call`` is what was asked for where the answer was lost.
    """

    id: int
    kind: DiscrepancyKind
    since: datetime
    customer_id: int
    customer: str
    billing_to_id: int
    billing_to: str
    product: str
    order_number: str
    status: AssetStatus
    provisioning_sync_status: ProvisioningSyncStatus
    token_status: TokenStatus | None
    said: TokenStatus | None
    reason: str | None
    call: OperationKind | None

    @property
    def detail(self) -> str:
        """What disagrees, in a sentence."""
        match self.kind:
            case DiscrepancyKind.IN_DOUBT:
                return _in_doubt(self.call, self.reason)
            case DiscrepancyKind.CONTRADICTION:
                return self.reason or "Microsoft’s answer contradicts the record."
            case DiscrepancyKind.RETURNED:
                return "Microsoft has taken it back, and the record is still active."
            case DiscrepancyKind.NOT_RETURNED:
                token = self.token_status.value if self.token_status else "no token"
                return f"The record is cancelled, but its token status is “{token}”."
            case DiscrepancyKind.UNDATED:
                return "It is redeemed, but the record has no activation date."
            case DiscrepancyKind.FAILED:
                return self.reason or "Microsoft did not issue it, and gave no reason."
            case DiscrepancyKind.UNANSWERED:
                return "Microsoft has not said whether it was issued."

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What settles it, the most promising first."""
        if self.kind is DiscrepancyKind.CONTRADICTION and self._is_held_at_microsoft(self.said):
            return Remedy.RETURN_AGAIN, Remedy.UPDATE_STATUS, Remedy.ACCEPT
        if self.kind is DiscrepancyKind.NOT_RETURNED and self._is_held_at_microsoft(
            self.token_status
        ):
            return Remedy.RETURN_AGAIN, Remedy.UPDATE_STATUS, Remedy.ACCEPT
        return _REMEDIES[self.kind]

    @property
    def can_be_accepted(self) -> bool:
        """Whether it may stay as it is by somebody's decision."""
        return Remedy.ACCEPT in self.remedies

    def _is_held_at_microsoft(self, token_status: TokenStatus | None) -> bool:
        """Cancelled here, and there still to be had back."""
        return self.status is AssetStatus.CANCELLED and token_status is TokenStatus.ACTIVATED


_REMEDIES = {
    DiscrepancyKind.IN_DOUBT: (Remedy.SETTLE_DOUBT,),
    DiscrepancyKind.CONTRADICTION: (Remedy.UPDATE_STATUS, Remedy.ACCEPT),
    DiscrepancyKind.RETURNED: (Remedy.CANCEL,),
    DiscrepancyKind.NOT_RETURNED: (Remedy.UPDATE_STATUS, Remedy.ACCEPT),
    DiscrepancyKind.UNDATED: (Remedy.UPDATE_STATUS, Remedy.ACCEPT),
    DiscrepancyKind.FAILED: (Remedy.RETRY, Remedy.ACCEPT),
    DiscrepancyKind.UNANSWERED: (Remedy.RETRY,),
}


def _in_doubt(call: OperationKind | None, reason: str | None) -> str:
    asked = "return" if call is OperationKind.RETURN else "purchase"
    return f"Microsoft’s answer to the {asked} was lost. {reason or ''}".strip()
