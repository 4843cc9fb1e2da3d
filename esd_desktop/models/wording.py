"""How days and numbers of things are said in a sentence, the same in all of them."""

from __future__ import annotations

from datetime import UTC, datetime

# Named here: strftime would name them in the desktop's language once there is a window.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def as_day(moment: datetime) -> str:
    """The day of a moment on this computer's calendar, as the window shows it: 2 November 2026."""
    return _named(moment.astimezone())


def as_utc_day(moment: datetime) -> str:
    """The day of a moment for what must say the same on every computer, such as an invoice."""
    return _named(moment.astimezone(UTC))


def as_moment(moment: datetime) -> str:
    """A moment on this computer's clock, to the minute: 2 November 2026, 09:30."""
    return f"{as_day(moment)}, {moment.astimezone():%H:%M}"


def counted(count: int, noun: str) -> str:
    """So many of a thing whose plural takes an s: 1 licence, 10,000 licences."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _named(day: datetime) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
