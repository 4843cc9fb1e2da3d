"""Showing and copying a licence key or an activation link: the only way to either.

Each is noted in the history before the key is even read (open_secrets.py).
"""

from __future__ import annotations

from enum import StrEnum

from esd_desktop.errors import NotFound, Refused
from esd_desktop.models.rights import Right
from esd_desktop.models.store import asset_details
from esd_desktop.models.values import Secret
from esd_desktop.services.context import Services
from esd_desktop.services.open_secrets import open_secrets
from esd_desktop.services.rights import require
from esd_desktop.services.shared_settings import read_settings


class Purpose(StrEnum):
    """What the secret is wanted for; each is an audit event of its own."""

    SHOW_KEY = "show_key"
    COPY_KEY = "copy_key"
    SHOW_LINK = "show_link"
    COPY_LINK = "copy_link"


_SENTENCES = {
    Purpose.SHOW_KEY: "The licence key was shown.",
    Purpose.COPY_KEY: "The licence key was copied.",
    Purpose.SHOW_LINK: "The activation link was shown.",
    Purpose.COPY_LINK: "The activation link was copied.",
}

_OF_THE_LINK = (Purpose.SHOW_LINK, Purpose.COPY_LINK)


async def may_reveal(services: Services) -> bool:
    """Whether this store's policy lets people see keys at all."""
    return (await read_settings(services)).keys_reveal


async def reveal(services: Services, asset_id: int, purpose: Purpose) -> Secret:
    """The key, or the link where the purpose is about it. Raises Refused where the policy
    forbids it, NotFound where there is none, VaultFault where it cannot be decrypted."""
    await require(services, Right.REVEAL)
    if not await may_reveal(services):
        raise Refused(
            "The settings of this store do not allow keys to be shown.",
            advice="They can be allowed in Settings, Licence keys "
            "(“esd settings set keys.reveal yes”).",
        )
    async with services.store.read() as connection:
        detail = await asset_details.one(connection, asset_id)
    if purpose in _OF_THE_LINK and detail.masked_key and not detail.has_link:
        raise NotFound("Microsoft gave no activation link for this licence.")
    opened = await open_secrets(services, asset_id, purpose.value, _SENTENCES[purpose])
    secret = opened.link if purpose in _OF_THE_LINK else opened.key
    assert secret is not None
    return secret
