"""What the asset record demands as a whole (A2, A5, A7-A11).

A blank cell is filled in only where these rules leave a single possibility; where they leave more
the line is bad: none of the four axes is ever guessed from another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.services.importing.columns import Field

Complaint = tuple[Field, str]


class Axes(Struct, frozen=True):
    """The four axes as the line gives them, and what they are checked against."""

    has_token: bool
    status: AssetStatus | None
    provisioning: ProvisioningSyncStatus | None
    token_status: TokenStatus | None
    return_status: ReturnStatus | None
    activation_date: datetime | None


def completed(axes: Axes) -> Axes:
    """With each blank filled in that the rules leave one possibility for."""
    returned = axes.token_status is TokenStatus.RETURN_ACCEPTED
    return replace(
        axes,
        status=axes.status or (None if returned else AssetStatus.ACTIVE),
        provisioning=axes.provisioning
        or (ProvisioningSyncStatus.SYNCHRONIZED if axes.has_token else None),
        return_status=axes.return_status
        or (ReturnStatus.SUCCESS if returned else ReturnStatus.NONE),
    )


def complaints(axes: Axes) -> Iterator[Complaint]:
    """Everything that the rules forbid, of axes that were completed."""
    yield from _about_the_token(axes)
    yield from _about_the_return(axes)
    redeemed = axes.token_status is TokenStatus.REDEEMED
    if redeemed and axes.activation_date is None:
        yield Field.ACTIVATION_DATE, "is missing although the token status is Redeemed"
    if not redeemed and axes.activation_date is not None:
        yield Field.ACTIVATION_DATE, "is given although the token status is not Redeemed"


def _about_the_token(axes: Axes) -> Iterator[Complaint]:
    if axes.provisioning is None:
        yield Field.PROVISIONING, "is missing: without a token it is Failed or Unsynchronised"
    elif axes.provisioning is ProvisioningSyncStatus.SYNCHRONIZED and not axes.has_token:
        yield Field.TOKEN, "is missing although the provisioning is Synchronized"
    elif axes.provisioning is not ProvisioningSyncStatus.SYNCHRONIZED and axes.has_token:
        yield Field.PROVISIONING, f"is {axes.provisioning} although there is a token"
    if axes.has_token and axes.token_status is None:
        yield Field.TOKEN_STATUS, "is missing although there is a token"
    if not axes.has_token and axes.token_status is not None:
        yield Field.TOKEN_STATUS, f"is {axes.token_status} although there is no token"


def _about_the_return(axes: Axes) -> Iterator[Complaint]:
    returned = axes.token_status is TokenStatus.RETURN_ACCEPTED
    if axes.status is None:
        yield Field.STATUS, "is missing although the token status is Return Accepted"
    if axes.status is AssetStatus.CANCELLED and not returned:
        yield Field.STATUS, "is Cancelled, which takes the token status Return Accepted"
    if returned and axes.return_status is ReturnStatus.NONE:
        yield Field.RETURN_STATUS, "is NONE although the token status is Return Accepted"
    if not returned and axes.return_status is ReturnStatus.SUCCESS:
        yield Field.RETURN_STATUS, "is SUCCESS, which takes the token status Return Accepted"
