"""A store that is connected to the sandbox, and ordering from it."""

from __future__ import annotations

from esd_desktop.demo.connecting import accept_all, connect, form_for
from esd_desktop.models.account import Account
from esd_desktop.models.base import search_text
from esd_desktop.models.statuses import AccountKind
from esd_desktop.models.values import utc_now
from esd_desktop.services.context import Services
from esd_desktop.services.order_licences import OrderLine, order_licences
from esd_desktop.services.provision import provision

__all__ = ["SKU", "accept_all", "connect", "form_for", "order", "order_one"]

SKU = "EP2-06606"


async def order_one(services: Services, connection_id: int, *, sku: str = SKU) -> int:
    """A customer of its own with one licence, issued by the sandbox; answers the asset's id."""
    (asset_id,) = await order(services, connection_id, sku=sku, quantity=1)
    await provision(services, asset_id)
    return asset_id


async def order(
    services: Services, connection_id: int, *, sku: str = SKU, quantity: int = 1
) -> tuple[int, ...]:
    """Place an order for a new customer without asking Microsoft; answers the assets' ids."""
    async with services.store.change() as work:
        customer = Account(
            kind=AccountKind.CUSTOMER,
            name="Aegean Shipping SA",
            email="office@aegean.example",
            country="GR",
            language="en",
            search_text=search_text("Aegean Shipping SA", "office@aegean.example"),
            created_at=utc_now(),
        )
        work.add(customer)
        await work.commit()
    placed = await order_licences(services, customer.id, connection_id, [OrderLine(sku, quantity)])
    return placed.asset_ids
