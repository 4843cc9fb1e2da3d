"""Signing out, here or everywhere, and the choice of a language."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from esd_desktop.models.portal_rows import Visitor
from esd_desktop.portal import cookies
from esd_desktop.portal.texts import LANGUAGES
from esd_desktop.portal.visitors import SIGN_IN, desk_of, field, services_of, visitor_page
from esd_desktop.services.portal.sessions import sign_out, sign_out_everywhere


@visitor_page
async def out(request: Request, visitor: Visitor) -> Response:
    """Out of this browser."""
    await sign_out(services_of(request), visitor)
    return _gone()


@visitor_page
async def out_everywhere(request: Request, visitor: Visitor) -> Response:
    """Out of every browser."""
    await sign_out_everywhere(services_of(request), visitor)
    return _gone()


async def language(request: Request) -> Response:
    """Remember the language, and go back to the page on which it was chosen: the one that the
    browser came from, or where that one answered a form, the one that it names."""
    back = _path(field(request, "back") or _came_from(request))
    response = RedirectResponse(back, 303)
    chosen = field(request, "language")
    if chosen in LANGUAGES:
        cookies.keep_language(response, chosen)
    return response


def _gone() -> Response:
    response = RedirectResponse(SIGN_IN, 303)
    cookies.forget(response, cookies.SESSION)
    return response


def _came_from(request: Request) -> str:
    """The page that the form was on, with its search; empty where the browser does not say."""
    own = f"{desk_of(request).config.url}/"
    referrer = request.headers.get("referer", "")
    return f"/{referrer.removeprefix(own)}" if referrer.startswith(own) else ""


def _path(text: str) -> str:
    """A page of the portal; whatever could be anything else is the first one."""
    is_path = text.startswith("/") and not text.startswith("//") and text.isascii()
    return text if is_path and text.isprintable() and "\\" not in text else "/"


ROUTES = [
    Route("/sign-out", out, methods=["POST"]),
    Route("/sign-out/everywhere", out_everywhere, methods=["POST"]),
    Route("/language", language, methods=["POST"]),
]
