"""E3: everything about one licence, and what its holder can do with it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from esd_desktop.errors import InvalidInput, NotFound, Refused
from esd_desktop.models.portal_rows import Visitor
from esd_desktop.models.rows import AssetDetail
from esd_desktop.portal.pages.results import told_of_resend, told_of_update
from esd_desktop.portal.pages.showing import Told, show
from esd_desktop.portal.pages.wording import why_no_request
from esd_desktop.portal.pages.workspace import workspace_with
from esd_desktop.portal.rendering import words_of
from esd_desktop.portal.texts import N_
from esd_desktop.portal.visitors import field, services_of, visitor_page
from esd_desktop.services.portal.assets import asset_view
from esd_desktop.services.portal.invoice_pdf import invoice_pdf
from esd_desktop.services.portal.request_cancellation import request_own_cancellation
from esd_desktop.services.portal.resend_link import resend_own_link
from esd_desktop.services.portal.reveal_key import reveal_own
from esd_desktop.services.portal.update_status import update_own_status
from esd_desktop.services.portal.withdraw_request import asset_of_request, withdraw_own_request
from esd_desktop.services.reveal_key import Purpose

_NOT_SHOWN = N_("Keys are not shown here. Ask your supplier, or have the link sent again.")
_DECIDED = N_("Nothing was changed: somebody else has dealt with this request meanwhile.")
_TOO_LONG = N_("The comment is too long: at most 2,000 characters.")
_NO_REQUEST = N_("The request could not be made. This is how the licence stands now.")
_MOST_DIGITS = 18


@visitor_page
async def detail(request: Request, visitor: Visitor) -> Response:
    """One licence."""
    return await _licence(request, visitor, request.path_params["asset_id"])


@visitor_page
async def update(request: Request, visitor: Visitor) -> Response:
    """B1: ask Microsoft how it stands."""
    asset_id = request.path_params["asset_id"]
    asking = update_own_status(services_of(request), visitor, asset_id)
    told = await told_of_update(request, visitor, asset_id, asking)
    return await _back(request, visitor, asset_id, told)


@visitor_page
async def resend(request: Request, visitor: Visitor) -> Response:
    """B2: mail key and link again, to the address that was shown."""
    asset_id, address = request.path_params["asset_id"], field(request, "address")

    async def read_again() -> AssetDetail:
        return (await asset_view(services_of(request), visitor, asset_id)).detail

    sending = resend_own_link(services_of(request), visitor, asset_id, confirmed_address=address)
    told = await told_of_resend(request, address, read_again, sending)
    return await _back(request, visitor, asset_id, told)


@visitor_page
async def show_key(request: Request, visitor: Visitor) -> Response:
    """A7: the key, after the history has it that it is shown."""
    return await _revealed(request, visitor, Purpose.SHOW_KEY)


@visitor_page
async def show_link(request: Request, visitor: Visitor) -> Response:
    """A10: the activation link, in the same way."""
    return await _revealed(request, visitor, Purpose.SHOW_LINK)


@visitor_page
async def ask_to_cancel(request: Request, visitor: Visitor) -> Response:
    """D4: make a request. It is a page of its own afterwards, so that loading it again does not
    ask twice."""
    asset_id, comment = request.path_params["asset_id"], field(request, "comment")
    by_mail = field(request, "by_mail") == "yes"
    say = words_of(request)
    try:
        await request_own_cancellation(
            services_of(request), visitor, asset_id, comment=comment, confirm_by_mail=by_mail
        )
    except NotFound:
        raise
    except InvalidInput:
        told = Told("bad", say(_TOO_LONG), 422)
        return await _licence(request, visitor, asset_id, told=told, comment=comment)
    except Refused:
        told = Told("warning", say(_NO_REQUEST), 409)
        return await _licence(request, visitor, asset_id, told=told, comment=comment)
    return RedirectResponse(f"/assets/{asset_id}#request", 303)


@visitor_page
async def withdraw(request: Request, visitor: Visitor) -> Response:
    """D4: take a request back."""
    services, request_id = services_of(request), request.path_params["request_id"]
    asset_id = await asset_of_request(services, visitor, request_id)
    version = field(request, "version")
    try:
        if not version.isascii() or not version.isdigit() or len(version) > _MOST_DIGITS:
            raise InvalidInput("The form has no version of the request.")
        await withdraw_own_request(services, visitor, request_id, int(version))
    except NotFound:
        raise
    except Refused:
        told = Told("warning", words_of(request)(_DECIDED), 409)
        return await _licence(request, visitor, asset_id, told=told)
    return RedirectResponse(f"/assets/{asset_id}#request", 303)


@visitor_page
async def invoice(request: Request, visitor: Visitor) -> Response:
    """An invoice or a credit note as a PDF."""
    pdf = await invoice_pdf(services_of(request), visitor, request.path_params["invoice_id"])
    return Response(
        pdf.contents,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{pdf.name}"'},
    )


async def _back(request: Request, visitor: Visitor, asset_id: int, told: Told) -> Response:
    """To where the button was."""
    if field(request, "from") != "workspace":
        return await _licence(request, visitor, asset_id, told=told)
    view = await asset_view(services_of(request), visitor, asset_id)
    return await workspace_with(request, visitor, view.detail, told)


async def _revealed(request: Request, visitor: Visitor, purpose: Purpose) -> Response:
    asset_id = request.path_params["asset_id"]
    try:
        secret = await reveal_own(services_of(request), visitor, asset_id, purpose)
    except NotFound:
        raise
    except Refused:
        told = Told("warning", words_of(request)(_NOT_SHOWN), 409)
        return await _licence(request, visitor, asset_id, told=told)
    return await _licence(request, visitor, asset_id, shown=(purpose, secret.reveal()))


async def _licence(
    request: Request,
    visitor: Visitor,
    asset_id: int,
    *,
    told: Told | None = None,
    comment: str = "",
    shown: tuple[Purpose, str] | None = None,
) -> Response:
    services = services_of(request)
    view = await asset_view(services, visitor, asset_id)
    purpose, secret = shown or (None, None)
    return show(
        request,
        "assets/detail.html",
        part="assets/licence.html",
        status=told.status if told else 200,
        current="assets",
        back=f"/assets/{asset_id}",
        view=view,
        licence=view.detail,
        why_no_request=why_no_request(view.detail.facts, services.now()),
        told=told,
        comment=comment,
        key=secret if purpose is Purpose.SHOW_KEY else None,
        link=secret if purpose is Purpose.SHOW_LINK else None,
    )


ROUTES = [
    Route("/assets/{asset_id:int}", detail),
    Route("/assets/{asset_id:int}/update", update, methods=["POST"]),
    Route("/assets/{asset_id:int}/resend", resend, methods=["POST"]),
    Route("/assets/{asset_id:int}/key", show_key, methods=["POST"]),
    Route("/assets/{asset_id:int}/link", show_link, methods=["POST"]),
    Route("/assets/{asset_id:int}/request", ask_to_cancel, methods=["POST"]),
    Route("/requests/{request_id:int}/withdraw", withdraw, methods=["POST"]),
    Route("/invoices/{invoice_id:int}.pdf", invoice),
]
