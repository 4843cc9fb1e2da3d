"""Asking for a link by mail, and coming back with it.

The link itself only shows a button: programs that look at mails follow links, and would use it up.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from esd_desktop.portal.rendering import language_of, page
from esd_desktop.portal.sign_in.arriving import welcome
from esd_desktop.portal.texts import N_
from esd_desktop.portal.visitors import (
    SIGN_IN,
    desk_of,
    field,
    network_of,
    services_of,
    visitor_of,
)
from esd_desktop.services.portal.refusals import note_refused
from esd_desktop.services.portal.sign_in import (
    UsedUp,
    WhichAccount,
    ask_to_sign_in,
    folded,
    look_at_link,
    mail_link,
    sign_in_by_link,
)

_ID = re.compile(r"[0-9]{1,18}")
_NO_ADDRESS = N_("Enter an e-mail address, such as name@example.com.")


async def ask(request: Request) -> Response:
    """The form for one's address."""
    if await visitor_of(request) is not None:
        return RedirectResponse("/", 303)
    return page(request, "sign_in/ask.html", error=None, address="")


async def asked(request: Request) -> Response:
    """The same answer for every address. What there is to be done for one that is known is done
    after the answer."""
    typed = field(request, "address")
    address = folded(typed)
    if address is None:
        return page(request, "sign_in/ask.html", status=422, error=_NO_ADDRESS, address=typed[:320])
    services, desk = services_of(request), desk_of(request)
    organisation = await ask_to_sign_in(services, address, network_of(request))
    if organisation is not None:
        return page(request, "sign_in/organisation.html", organisation=organisation)
    desk.send(mail_link(services, address, language_of(request), desk.config.url))
    return page(request, "sign_in/sent.html", address=address)


async def link(request: Request) -> Response:
    """What a link shows: for whom it is, and the button that signs in."""
    token = request.query_params.get("token", "")
    try:
        entries = await look_at_link(services_of(request), token, network_of(request))
    except UsedUp:
        return await _used_up(request)
    return page(request, "sign_in/link.html", token=token, entries=entries, choose=False)


async def link_used(request: Request) -> Response:
    """The button was pressed."""
    token, chosen = field(request, "token"), field(request, "account")
    account_id = int(chosen) if _ID.fullmatch(chosen) else None
    services, network = services_of(request), network_of(request)
    try:
        session = await sign_in_by_link(services, token, network, account_id)
    except UsedUp:
        return await _used_up(request)
    except WhichAccount as which:
        return page(
            request,
            "sign_in/link.html",
            status=422,
            token=token,
            entries=which.entries,
            choose=True,
            back=f"{SIGN_IN}/link?token={quote(token)}",
        )
    return welcome(session)


async def _used_up(request: Request) -> Response:
    await note_refused(services_of(request), "a link to sign in", network=network_of(request))
    return page(request, "sign_in/used_up.html", status=410)


ROUTES = [
    Route(SIGN_IN, ask, methods=["GET"]),
    Route(SIGN_IN, asked, methods=["POST"]),
    Route(f"{SIGN_IN}/link", link, methods=["GET"]),
    Route(f"{SIGN_IN}/link", link_used, methods=["POST"]),
]
