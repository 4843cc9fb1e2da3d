"""Moments: RFC 3339 text in UTC, as the ESD service and the sandbox's journal write them."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def as_text(moment: datetime) -> str:
    """A moment in RFC 3339, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """The moment that RFC 3339 text names; ValueError where it names none, or no time zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} is a time without a time zone")
    return moment.astimezone(UTC)
