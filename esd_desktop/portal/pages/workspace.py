"""E1, My Workspace: a section per product; a reseller chooses the customer first."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from esd_desktop.models.portal_listing import Follows
from esd_desktop.models.portal_rows import Visitor
from esd_desktop.models.rows import AssetDetail
from esd_desktop.portal.pages.showing import Told, asked, show
from esd_desktop.portal.visitors import services_of, visitor_page
from esd_desktop.services.portal.workspace import customer_page, workspace

_LONGEST_SKU = 64


@visitor_page
async def home(request: Request, visitor: Visitor) -> Response:
    """Where one arrives: a customer's products, or a reseller's customers."""
    if not visitor.is_reseller:
        return await _workspace(request, visitor, visitor.account_id)
    return await choose_customer(request, visitor, "workspace/choose.html", current="workspace")


@visitor_page
async def of_customer(request: Request, visitor: Visitor) -> Response:
    """The workspace of a reseller's customer."""
    return await _workspace(request, visitor, request.path_params["customer_id"])


async def choose_customer(
    request: Request, visitor: Visitor, template: str, *, current: str
) -> Response:
    """The customers of a reseller, by name."""
    search = asked(request, "search")
    after = Follows.parse(asked(request, "after", 400))
    found = await customer_page(services_of(request), visitor, search, after)
    return show(
        request,
        template,
        part="parts/customers.html",
        current=current,
        page=found,
        search=search,
        is_first=after is None,
        leads_to="/assets" if current == "assets" else "",
    )


async def workspace_with(
    request: Request, visitor: Visitor, detail: AssetDetail, told: Told
) -> Response:
    """The workspace in which something was done with a licence, and what came of it."""
    return await _workspace(
        request, visitor, detail.customer_id, opened=detail.sku, told=told, detail=detail
    )


async def _workspace(
    request: Request,
    visitor: Visitor,
    customer_id: int,
    *,
    opened: str | None = None,
    told: Told | None = None,
    detail: AssetDetail | None = None,
) -> Response:
    if opened is None:
        opened = asked(request, "open", _LONGEST_SKU)
    wanted = opened or asked(request, "close", _LONGEST_SKU)
    found = await workspace(services_of(request), visitor, customer_id, opened)
    is_own = customer_id == visitor.account_id and not visitor.is_reseller
    at = "/" if is_own else f"/customers/{customer_id}"
    return show(
        request,
        "workspace/workspace.html",
        part="workspace/product.html",
        status=told.status if told else 200,
        current="workspace",
        workspace=found,
        # The one section that htmx asks for.
        product=next((one for one in found.products if one.sku == wanted), None),
        at=at,
        back=f"{at}?{urlencode({'open': opened})}",
        told=told,
        detail=detail,
    )


ROUTES = [Route("/", home), Route("/customers/{customer_id:int}", of_customer)]
