"""The words, tones and actions of what disagrees; here and nowhere else in the window."""

from __future__ import annotations

from esd_desktop.models.discrepancy_rows import DiscrepancyKind, Remedy
from esd_desktop.ui.actions.action import AssetAction
from esd_desktop.ui.actions.registry import CANCEL_LICENCE, RETRY_PROVISIONING, UPDATE_STATUS
from esd_desktop.ui.actions.return_again import RETURN_AGAIN
from esd_desktop.ui.actions.settle_discrepancy import SETTLE_DISCREPANCY
from esd_desktop.ui.actions.settle_doubt import SETTLE_DOUBT
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.widgets.statuses import StatusText

FILTERS = (
    ("all", "All"),
    ("microsoft", "At Microsoft"),
    ("record", "Here"),
    ("provisioning", "Provisioning"),
)

_REMEDIES = {
    Remedy.SETTLE_DOUBT: SETTLE_DOUBT,
    Remedy.UPDATE_STATUS: UPDATE_STATUS,
    Remedy.RETURN_AGAIN: RETURN_AGAIN,
    Remedy.CANCEL: CANCEL_LICENCE,
    Remedy.RETRY: RETRY_PROVISIONING,
    Remedy.ACCEPT: SETTLE_DISCREPANCY,
}


def _told(word: str, tone: Tone, explanation: str) -> StatusText:
    return StatusText(word, tone, explanation, word)


_KINDS = {
    DiscrepancyKind.IN_DOUBT: _told(
        "Answer lost",
        Tone.WARNING,
        "Microsoft was asked, and its answer did not arrive. It is settled by itself, usually "
        "within a minute; Settle Now asks at once. Nothing is done twice.",
    ),
    DiscrepancyKind.CONTRADICTION: _told(
        "Contradiction",
        Tone.BAD,
        "Microsoft says what the record cannot have become, so the record was left as it was. "
        "Update License Status asks once more.",
    ),
    DiscrepancyKind.RETURNED: _told(
        "Returned, still active",
        Tone.WARNING,
        "Somebody returned it elsewhere. Cancel closes the record and credits it.",
    ),
    DiscrepancyKind.NOT_RETURNED: _told(
        "Cancelled, not returned",
        Tone.WARNING,
        "The record was imported or changed so. Update License Status asks Microsoft how it "
        "stands.",
    ),
    DiscrepancyKind.UNDATED: _told(
        "No activation date",
        Tone.NEUTRAL,
        "Update License Status asks Microsoft for the date.",
    ),
    DiscrepancyKind.FAILED: _told(
        "Not issued",
        Tone.BAD,
        "It was ordered more than a day ago. Retry Provisioning asks again under the same "
        "transaction.",
    ),
    DiscrepancyKind.UNANSWERED: _told(
        "No answer",
        Tone.WARNING,
        "It was ordered more than a day ago. Retry Provisioning asks again under the same "
        "transaction; nothing is bought twice.",
    ),
}


def kind_text(kind: DiscrepancyKind) -> StatusText:
    """How a kind is told."""
    return _KINDS[kind]


def action_of(remedy: Remedy) -> AssetAction:
    """What settles it, as an action of the window."""
    return _REMEDIES[remedy]
