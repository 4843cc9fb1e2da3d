"""What the desktops of a race find: a store that is connected to the sandbox, with accounts and
some licences."""

from __future__ import annotations

from decimal import Decimal

from esd_desktop.services.add_account import AccountForm, add_account
from esd_desktop.services.edit_tax_rate import set_tax_rate
from esd_desktop.services.order_licences import OrderLine, order_licences
from esd_desktop.services.provision_order import provision_order
from tests.reliability.race.desktop import Place
from tests.reliability.scene import sandbox_in
from tests.support.connecting import SKU, connect

_CUSTOMERS = 12
_LICENCES = 10


async def prepared(place: Place) -> int:
    """Make it; answers the id of the connection."""
    sandbox = sandbox_in(place.sandbox)
    services = await place.opened("scenery")
    try:
        connection = await connect(services, sandbox.addresses)
        await set_tax_rate(services, "GB", Decimal(20))
        for number in range(_CUSTOMERS):
            form = AccountForm(
                f"Customer {number}", email=f"desk@customer-{number}.example", country="GB"
            )
            added = await add_account(services, form)
        placed = await order_licences(services, added.id, connection, [OrderLine(SKU, _LICENCES)])
        await provision_order(services, placed.id)
    finally:
        sandbox.close()
        await services.close()
    return connection
