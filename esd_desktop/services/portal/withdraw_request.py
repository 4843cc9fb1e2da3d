"""D4 by the customer: a request to cancel is taken back, as long as nobody has decided it."""

from __future__ import annotations

from esd_desktop.models.portal_rows import Visitor
from esd_desktop.services.browse import cancellation_request
from esd_desktop.services.context import Services
from esd_desktop.services.portal.visiting import reach_request
from esd_desktop.services.withdraw_request import withdraw_request


async def asset_of_request(services: Services, visitor: Visitor, request_id: int) -> int:
    """About which licence a request of the visitor's is. Raises NotFound for any other."""
    bound = await reach_request(services, visitor, request_id)
    return (await cancellation_request(bound, request_id)).asset_id


async def withdraw_own_request(
    services: Services, visitor: Visitor, request_id: int, version: int
) -> None:
    """Take a request back that the visitor's account or its customer made. Raises what
    ``withdraw_request`` raises, NotFound for what is not the visitor's."""
    bound = await reach_request(services, visitor, request_id)
    await withdraw_request(bound, request_id, version, withdrawn_by=visitor.address)
