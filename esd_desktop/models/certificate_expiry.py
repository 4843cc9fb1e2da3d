"""How near the end of a connection's certificate is. When it expires, every call of it stops, so
it is told in steps: 60, 30 and 7 days ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from msgspec import Struct

from esd_desktop.models.wording import as_day, counted

RENEW = (
    "Order a new certificate, have it registered at Microsoft Entra, and name its files in "
    "Settings, Connections."
)


class Nearness(IntEnum):
    """From far away to past, each more urgent than the one before."""

    FAR = 0
    WITHIN_60_DAYS = 1
    WITHIN_30_DAYS = 2
    WITHIN_7_DAYS = 3
    PAST = 4


_STEPS = (
    (timedelta(0), Nearness.PAST),
    (timedelta(days=7), Nearness.WITHIN_7_DAYS),
    (timedelta(days=30), Nearness.WITHIN_30_DAYS),
    (timedelta(days=60), Nearness.WITHIN_60_DAYS),
)


class Expiry(Struct, frozen=True):
    """The end of the certificate of a connection, as seen at some moment."""

    connection: str
    ends: datetime
    left: timedelta

    @property
    def nearness(self) -> Nearness:
        """Which step it has come to."""
        return next((step for ahead, step in _STEPS if self.left <= ahead), Nearness.FAR)

    @property
    def sentence(self) -> str:
        """What is the case."""
        day = as_day(self.ends)
        if self.nearness is Nearness.PAST:
            return (
                f"The certificate of “{self.connection}” expired on {day}: its calls have stopped."
            )
        days = (
            "in less than a day" if self.left.days == 0 else f"in {counted(self.left.days, 'day')}"
        )
        return f"The certificate of “{self.connection}” expires {days}, on {day}."

    @property
    def advice(self) -> str:
        """What to do about it; empty while there is nothing to do."""
        if self.nearness is Nearness.FAR:
            return ""
        if self.nearness is Nearness.PAST:
            return RENEW
        return f"{RENEW} When it expires, every call of it stops."


def expiry(connection: str, ends: datetime, now: datetime) -> Expiry:
    """How the certificate of the connection of this name stands now; moments are aware."""
    return Expiry(connection, ends, ends - now)
