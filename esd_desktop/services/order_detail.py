"""One order in full, for whoever looks at it. Nothing here changes anything."""

from __future__ import annotations

from esd_desktop.models.order_rows import OrderDetail
from esd_desktop.models.store import orders
from esd_desktop.services.context import Services
from esd_desktop.services.rights import viewing


async def order_detail(services: Services, order_id: int) -> OrderDetail:
    """All about one order. Raises NotFound."""
    async with viewing(services) as connection:
        return await orders.in_full(connection, order_id)


async def find_order(services: Services, number: str) -> int:
    """The id of the order with this number. Raises NotFound."""
    async with viewing(services) as connection:
        return await orders.id_of(connection, number)
