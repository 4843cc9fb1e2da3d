"""E2, Billing > Assets: the list, and for a reseller the same grouped per customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from esd_desktop.models.asset_rows import StatusFilter
from esd_desktop.models.portal_listing import Mark, OwnAssets
from esd_desktop.models.portal_rows import Visitor
from esd_desktop.models.values import looks_like_whole_key
from esd_desktop.portal.pages.showing import LONGEST_SEARCH, asked, show
from esd_desktop.portal.pages.workspace import choose_customer
from esd_desktop.portal.visitors import field, services_of, visitor_page
from esd_desktop.services.portal.assets import asset_page
from esd_desktop.services.portal.workspace import holder

_LONGEST_MARK = 40
_STATUSES = ("all", "active", "cancelled")
_LAST_FIVE = 5


@visitor_page
async def every(request: Request, visitor: Visitor) -> Response:
    """All licences that the account reaches."""
    return await _list(request, visitor, "/assets", None)


@visitor_page
async def of_customer(request: Request, visitor: Visitor) -> Response:
    """Those of one customer."""
    customer_id = request.path_params["customer_id"]
    return await _list(request, visitor, _at(customer_id), customer_id)


@visitor_page
async def by_customer(request: Request, visitor: Visitor) -> Response:
    """A reseller's customers, with the numbers of their licences (C4)."""
    if not visitor.is_reseller:
        return RedirectResponse("/assets", 303)
    return await choose_customer(request, visitor, "assets/customers.html", current="assets")


@visitor_page
async def find(request: Request, visitor: Visitor) -> Response:
    """To the list with a search. It is sent as a form and not as an address, because somebody may
    paste a whole key: of such a one only the last five characters come into the address."""
    customer_id = request.path_params.get("customer_id")
    words = field(request, "search").strip()[:LONGEST_SEARCH]
    search = words[-_LAST_FIVE:] if looks_like_whole_key(words) else words
    wanted = {"status": _status(field(request, "status")), "search": search}
    return RedirectResponse(_with(_at(customer_id), wanted), 303)


async def _list(request: Request, visitor: Visitor, at: str, customer_id: int | None) -> Response:
    services = services_of(request)
    query = OwnAssets(
        customer_id=customer_id,
        status=_status(asked(request, "status")),
        search=asked(request, "search"),
        older_than=Mark.parse(asked(request, "older", _LONGEST_MARK)),
    )
    if query.older_than is None:
        newer_than = Mark.parse(asked(request, "newer", _LONGEST_MARK))
        query = OwnAssets(query.customer_id, query.status, query.search, newer_than=newer_than)
    found = await asset_page(services, visitor, query)
    customer = None if customer_id is None else await holder(services, visitor, customer_id)

    def link(**changes: object) -> str:
        """The list's address with something else chosen; from its beginning."""
        return _with(at, {"status": query.status, "search": query.search} | changes)

    return show(
        request,
        "assets/list.html",
        part="assets/results.html",
        current="assets",
        at=at,
        page=found,
        query=query,
        customer=customer,
        link=link,
    )


def _at(customer_id: int | None) -> str:
    return "/assets" if customer_id is None else f"/customers/{customer_id}/assets"


def _with(at: str, wanted: Mapping[str, object]) -> str:
    kept = {name: value for name, value in wanted.items() if value and value != "all"}
    return f"{at}?{urlencode(kept)}" if kept else at


def _status(text: str) -> StatusFilter:
    return cast(StatusFilter, text) if text in _STATUSES else "all"


ROUTES = [
    Route("/assets", every),
    Route("/assets/search", find, methods=["POST"]),
    Route("/assets/customers", by_customer),
    Route("/customers/{customer_id:int}/assets", of_customer),
    Route("/customers/{customer_id:int}/assets/search", find, methods=["POST"]),
]
