"""To an organisation's own sign-in, and back from it."""

from __future__ import annotations

import hmac
import re

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from esd_desktop.portal import cookies
from esd_desktop.portal.rendering import page
from esd_desktop.portal.sign_in.arriving import welcome
from esd_desktop.portal.visitors import SIGN_IN, desk_of, network_of, services_of
from esd_desktop.services.portal.limits import Turn, take_turn
from esd_desktop.services.portal.openid import Attempt, begin_openid, finish_openid
from esd_desktop.services.portal.openid_http import OpenIdFault
from esd_desktop.services.portal.refusals import note_refused

log = structlog.get_logger(__name__)

_BACK = f"{SIGN_IN}/back"
_WITHIN_S = 600
_KEPT = re.compile(r"([0-9]{1,18})" + r"\.([\w-]+)" * 3, re.ASCII)


async def go(request: Request) -> Response:
    """To the organisation; the browser keeps what it has to bring back."""
    services = services_of(request)
    await take_turn(services, Turn.SIGN_IN, network_of(request))
    provider_id = request.path_params["provider_id"]
    try:
        address, attempt = await begin_openid(services, provider_id, _redirect_uri(request))
    except OpenIdFault as fault:
        return _failed(request, fault)
    response = RedirectResponse(address, 303)
    kept = (str(attempt.provider_id), attempt.state, attempt.nonce, attempt.verifier)
    cookies.keep(response, cookies.OPENID, ".".join(kept), seconds=_WITHIN_S)
    return response


async def back(request: Request) -> Response:
    """From the organisation, with a code that stands for who signed in there."""
    attempt, query = _attempt(request), request.query_params
    code, state = query.get("code", ""), query.get("state", "")
    if attempt is None or not code or not _is_same(attempt.state, state):
        await note_refused(
            services_of(request),
            "the end of a sign-in that was not begun",
            network=network_of(request),
        )
        return _forgotten(page(request, "sign_in/failed.html", status=400))
    try:
        session = await finish_openid(services_of(request), attempt, code, _redirect_uri(request))
    except OpenIdFault as fault:
        return _forgotten(_failed(request, fault))
    return _forgotten(welcome(session))


def _failed(request: Request, fault: OpenIdFault) -> Response:
    log.info("openid_failed", why=fault.sentence)
    return page(request, "sign_in/failed.html", status=502)


def _forgotten(response: Response) -> Response:
    """It was good for one attempt."""
    cookies.forget(response, cookies.OPENID)
    return response


def _attempt(request: Request) -> Attempt | None:
    kept = _KEPT.fullmatch(request.cookies.get(cookies.OPENID, ""))
    return Attempt(int(kept[1]), kept[2], kept[3], kept[4]) if kept else None


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _redirect_uri(request: Request) -> str:
    return desk_of(request).config.url + _BACK


ROUTES = [
    Route(f"{SIGN_IN}/organisation/{{provider_id:int}}", go, methods=["GET"]),
    Route(_BACK, back, methods=["GET"]),
]
