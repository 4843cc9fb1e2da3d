"""Decrypting keys and links for those who may have them: the only place where it is done.

That they are released is written into the history and committed before their sealed bytes are read,
so there is no way to a key that leaves no trace. On PostgreSQL the database insists on the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from esd_desktop.errors import NotFound
from esd_desktop.models.store import assets, secrets
from esd_desktop.models.values import ActivationLink, ProductKey
from esd_desktop.services.context import Services
from esd_desktop.services.keys import OpenCipher
from esd_desktop.services.record import record_asset

if TYPE_CHECKING:
    from esd_desktop.models.store.engine import Reading
    from esd_desktop.models.store.secrets import Sealed


class OpenedSecrets(Struct, frozen=True):
    """An asset's key and its link, where Microsoft gave one."""

    key: ProductKey
    link: ActivationLink | None


async def open_secrets(
    services: Services, asset_id: int, action: str, sentence: str
) -> OpenedSecrets:
    """Note with an asset that its secrets are released, then open them.

    Raises NotFound where the asset has no key, VaultFault where it cannot be decrypted. A vault
    that cannot be used is found out before anything is noted.
    """
    await services.cipher.opened()
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id)
        if asset.key_hash is None:
            raise NotFound("This licence has no key yet.")
        record_asset(services, work, asset, action, sentence)
        await work.commit()
    async with services.store.read() as connection:
        sealed = await secrets.sealed(connection, asset_id)
        cipher = await services.cipher.current(connection)
    key = ProductKey(cipher.unseal(sealed.key, sealed.key_id, asset_id))
    link = (
        ActivationLink(cipher.unseal(sealed.link, sealed.key_id, asset_id)) if sealed.link else None
    )
    return OpenedSecrets(key, link)


async def open_exported(
    services: Services, connection: Reading, asset_ids: Sequence[int], noted_at: datetime
) -> dict[int, ProductKey]:
    """The keys of those of these assets with which an export has noted, at that moment, that they
    leave: a licence that came in since has to wait for the next file."""
    sealed = await secrets.noted_as_exported(connection, asset_ids, noted_at)
    cipher = await services.cipher.current(connection)
    return await asyncio.to_thread(_keys, cipher, sealed)


def _keys(cipher: OpenCipher, sealed: Sequence[Sealed]) -> dict[int, ProductKey]:
    return {
        each.asset_id: ProductKey(cipher.unseal(each.key, each.key_id, each.asset_id))
        for each in sealed
    }
