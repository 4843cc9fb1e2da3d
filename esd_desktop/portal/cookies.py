"""The portal's cookies: none is read by scripts, sent over plain HTTP, or shared with a neighbour.

The one that says who somebody is stands for a session in the store; a guest's is chance, and only
ties the forms of a browser to that browser.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from starlette.requests import HTTPConnection
from starlette.responses import Response

SESSION = "__Host-session"
GUEST = "__Host-guest"
LANGUAGE = "__Host-language"
OPENID = "__Host-openid"
_A_YEAR_S = 365 * 24 * 3600


def keep(response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Set a cookie; without ``seconds`` it goes when the browser is closed. "Lax" lets people come
    from a mail or their organisation's sign-in, and sends nothing along with a foreign form."""
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax"
    )


def forget(response: Response, name: str) -> None:
    """Have the browser drop a cookie."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


def keep_language(response: Response, language: str) -> None:
    """Remember the language that somebody chose."""
    keep(response, LANGUAGE, language, seconds=_A_YEAR_S)


def new_guest() -> str:
    """Chance for a browser that has not signed in."""
    return secrets.token_urlsafe(32)


def form_token(connection: HTTPConnection) -> str | None:
    """What a form of this browser must carry; None for a browser without any cookie of ours."""
    bearer = connection.cookies.get(SESSION) or connection.cookies.get(GUEST)
    return form_token_of(bearer) if bearer else None


def form_token_of(bearer: str) -> str:
    """What a form must carry for the browser that has this cookie: it does not give the cookie
    away."""
    return hmac.new(bearer.encode(), b"form", sha256).hexdigest()
