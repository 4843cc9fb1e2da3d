"""E1, My Workspace: of which products somebody has active licences, and how far they are used."""

from __future__ import annotations

from msgspec import Struct

from esd_desktop.models.asset_rows import AssetRow
from esd_desktop.models.portal_listing import CustomerPage, Follows, Holder, ProductRow
from esd_desktop.models.portal_rows import Visitor
from esd_desktop.models.store import portal_workspace
from esd_desktop.services.context import Services
from esd_desktop.services.portal.visiting import reach_customer, visiting

SHOWN_LICENCES = 10
CUSTOMERS_A_PAGE = 25


class Workspace(Struct, frozen=True):
    """``opened`` is the SKU of the product whose licences are shown, the first ten of them."""

    holder: Holder
    products: list[ProductRow]
    opened: str
    licences: list[AssetRow]


async def workspace(
    services: Services, visitor: Visitor, customer_id: int, opened: str = ""
) -> Workspace:
    """The workspace of the visitor's account, or of a customer of a reseller. Raises NotFound for
    anybody else's, which is noted."""
    await reach_holder(services, visitor, customer_id)
    async with visiting(services, visitor) as own:
        holder = await own.read(portal_workspace.holder, customer_id)
        products = await own.read(portal_workspace.products, customer_id)
        licences: list[AssetRow] = []
        if any(product.sku == opened for product in products):
            licences = await own.read(
                portal_workspace.licences, customer_id, opened, limit=SHOWN_LICENCES
            )
        return Workspace(holder, products, opened if licences else "", licences)


async def customer_page(
    services: Services, visitor: Visitor, search: str = "", after: Follows | None = None
) -> CustomerPage:
    """Among whom a reseller chooses: his customers, with their licences counted."""
    async with visiting(services, visitor) as own:
        return await own.read(portal_workspace.customers, search, after, limit=CUSTOMERS_A_PAGE)


async def holder(services: Services, visitor: Visitor, customer_id: int) -> Holder:
    """The visitor's account or one of its customers. Raises NotFound for any other, which is
    noted."""
    await reach_holder(services, visitor, customer_id)
    async with visiting(services, visitor) as own:
        return await own.read(portal_workspace.holder, customer_id)


async def reach_holder(services: Services, visitor: Visitor, customer_id: int) -> None:
    """See that it is the visitor's account or one of its customers. Raises NotFound for any other,
    which is noted."""
    if customer_id != visitor.account_id:
        await reach_customer(services, visitor, customer_id)
