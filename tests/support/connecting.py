"""Connecting a store to the sandbox, as a person would in the settings, and ordering from it."""

from __future__ import annotations

from esd_desktop.models.account import Account
from esd_desktop.models.base import search_text
from esd_desktop.models.statuses import AccountKind
from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.services.context import Services
from esd_desktop.services.edit_connection import ConnectionForm, add_connection
from esd_desktop.services.order_licences import OrderLine, order_licences
from esd_desktop.services.provision import provision
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from esd_desktop.services.shared_settings import change_settings

SKU = "EP2-06606"


def form_for(addresses: SandboxAddresses, name: str = "Sandbox") -> ConnectionForm:
    """The connection that the sandbox wants."""
    return ConnectionForm(
        name=name,
        tenant=addresses.tenant,
        client_id=addresses.client_id,
        certificate_file=str(addresses.certificate_file),
        key_file=str(addresses.key_file),
        resource_api=addresses.resource_api,
        service_url=addresses.service_url,
        channel_id=addresses.channel_id,
        country=addresses.country,
        language=addresses.language,
        authority=addresses.authority,
        ca_file=str(addresses.ca_file),
    )


async def connect(services: Services, addresses: SandboxAddresses) -> int:
    """Add the connection, read its catalogue, set the mail server; answers the connection's id."""
    saved = await add_connection(services, form_for(addresses))
    await refresh_catalogue(services, saved.id)
    await change_settings(
        services,
        {
            "mail.host": addresses.smtp_host,
            "mail.port": str(addresses.smtp_port),
            "mail.security": "none",
            "mail.sender": "licences@reseller.example",
        },
    )
    return saved.id


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
