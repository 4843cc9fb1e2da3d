"""From a stored connection to a gateway that can be called."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from esd_desktop.errors import Refused, VaultFault
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.models.store import connections
from esd_desktop.policy import in_force
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.profile import Algorithm, ConnectionProfile

if TYPE_CHECKING:
    from esd_desktop.services.microsoft.gateway import EsdGateway


def passphrase_entry(connection_id: int) -> str:
    """The name of a connection's passphrase in the vault."""
    return f"connection {connection_id} passphrase"


async def gateway_for(services: Services, connection_id: int) -> EsdGateway:
    """The gateway of a connection, with its secrets opened. Raises NotFound, VaultFault, and
    Refused where it has another certificate than the administrator wants."""
    async with services.store.read() as reading:
        row = under_policy(await connections.one(reading, connection_id))
    check_thumbprint(row.name, row.thumbprint)
    return services.gateways.for_connection(await profile_of(services, row))


def under_policy(row: ConnectionRow) -> ConnectionRow:
    """The connection with what the administrator has set of it, whatever the store holds."""
    by_policy: dict[str, Any] = in_force().connection_called(row.name)
    return replace(row, **{name: by_policy[name] for name in by_policy if name != "thumbprint"})


def check_thumbprint(name: str, thumbprint: str) -> None:
    """Raises Refused where the administrator wants another certificate for the connection of this
    name. The thumbprint is that of the one that it has, or is to have."""
    wanted = in_force().connection_called(name).get("thumbprint", thumbprint)
    if wanted.upper() != thumbprint.upper():
        raise Refused(
            f"The certificate of “{name}” is not the one that your administrator has set.",
            advice=f"Its thumbprint is {thumbprint}; it must be {wanted.upper()}.",
        )


async def profile_of(services: Services, row: ConnectionRow) -> ConnectionProfile:
    """What the gateway needs to know of a connection, its passphrase fetched from the vault."""
    passphrase = None
    if row.has_passphrase:
        passphrase = await asyncio.to_thread(services.vault.get, passphrase_entry(row.id))
        if passphrase is None:
            raise VaultFault(
                f"The passphrase of the connection “{row.name}” is not in "
                f"{services.vault.description}.",
                advice="Enter it again in Settings, Connections.",
            )
    algorithm: Algorithm = "RS256" if row.algorithm == "RS256" else "PS256"
    return ConnectionProfile(
        id=row.id,
        version=row.version,
        name=row.name,
        authority=row.authority,
        tenant=row.tenant,
        client_id=row.client_id,
        certificate_file=Path(row.certificate_file),
        key_file=Path(row.key_file),
        passphrase=passphrase,
        algorithm=algorithm,
        resource_api=row.resource_api,
        service_url=row.service_url,
        channel_id=row.channel_id,
        country=row.country,
        language=row.language,
        ca_file=Path(row.ca_file) if row.ca_file else None,
    )
