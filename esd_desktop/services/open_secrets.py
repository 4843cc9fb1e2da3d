"""Decrypting an asset's key and link for those who may have them: mails, and the audited reveal."""

from __future__ import annotations

from dataclasses import dataclass

from esd_desktop.errors import NotFound
from esd_desktop.models.store import secrets
from esd_desktop.models.values import ActivationLink, ProductKey
from esd_desktop.services.context import Services


@dataclass(frozen=True, slots=True)
class OpenedSecrets:
    """An asset's key and its link, where Microsoft gave one."""

    key: ProductKey
    link: ActivationLink | None


async def open_secrets(services: Services, asset_id: int) -> OpenedSecrets:
    """Raises NotFound where the asset has no key, VaultFault where it cannot be decrypted.

    The caller writes the audit row first.
    """
    async with services.store.read() as connection:
        sealed = await secrets.sealed(connection, asset_id)
    if sealed is None:
        raise NotFound("This licence has no key yet.")
    cipher = await services.cipher.opened()
    key = ProductKey(cipher.open(asset_id, sealed.key))
    link = ActivationLink(cipher.open(asset_id, sealed.link)) if sealed.link else None
    return OpenedSecrets(key, link)
