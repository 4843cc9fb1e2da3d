"""What Microsoft's ESD service and its sign-in can answer or fail to answer, in words for staff.

::

    MicrosoftFault
    ├── AboutTheLicence          a no that tells how the licence stands: it settles an earlier doubt
    │   ├── InvalidRequest       400   ├── UnknownSku          400
    │   ├── LicenceNotFound      404   ├── TransactionConflict 409
    │   └── AlreadyRedeemed      409   └── ReturnWindowClosed  409
    ├── Passing                  trying again may help, and is tried
    │   ├── ServiceUnavailable   5xx
    │   └── Unreachable          no answer: connecting, reading, time-outs
    ├── TooManyRequests          429: the whole connection waits
    ├── Unauthorized             401, after the token was renewed
    ├── ChannelForbidden         403
    ├── RequestRefused           another 4xx, or one of those above without its code
    ├── AnswerNotUnderstood      an answer that is not what was agreed
    │   └── StrangeStatus        one in the agreed form, but for a status that was never agreed
    ├── CertificateNotTrusted    the server's certificate, or the extra authorities to trust
    ├── CertificateProblem       our own certificate or its key
    └── SignInFailed             Entra said no

``fault_of`` decides by status and code together. Without a code that is known at that status, as in
a gateway's HTML page, the status alone decides, and nothing is concluded about the licence.
"""

from __future__ import annotations

import re
from typing import ClassVar, Self

from esd_desktop.errors import MicrosoftFault
from esd_desktop.models.wording import on_one_line


class _Worded(MicrosoftFault):
    """A fault that has its sentence and advice by itself, and may quote Microsoft's."""

    words: ClassVar[str]
    what_to_do: ClassVar[str]

    @classmethod
    def told(cls, more: str = "", *, in_doubt: bool = False) -> Self:
        """The fault in its own words, and ``more``: a sentence about this case of it."""
        return cls(f"{cls.words} {more}".strip(), advice=cls.what_to_do, in_doubt=in_doubt)


class AboutTheLicence(_Worded):
    """Microsoft's no tells how the licence itself stands."""


class Passing(_Worded):
    """It may well work a moment later."""


class InvalidRequest(AboutTheLicence):
    """400: the request's content is not acceptable."""

    words = "Microsoft did not accept what was asked for."
    what_to_do = "Check the product and the connection's country and language."


class UnknownSku(AboutTheLicence):
    """400: the product does not exist there."""

    words = "Microsoft does not sell this product over this connection."
    what_to_do = "Read the connection's catalogue again: “esd catalogue refresh”."


class LicenceNotFound(AboutTheLicence):
    """404: for a licence whose purchase was in doubt, it was never issued."""

    words = "Microsoft knows no licence under this transaction."
    what_to_do = (
        "Check that the asset belongs to this connection. "
        "If its purchase was in doubt, it was never issued."
    )


class TransactionConflict(AboutTheLicence):
    """409: the same transaction id was used for another purchase; a fault of ours."""

    words = "Microsoft has another purchase under this transaction, so nothing was bought."
    what_to_do = "This is a fault of the program: report it, with the correlation id."


class AlreadyRedeemed(AboutTheLicence):
    """409 to a return: the customer was quicker."""

    words = "The customer has redeemed this licence already, so it cannot be returned."
    what_to_do = "The licence stays active and there is no credit."


class ReturnWindowClosed(AboutTheLicence):
    """409 to a return: too late."""

    words = "The time in which Microsoft takes this licence back is over."
    what_to_do = "The licence stays active and there is no credit."


class ServiceUnavailable(Passing):
    """5xx, after all retries."""

    words = "Microsoft's ESD service is not working at the moment."
    what_to_do = "Try again in a few minutes."


class Unreachable(Passing):
    """There was no answer, after all retries."""

    words = "Microsoft could not be reached."
    what_to_do = "Check the network, and the connection's addresses in Settings, Connections."


class TooManyRequests(_Worded):
    """429: ``wait_s`` is what was told to wait, None where nothing was."""

    words = "Microsoft asks for a pause: too many calls were made over this connection."
    what_to_do = "Try again in a few minutes."
    wait_s: float | None = None


class Unauthorized(_Worded):
    """401, although the token was just renewed."""

    words = "Microsoft's ESD service did not accept this connection's sign-in."
    what_to_do = (
        "Check the connection's Resource API, and ask Microsoft whether this Client ID may use it."
    )


class ChannelForbidden(_Worded):
    """403: not for this channel."""

    words = "Microsoft does not let this connection act for its channel."
    what_to_do = "Check the connection's Channel ID (Bill To Account ID) and Client ID."


class RequestRefused(_Worded):
    """Another refusal, of which nothing can be concluded about the licence."""

    words = "Microsoft refused the request without a reason that is known here."
    what_to_do = (
        "Check the connection's Service URL. If it is right, report this with the correlation id."
    )


class AnswerNotUnderstood(_Worded):
    """An answer that is not what was agreed. Its text never holds any of the answer's content."""

    words = "Microsoft's answer could not be understood."
    what_to_do = (
        "Check the connection's Service URL. If it is right, report this with the correlation id."
    )


class StrangeStatus(AnswerNotUnderstood):
    """It has the agreed form, but names a status that was never agreed: asked again, Microsoft
    would most likely say the same."""


class CertificateNotTrusted(MicrosoftFault):
    """The server's certificate is not trusted; there is no way to go on regardless."""


class CertificateProblem(MicrosoftFault):
    """The connection's own certificate, its key or its passphrase cannot be used."""


class SignInFailed(MicrosoftFault):
    """Microsoft Entra did not let the connection sign in."""


# The contract's table. Whether a call is repeated or in doubt follows from the class.
_KNOWN: dict[tuple[int, str], type[_Worded]] = {
    (400, "InvalidRequest"): InvalidRequest,
    (400, "UnknownSku"): UnknownSku,
    (401, "Unauthorized"): Unauthorized,
    (403, "ChannelForbidden"): ChannelForbidden,
    (404, "LicenceNotFound"): LicenceNotFound,
    (409, "TransactionConflict"): TransactionConflict,
    (409, "AlreadyRedeemed"): AlreadyRedeemed,
    (409, "ReturnWindowClosed"): ReturnWindowClosed,
    (429, "TooManyRequests"): TooManyRequests,
    (500, "ServiceUnavailable"): ServiceUnavailable,
    (502, "ServiceUnavailable"): ServiceUnavailable,
    (503, "ServiceUnavailable"): ServiceUnavailable,
    (504, "ServiceUnavailable"): ServiceUnavailable,
}
_BY_STATUS: dict[int, type[_Worded]] = {
    401: Unauthorized,
    403: ChannelForbidden,
    429: TooManyRequests,
}


def fault_of(
    status: int, code: str | None, message: str | None, *, has_effect: bool
) -> MicrosoftFault:
    """The fault that an answer other than the agreed success is. ``has_effect``: it answers a call
    that may have had one, which an error of the server, or an odd success, leaves in doubt."""
    kind = _KNOWN.get((status, code or "")) or _by_status(status)
    in_doubt = has_effect and (kind is ServiceUnavailable or 200 <= status < 300)
    more = quotation(message) if message else f"The status of the answer was {status}."
    return kind.told(more, in_doubt=in_doubt)


def quotation(message: str) -> str:
    """Microsoft's own words, on one line, cut to a sensible length and without anything that looks
    like a key, a link or a token."""
    text = on_one_line(message)
    for secret in _SECRETS:
        text = secret.sub("•••••", text)
    if len(text) > _LONGEST_QUOTE:
        text = text[: _LONGEST_QUOTE - 1] + "…"
    return f"Microsoft says: “{text.rstrip('. ')}”."


_LONGEST_QUOTE = 240
_SECRETS = (
    re.compile(r"https?://\S+", re.IGNORECASE),
    re.compile(r"\S{48,}"),
)


def _by_status(status: int) -> type[_Worded]:
    if status >= 500:
        return ServiceUnavailable
    if status >= 400:
        return _BY_STATUS.get(status, RequestRefused)
    return AnswerNotUnderstood
