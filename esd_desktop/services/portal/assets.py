"""E2 and E3: the licences that a visitor's account reaches, and everything about one of them."""

from __future__ import annotations

from msgspec import Struct

from esd_desktop.models.permissions import request_refusal, resend_refusal, update_refusal
from esd_desktop.models.portal_listing import AssetPage, OwnAssets, OwnInvoice
from esd_desktop.models.portal_rows import Visitor
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.store import portal_assets
from esd_desktop.services.context import Services
from esd_desktop.services.portal.visiting import not_reached, visiting
from esd_desktop.services.portal.workspace import reach_holder
from esd_desktop.services.shared_settings import KEYS_REVEAL

ASSETS_A_PAGE = 25


class AssetView(Struct, frozen=True):
    """A licence as its holder or who is billed for it sees it. ``request`` is the newest one to
    cancel it, decided or not; of invoices there are those of the visitor's account. What may be
    done with it is decided by the rules that staff have."""

    detail: AssetDetail
    invoices: list[OwnInvoice]
    request: RequestRow | None
    may_reveal: bool
    may_update: bool
    may_resend: bool
    may_request: bool


async def asset_page(services: Services, visitor: Visitor, query: OwnAssets) -> AssetPage:
    """A page of the visitor's licences. Raises NotFound for a customer that is not the visitor's,
    which is noted."""
    if query.customer_id is not None:
        await reach_holder(services, visitor, query.customer_id)
    async with visiting(services, visitor) as own:
        return await own.read(portal_assets.page, query, limit=ASSETS_A_PAGE)


async def asset_view(services: Services, visitor: Visitor, asset_id: int) -> AssetView:
    """One licence. Raises NotFound for what is not the visitor's, which is noted."""
    async with visiting(services, visitor) as own:
        found = await own.read(portal_assets.licence, asset_id)
        reveals = await own.setting(KEYS_REVEAL) == "yes"
    if found is None:
        raise await not_reached(services, visitor, "asset", asset_id)
    detail, invoices, request = found
    return AssetView(
        detail=detail,
        invoices=invoices,
        request=request,
        may_reveal=detail.masked_key is not None and reveals,
        may_update=update_refusal(detail.facts) is None,
        may_resend=resend_refusal(detail.facts) is None,
        may_request=request_refusal(detail.facts, services.now()) is None,
    )
