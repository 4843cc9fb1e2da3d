"""Filling the demo's place: what the sandbox and the store hold when it first opens."""

from __future__ import annotations

from decimal import Decimal

from esd_desktop.demo.connecting import connect
from esd_desktop.demo.place import Place
from esd_desktop.demo.world import World
from esd_desktop.errors import EsdError
from esd_desktop.models.values import utc_now
from esd_desktop.opening import open_services
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import find_account
from esd_desktop.services.context import Services
from esd_desktop.services.edit_tax_rate import set_tax_rate
from esd_desktop.services.import_assets import import_assets
from esd_desktop.services.order_licences import OrderLine, order_licences
from esd_desktop.services.provision import provision
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.settings import folders, load_settings

CUSTOMER_THAT_ORDERS = "C-2000"
_FAILING_SKU = "FQC-10572"
_COMPANY = {
    "company.name": "Meridian Software Distribution Ltd",
    "company.address": "1 Harbour Street\nBristol BS1 4XX\nUnited Kingdom",
    "company.tax_number": "GB 000 0000 00",
    "requests.notify": "desk@distributor.example",
}
_TAX = {"GB": 20, "DE": 19, "GR": 24}
_ORDERS = (OrderLine("EP2-06606", 3), OrderLine(_FAILING_SKU, 1))


async def prepare(place: Place, addresses: SandboxAddresses) -> None:
    """Fill the sandbox and the store of the place; once."""
    if place.is_filled:
        return
    print("Preparing the demo: a sandbox in Microsoft's place and a store of invented licences …")
    places = folders()
    sandbox = SandboxControl(addresses)
    services = await open_services(places, load_settings(places))
    try:
        await _fill(services, place, sandbox)
    finally:
        await services.close()
        sandbox.close()
    place.mark.touch()


async def _fill(services: Services, place: Place, sandbox: SandboxControl) -> None:
    """Connect the store to the sandbox, import the export file, place an order."""
    connection_id = await connect(services, sandbox.addresses, "Sandbox (GB)")
    await change_settings(services, _COMPANY)
    for country, rate in _TAX.items():
        await set_tax_rate(services, country, Decimal(rate))
    world = World(utc_now())
    file = place.folder / "export.csv"
    world.export(file, world.put_into(sandbox))
    report = await import_assets(services, file, dry_run=False)
    if not report.applied:
        raise EsdError("The demo's own export file could not be imported.")
    await _order(services, sandbox, connection_id)
    await send_due_mails(services)


async def _order(services: Services, sandbox: SandboxControl, connection_id: int) -> None:
    """Four licences, bought at the sandbox; the last one fails, to be retried."""
    customer = await find_account(services, CUSTOMER_THAT_ORDERS)
    placed = await order_licences(services, customer.id, connection_id, _ORDERS)
    *good, last = placed.asset_ids
    for asset_id in good:
        await provision(services, asset_id)
    # Not on sale for a moment.
    sandbox.change_product(_FAILING_SKU, status="Discontinued")
    await provision(services, last)
    sandbox.change_product(_FAILING_SKU, status="Available")
