"""An asset's key and link in clear, as a test compares them."""

from __future__ import annotations

from esd_desktop.services.context import Services
from esd_desktop.services.open_secrets import OpenedSecrets, open_secrets


async def secrets_of(services: Services, asset_id: int) -> OpenedSecrets:
    """What is sealed for the asset; its history has a row more."""
    return await open_secrets(services, asset_id, "show_key", "A test looked at the licence key.")
