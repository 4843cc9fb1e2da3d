"""How often something may be done at the portal. The counts are in the store, so that all
processes of the portal hold to them together."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from esd_desktop.errors import Refused
from esd_desktop.models.store import portal_limits
from esd_desktop.services.context import Services

_LONGEST = timedelta(hours=1)


class Turn(Enum):
    """What is limited: its name in the store, how often, within which time."""

    UPDATE = ("update", 5, timedelta(minutes=10))
    RESEND = ("resend", 3, _LONGEST)
    LINK_OF_ADDRESS = ("link-address", 5, timedelta(minutes=15))
    LINK_OF_NETWORK = ("link-network", 30, timedelta(minutes=15))
    SIGN_IN = ("sign-in", 60, timedelta(minutes=15))


class TooOften(Refused):
    """It was done so often lately that it has to wait for ``retry_after`` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("This was done very often within a short time.")
        self.retry_after = retry_after


async def take_turn(services: Services, turn: Turn, whose: int | str) -> None:
    """Count one more, of a licence or whatever is limited by itself. Raises TooOften."""
    name, times, span = turn.value
    now = services.now()
    async with services.store.change() as work:
        counted = await portal_limits.count(work, f"{name}:{whose}", now, now - span)
        await work.commit(unseen=True)
    if counted.used > times:
        wait = counted.since + span - now
        raise TooOften(max(1, round(wait.total_seconds())))


async def forget_turns(services: Services) -> None:
    """Drop counts that are over for every limit."""
    async with services.store.change() as work:
        await portal_limits.forget(work, services.now() - _LONGEST)
        await work.commit(unseen=True)
