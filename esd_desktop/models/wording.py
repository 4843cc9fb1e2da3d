"""How days and numbers of things are said in a sentence, the same in all of them."""

from __future__ import annotations

import re
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
_SECRETS = re.compile(
    # Whatever stands before it: in a message within a message a new line is the letter n.
    r"[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}"  # a licence key
    r"|token(?:=|%3D)[^&\s\"']+"  # an activation link
    r"|Bearer\s+\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]+"  # a bearer token, an assertion
    r"|[\w+%=-]{60,}",  # what a mail has broken off one of them
    re.IGNORECASE,
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


def on_one_line(text: str) -> str:
    """What somebody else's program says, as part of a sentence: what cannot be printed, and what no
    store would keep, is a space. It may quote a licence of ours, which stays hidden."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    return without_secrets(" ".join(printable.split()))


def without_secrets(text: str) -> str:
    """The text with whatever looks like a licence key, the token of an activation link or a bearer
    token blacked out."""
    return _SECRETS.sub("•••••", text)


def counted(count: int, noun: str) -> str:
    """So many of a thing whose plural takes an s: 1 licence, 10,000 licences."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def as_size(count: int) -> str:
    """So many bytes: 640 kB, 12.3 MB."""
    kilobytes = max(1, round(count / 1_000))
    return f"{kilobytes} kB" if kilobytes < 1_000 else f"{count / 1_000_000:,.1f} MB"


def _named(day: datetime) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
