"""The end of every way in: the browser gets the cookie of its new session."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from esd_desktop.portal import cookies


def welcome(session: str) -> Response:
    """To the first page, as somebody who is signed in. What the browser was before is forgotten."""
    response = RedirectResponse("/", 303)
    cookies.keep(response, cookies.SESSION, session)
    cookies.forget(response, cookies.GUEST)
    return response
