"""The words that people read for each status, and what they mean; here and nowhere else."""

from __future__ import annotations

from typing import NamedTuple

from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.ui.look.colours import Tone

AssetAxis = AssetStatus | ProvisioningSyncStatus | TokenStatus | ReturnStatus


class StatusText(NamedTuple):
    """How a status is told: a word, its tone and a sentence that explains it.

    ``label`` is for where there is room: the word, with what a newcomer would mistake put right.
    """

    word: str
    tone: Tone
    explanation: str
    label: str


def text_of(status: AssetAxis | None) -> StatusText:
    """How a status of any of the four axes is told; None where there is no token to have one."""
    return _NONE_YET if status is None else _TEXTS[status]


def _text(word: str, tone: Tone, explanation: str, label: str = "") -> StatusText:
    return StatusText(word, tone, explanation, label or word)


_NONE_YET = _text("—", Tone.NEUTRAL, "There is no token yet, so it has no status", "None yet")

_TEXTS: dict[AssetAxis, StatusText] = {
    AssetStatus.ACTIVE: _text(
        "Active", Tone.NEUTRAL, "The customer holds this licence; it was not given back"
    ),
    AssetStatus.CANCELLED: _text(
        "Cancelled", Tone.NEUTRAL, "Microsoft took the licence back and the amount was credited"
    ),
    ProvisioningSyncStatus.UNSYNCHRONISED: _text(
        "Unsynchronised",
        Tone.WARNING,
        "The token was requested from Microsoft; the answer is not here yet",
    ),
    ProvisioningSyncStatus.SYNCHRONIZED: _text(
        "Synchronized", Tone.GOOD, "Microsoft generated the token"
    ),
    ProvisioningSyncStatus.FAILED: _text(
        "Failed", Tone.BAD, "Microsoft answered with an error; there is no token"
    ),
    TokenStatus.ACTIVATED: _text(
        "Activated",
        Tone.ACCENT,
        "Issued; the customer has not used it yet",
        label="Activated, not redeemed",
    ),
    TokenStatus.REDEEMED: _text(
        "Redeemed", Tone.GOOD, "The customer used it; it can no longer be returned"
    ),
    TokenStatus.RETURN_ACCEPTED: _text(
        "Return Accepted", Tone.NEUTRAL, "Returned unused; the key no longer works"
    ),
    ReturnStatus.NONE: _text("NONE", Tone.NEUTRAL, "No return was accepted"),
    ReturnStatus.SUCCESS: _text("SUCCESS", Tone.GOOD, "Microsoft accepted the return"),
}
