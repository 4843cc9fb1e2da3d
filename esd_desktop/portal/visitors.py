"""From a request to who is signed in, and to the services that work for them."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from esd_desktop.models.portal_rows import Visitor
from esd_desktop.portal import cookies
from esd_desktop.portal.desk import Desk
from esd_desktop.portal.rendering import is_htmx
from esd_desktop.services.context import Services
from esd_desktop.services.portal.sessions import signed_in

Handler: TypeAlias = Callable[[Request, Visitor], Awaitable[Response]]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
SIGN_IN = "/sign-in"
_V6_NETWORK = 64


def visitor_page(handler: Handler) -> Endpoint:
    """Make a page of it that only who is signed in sees; others are led to signing in."""

    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        visitor = await visitor_of(request)
        if visitor is None:
            return to_sign_in(request)
        request.state.visitor = visitor
        return await handler(request, visitor)

    return endpoint


async def visitor_of(request: Request) -> Visitor | None:
    """Who is signed in; None where nobody is, or no longer."""
    token = request.cookies.get(cookies.SESSION)
    visitor = await signed_in(services_of(request), token) if token else None
    if visitor is not None:
        desk_of(request).saw(visitor)
    return visitor


def to_sign_in(request: Request) -> Response:
    """To the page where one signs in; the cookie of a session that is over goes."""
    response: Response
    if is_htmx(request):
        response = Response(status_code=204, headers={"HX-Redirect": SIGN_IN})
    else:
        response = RedirectResponse(SIGN_IN, 303)
    cookies.forget(response, cookies.SESSION)
    return response


def desk_of(request: Request) -> Desk:
    """What the application works with."""
    desk: Desk = request.app.state.desk
    return desk


def services_of(request: Request) -> Services:
    """The services; what is done for a visitor goes through ``services/portal``."""
    return desk_of(request).services


def field(request: Request, name: str) -> str:
    """A field of the form that was sent, empty where it has none."""
    fields: dict[str, str] = request.state.fields
    return fields.get(name, "")


def network_of(request: Request) -> str:
    """From where somebody comes, as far as it tells people apart: one address, or of the newer ones
    the part that a household or an office has."""
    try:
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return "nowhere"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{address}/{_V6_NETWORK}", strict=False))
    return str(address)
