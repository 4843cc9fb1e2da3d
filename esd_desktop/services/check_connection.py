"""D1: does a connection work? Sign in at Microsoft and read one page of its catalogue."""

from __future__ import annotations

from datetime import timedelta

from esd_desktop.models.store import connections
from esd_desktop.models.values import new_id
from esd_desktop.models.wording import as_day, counted
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.profile import CallIds

_WARN_AHEAD = timedelta(days=60)


async def check_connection(services: Services, connection_id: int) -> Outcome:
    """Try it. Raises MicrosoftFault or VaultFault with what is wrong; a certificate that expires
    within 60 days gives a WARNING."""
    async with services.store.read() as reading:
        row = await connections.one(reading, connection_id)
    gateway = await gateway_for(services, connection_id)
    ids = CallIds(correlation_id=new_id())
    products = await gateway.check(ids)
    left = row.certificate_expires_at - services.now()
    if left < _WARN_AHEAD:
        days = counted(max(left.days, 0), "day")
        return Outcome(
            f"“{row.name}” works, but its certificate expires in {days}, on "
            f"{as_day(row.certificate_expires_at)}.",
            result=Result.WARNING,
            correlation_id=ids.correlation_id,
            advice="Order a new certificate now: when it expires, every call of it stops.",
        )
    return Outcome(
        f"“{row.name}” works: signed in, and read {counted(products, 'product')}.",
        correlation_id=ids.correlation_id,
    )
