"""A7 and A10 for the customer: the key or the link, noted in the history before it is shown."""

from __future__ import annotations

from esd_desktop.models.portal_rows import Visitor
from esd_desktop.models.values import Secret
from esd_desktop.services.context import Services
from esd_desktop.services.portal.visiting import reach_asset
from esd_desktop.services.reveal_key import Purpose, reveal


async def reveal_own(
    services: Services, visitor: Visitor, asset_id: int, purpose: Purpose
) -> Secret:
    """The key or link of a licence of the visitor's. Raises what ``reveal`` raises, NotFound for
    what is not the visitor's."""
    bound = await reach_asset(services, visitor, asset_id)
    return await reveal(bound, asset_id, purpose)
