"""B2 by the customer: the mail with key and link once more, to the address that the account has."""

from __future__ import annotations

from esd_desktop.models.portal_rows import Visitor
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.portal.limits import Turn, take_turn
from esd_desktop.services.portal.visiting import reach_asset
from esd_desktop.services.resend_link import resend_link


async def resend_own_link(
    services: Services, visitor: Visitor, asset_id: int, *, confirmed_address: str
) -> Outcome:
    """Send the link of a licence of the visitor's again, to the address that was shown. Raises what
    ``resend_link`` raises, NotFound for what is not the visitor's, TooOften."""
    bound = await reach_asset(services, visitor, asset_id)
    await take_turn(bound, Turn.RESEND, asset_id)
    return await resend_link(bound, asset_id, confirmed_address=confirmed_address)
