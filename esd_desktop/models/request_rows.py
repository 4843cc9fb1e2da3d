"""Rows of requests to cancel (D4), as they are listed and shown."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from esd_desktop.models.statuses import AssetStatus, Requester, RequestState, TokenStatus
from esd_desktop.models.values import Money

UNDECIDED = (RequestState.REQUESTED, RequestState.APPROVING)


class RequestRow(Struct, frozen=True):
    """A request, and the licence it is about as that stands now.

    ``outcome`` is why Microsoft refused what was approved, or why the last approval could not be
    carried out; ``credit_number`` the credit invoice that an approval led to.
    """

    id: int
    version: int
    asset_id: int
    customer_id: int
    customer: str
    billing_to_id: int
    billing_to: str
    product: str
    order_number: str
    price: Money
    status: AssetStatus
    token_status: TokenStatus | None
    returnable_until: datetime | None
    state: RequestState
    requester: Requester
    requested_by: str
    requested_at: datetime
    comment: str | None
    instructions: str
    confirm_by_mail: bool
    decided_by: str | None
    decided_at: datetime | None
    decision_comment: str | None
    outcome: str | None
    credit_number: str | None

    @property
    def undecided(self) -> bool:
        """Whether it still waits: for somebody to decide, or for Microsoft's answer."""
        return self.state in UNDECIDED

    @property
    def waits_for_staff(self) -> bool:
        """Whether it can be approved, declined or withdrawn."""
        return self.state is RequestState.REQUESTED
