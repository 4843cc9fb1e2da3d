"""What Microsoft Entra answers when it does not let a connection sign in, in words for staff.

Its own texts are written for developers, so the usual ones are told anew by their AADSTS number.
Any other is quoted: its first sentence, without the trace ids that follow.
"""

from __future__ import annotations

import json
import re
from typing import Any

from esd_desktop.errors import MicrosoftFault
from esd_desktop.services.microsoft.errors import (
    ServiceUnavailable,
    SignInFailed,
    TooManyRequests,
    quotation,
)

_CONNECTIONS = "in Settings, Connections"
_CLIENT = f"Check the Client ID and the Azure Active Directory Tenant {_CONNECTIONS}."
_TENANT = (
    "Microsoft does not know this Azure Active Directory Tenant.",
    f"Check the tenant's name or id, and the authority, {_CONNECTIONS}.",
)
_RESOURCE = (
    "Microsoft does not know this connection's Resource API in its tenant.",
    f"Check the Resource API and the tenant {_CONNECTIONS}.",
)
_CERTIFICATE = (
    "The certificate is not registered for this Client ID at Microsoft Entra.",
    "Compare the Certificate Thumbprint with those of the app registration, and register it there.",
)
_EXPIRED = (
    "Microsoft Entra refuses the certificate because it has expired.",
    f"Order a new certificate, register it at Microsoft Entra, and name its files {_CONNECTIONS}.",
)
_CLOCK = (
    "Microsoft Entra refuses the sign-in because its time is wrong.",
    "Set this computer's clock, time zone included, and try again.",
)
_AUDIENCE = (
    "Microsoft Entra refuses the sign-in because it is meant for another tenant or authority.",
    f"Check the authority and the tenant {_CONNECTIONS}.",
)
_ALGORITHM = (
    "Microsoft Entra does not accept this connection's signature algorithm.",
    f"Choose the other one, PS256 or RS256, {_CONNECTIONS}.",
)
_ASSERTION = (
    "Microsoft Entra does not accept what this connection signs in with.",
    f"Check the certificate, its key and the Client ID {_CONNECTIONS}.",
)
_DISABLED = (
    "This Client ID is disabled at Microsoft Entra.",
    "Ask the administrator of the tenant to enable the app registration again.",
)

_BY_NUMBER: dict[int, tuple[str, str]] = {
    90002: _TENANT,
    900021: _TENANT,
    900023: _TENANT,
    50049: _TENANT,
    700016: ("Microsoft does not know this Client ID in the tenant.", _CLIENT),
    7000229: ("This Client ID has no access to the tenant.", _CLIENT),
    7000112: _DISABLED,
    700027: _CERTIFICATE,
    7000222: _EXPIRED,
    7000215: _ASSERTION,
    7000218: _ASSERTION,
    50012: _ASSERTION,
    50027: _ASSERTION,
    700021: _ASSERTION,
    700023: _AUDIENCE,
    700024: _CLOCK,
    5002738: _ALGORITHM,
    500011: _RESOURCE,
    70011: _RESOURCE,
    1002012: _RESOURCE,
}
# Entra says of these that they pass.
_PASSING = {90012, 90033}


def refusal(status: int, content: bytes) -> MicrosoftFault:
    """The fault that an answer of Entra's other than a success is; the status decides where its
    body is none of Entra's."""
    body = _body(content)
    number = _number(body)
    if status == 429:
        return TooManyRequests.told("It was its sign-in that said so.")
    if status >= 500 or number in _PASSING:
        return ServiceUnavailable("Microsoft's sign-in is not working at the moment.", advice=_WAIT)
    description = str(body.get("error_description") or "")
    if number == 700027 and "expired" in description.casefold():
        return _told(_EXPIRED, number)
    if number in _BY_NUMBER:
        return _told(_BY_NUMBER[number], number)
    return _unknown(status, description)


def not_understood() -> SignInFailed:
    """Entra's answer is not one of Entra's."""
    return SignInFailed(
        "The answer of Microsoft's sign-in could not be understood.",
        advice=f"Check the authority and the tenant {_CONNECTIONS}.",
    )


_WAIT = "Try again in a few minutes."


def _told(words: tuple[str, str], number: int) -> SignInFailed:
    sentence, advice = words
    return SignInFailed(f"{sentence.removesuffix('.')} (AADSTS{number}).", advice=advice)


def _unknown(status: int, description: str) -> SignInFailed:
    reason = quotation(_first_sentence(description)) if description else f"Its status was {status}."
    return SignInFailed(
        f"Microsoft Entra did not let this connection sign in. {reason}",
        advice=f"Check the connection {_CONNECTIONS}, or ask the administrator of the tenant.",
    )


def _body(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _number(body: dict[str, Any]) -> int | None:
    numbers = body.get("error_codes")
    if isinstance(numbers, list) and numbers and isinstance(numbers[0], int):
        return numbers[0]
    named = re.match(r"AADSTS(\d+)", str(body.get("error_description") or ""))
    return int(named[1]) if named else None


def _first_sentence(description: str) -> str:
    return re.split(r"[\r\n]|\s*Trace ID:", description, maxsplit=1)[0]
