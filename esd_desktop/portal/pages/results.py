"""What came of an update or of a mail, in words for who asked for it. The services' own sentences
speak to staff."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request

from esd_desktop.errors import EsdError, MailFault, MicrosoftFault, NotFound, Refused
from esd_desktop.models.portal_rows import Visitor
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import TokenStatus
from esd_desktop.portal.formats import day_or_dash
from esd_desktop.portal.pages.showing import Told
from esd_desktop.portal.rendering import language_of, words_of
from esd_desktop.portal.texts import N_
from esd_desktop.portal.visitors import services_of
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.services.portal.assets import asset_view
from esd_desktop.services.portal.limits import TooOften

log = structlog.get_logger(__name__)

_NOW = {
    TokenStatus.ACTIVATED: N_("This licence is as it was: issued, and not used yet."),
    TokenStatus.REDEEMED: N_("This licence was redeemed on {day}."),
    TokenStatus.RETURN_ACCEPTED: N_("Microsoft has taken this licence back."),
}
_SAME = {
    TokenStatus.ACTIVATED: N_("No change: this licence was issued, and has not been used yet."),
    TokenStatus.REDEEMED: N_("No change: this licence was redeemed on {day}."),
    TokenStatus.RETURN_ACCEPTED: N_("No change: Microsoft has taken this licence back."),
}
_ODD = N_(
    "Microsoft's answer does not fit this licence. The record stays as it is, and your supplier "
    "sees this too."
)
_NO_ANSWER = N_(
    "Microsoft gave no usable answer, and nothing was changed. Try again in a few minutes."
)
_NOT_UPDATED = N_("The status of this licence cannot be asked for now. Try again later.")
_SENT = N_("Key and activation link are on their way to {address}.")
_WAITS = N_("The mail to {address} waits; it goes as soon as the mail server takes it.")
_MOVED = N_("The address is {address} now. Nothing was sent; look at it, and send again.")
_MAIL_REFUSED = N_(
    "The mail server did not take the mail to {address}. Ask your supplier whether that is right."
)
_NOT_SENT = N_("The activation link of this licence cannot be sent now. Try again later.")


async def told_of_update(
    request: Request, visitor: Visitor, asset_id: int, asking: Awaitable[Outcome]
) -> Told:
    """What Microsoft said of a licence."""
    say = words_of(request)
    try:
        outcome = await asking
    except TooOften as fault:
        return _too_often(request, fault)
    except NotFound:
        raise
    except MicrosoftFault as fault:
        return _failed(request, fault, say(_NO_ANSWER))
    except EsdError as fault:
        return _failed(request, fault, say(_NOT_UPDATED))
    if outcome.result is Result.WARNING:
        return Told("warning", say(_ODD))
    detail = (await asset_view(services_of(request), visitor, asset_id)).detail
    texts = _SAME if outcome.result is Result.UNCHANGED else _NOW
    status = detail.token_status or TokenStatus.ACTIVATED
    day = day_or_dash(language_of(request), detail.activation_date)
    tone = "info" if outcome.result is Result.UNCHANGED else "good"
    return Told(tone, say(texts[status], day=day))


async def told_of_resend(
    request: Request,
    address: str,
    read_again: Callable[[], Awaitable[AssetDetail]],
    sending: Awaitable[Outcome],
) -> Told:
    """What became of the mail to an address that was shown."""
    say = words_of(request)
    try:
        outcome = await sending
    except TooOften as fault:
        return _too_often(request, fault)
    except NotFound:
        raise
    except Refused as fault:
        now = (await read_again()).customer_email
        moved = now is not None and now != address
        text = say(_MOVED, address=now) if moved else say(_NOT_SENT)
        return _failed(request, fault, text, status=409)
    except MailFault as fault:
        return _failed(request, fault, say(_MAIL_REFUSED, address=address))
    except EsdError as fault:
        return _failed(request, fault, say(_NOT_SENT))
    if outcome.result is Result.WARNING:
        return Told("warning", say(_WAITS, address=address))
    return Told("good", say(_SENT, address=address))


def _too_often(request: Request, fault: TooOften) -> Told:
    minutes = -(-fault.retry_after // 60)
    text = words_of(request).many(
        "This was asked several times within a short time. Ask again in {n} minute.",
        "This was asked several times within a short time. Ask again in {n} minutes.",
        minutes,
    )
    return Told("warning", text, status=429)


def _failed(request: Request, fault: EsdError, text: str, *, status: int = 200) -> Told:
    log.info("visitor_refused", path=request.url.path, why=fault.sentence)
    return Told("warning", text, status)
