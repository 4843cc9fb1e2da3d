"""Connecting a store to a sandbox, as a person would in the settings; also what the tests do."""

from __future__ import annotations

from esd_desktop.models.offering_rows import can_be_accepted
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.services.accept_offering import accept_offerings
from esd_desktop.services.browse import offering_list
from esd_desktop.services.context import Services
from esd_desktop.services.edit_connection import ConnectionForm, add_connection
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from esd_desktop.services.shared_settings import change_settings

SENDER = "licences@distributor.example"


async def connect(services: Services, addresses: SandboxAddresses, name: str = "Sandbox") -> int:
    """Add the connection, read and accept its catalogue, set the mail server; answers the
    connection's id."""
    saved = await add_connection(services, form_for(addresses, name))
    await refresh_catalogue(services, saved.id)
    await accept_all(services, saved.id)
    mail = {
        "mail.host": addresses.smtp_host,
        "mail.port": str(addresses.smtp_port),
        "mail.security": "none",
        "mail.sender": SENDER,
    }
    await change_settings(services, mail)
    return saved.id


async def accept_all(services: Services, connection_id: int) -> None:
    """Accept all that is new or changed in a connection's catalogue, so that it can be ordered."""
    rows = await offering_list(services, connection_id)
    await accept_offerings(services, {row.id: row.version for row in rows if can_be_accepted(row)})


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
