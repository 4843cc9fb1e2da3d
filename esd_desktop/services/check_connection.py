"""D1: does a connection work? Sign in at Microsoft and read one page of its catalogue."""

from __future__ import annotations

from esd_desktop.models.certificate_expiry import Nearness, expiry
from esd_desktop.models.store import connections
from esd_desktop.models.values import new_id
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.profile import CallIds
from esd_desktop.services.rights import viewing


async def check_connection(services: Services, connection_id: int) -> Outcome:
    """Try it. Raises MicrosoftFault or VaultFault with what is wrong; a certificate that expires
    within 60 days gives a WARNING."""
    async with viewing(services) as reading:
        row = await connections.one(reading, connection_id)
    gateway = await gateway_for(services, connection_id)
    ids = CallIds(correlation_id=new_id())
    products = await gateway.check(ids)
    seen = expiry(row.name, row.certificate_expires_at, services.now())
    if seen.nearness is not Nearness.FAR:
        return Outcome(
            f"“{row.name}” works. {seen.sentence}",
            result=Result.WARNING,
            correlation_id=ids.correlation_id,
            advice=seen.advice,
        )
    return Outcome(
        f"“{row.name}” works: signed in, and read {counted(products, 'product')}.",
        correlation_id=ids.correlation_id,
    )
