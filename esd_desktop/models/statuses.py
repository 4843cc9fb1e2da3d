"""The four independent axes of an asset record (A2, A5, A8, A9), and the other lists of words.

None is ever derived from another by guess. Outside spellings vary ("Canceled", "SUCCESSFUL",
"Unsynchronized"); ``parse`` is the one place that maps them onto ours.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A closed list of words with a forgiving reader for what other systems write."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Our value for an outside spelling; ValueError where it is none of them."""
        wanted = _folded(text)
        for member in cls:
            if wanted in (_folded(member.value), _folded(member.name)):
                return member
        spelled = _OTHER_SPELLINGS.get(wanted)
        if spelled is not None and spelled in {member.value for member in cls}:
            return cls(spelled)
        raise ValueError(f"{text!r} is not one of {', '.join(member.value for member in cls)}")


class AssetStatus(Word):
    """A2: whether the licence is held or was given back."""

    ACTIVE = "Active"
    CANCELLED = "Cancelled"


class ProvisioningSyncStatus(Word):
    """A5: how far the request for a token has come."""

    UNSYNCHRONISED = "Unsynchronised"
    SYNCHRONIZED = "Synchronized"
    FAILED = "Failed"


class TokenStatus(Word):
    """A8: what became of the key. Activated is the first state: issued, not yet used."""

    ACTIVATED = "Activated"
    REDEEMED = "Redeemed"
    RETURN_ACCEPTED = "Return Accepted"


class ReturnStatus(Word):
    """A9: SUCCESS once Microsoft accepted the return."""

    NONE = "NONE"
    SUCCESS = "SUCCESS"


class AccountKind(Word):
    """C4: accounts are resellers and their customers."""

    RESELLER = "Reseller"
    CUSTOMER = "Customer"


class CatalogueStatus(Word):
    """D2: where an offering of the catalogue stands."""

    NEW = "New"
    CHANGED = "Changed"
    ACTIVE = "Active"
    DISCONTINUED = "Discontinued"


class OperationKind(Word):
    """What was asked of Microsoft with an effect there."""

    ISSUE = "Issue"
    RETURN = "Return"


class OperationState(Word):
    """A call with an effect: started (no answer yet), in doubt (it was lost), done, failed."""

    STARTED = "Started"
    IN_DOUBT = "In doubt"
    DONE = "Done"
    FAILED = "Failed"


class MailState(Word):
    """A mail in the outbox."""

    QUEUED = "Queued"
    SENT = "Sent"
    FAILED = "Failed"
    BOUNCED = "Bounced"


class RequestState(Word):
    """D4: a request to cancel. Requested: nobody has decided. Approving: Microsoft has been asked
    and has not answered yet. Refused: it was approved, and Microsoft said no."""

    REQUESTED = "Requested"
    APPROVING = "Approving"
    APPROVED = "Approved"
    DECLINED = "Declined"
    WITHDRAWN = "Withdrawn"
    REFUSED = "Refused"


class Requester(Word):
    """Who asked for a cancellation: the customer, or staff on the customer's behalf."""

    CUSTOMER = "Customer"
    STAFF = "Staff"


class InvoiceKind(Word):
    """An invoice, or the credit invoice that takes one back."""

    INVOICE = "Invoice"
    CREDIT = "Credit"


def _folded(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


_OTHER_SPELLINGS = {
    "canceled": AssetStatus.CANCELLED.value,
    "unsynchronized": ProvisioningSyncStatus.UNSYNCHRONISED.value,
    "synchronised": ProvisioningSyncStatus.SYNCHRONIZED.value,
    "successful": ReturnStatus.SUCCESS.value,
}
