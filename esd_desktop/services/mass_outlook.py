"""What a mass work would come to, for the question before it begins. Nothing is changed."""

from __future__ import annotations

from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.mass_outlook import Outlook, outlook_of
from esd_desktop.models.mass_rows import MassKind
from esd_desktop.models.store import asset_exports, mass_outlook
from esd_desktop.services.browse import searched_key
from esd_desktop.services.context import Services
from esd_desktop.services.rights import viewing


async def outlook(services: Services, kind: MassKind, choice: AssetChoice) -> Outlook:
    """To how many of the chosen assets it can be done, as the store knows them now, and why not to
    the others. Microsoft may know more of each, and is asked only when its turn comes."""
    key_hash = await searched_key(services, choice.query.search)
    now = services.now()
    async with viewing(services) as connection:
        ids = asset_exports.ids_of(choice.query, key_hash, choice.only)
        return outlook_of(kind, await mass_outlook.alike(connection, ids, now), now)
