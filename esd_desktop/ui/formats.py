"""Dates, times, money and counts as the operator's locale writes them, in the local time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, QLocale, QTime

from esd_desktop.models.currencies import decimals_shown
from esd_desktop.models.values import Money

_WEEKDAY = re.compile(r"\s*d{3,4}\S*\s*")
_RECENT = timedelta(seconds=2)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def as_date(moment: datetime) -> str:
    """The day, with the month as a word and the year in full: 21 Nov 2026."""
    return _day(moment.astimezone().date())


def as_time(moment: datetime) -> str:
    """The time of day: 10:42."""
    local = moment.astimezone()
    time = QTime(local.hour, local.minute, local.second)
    return QLocale().toString(time, QLocale.FormatType.ShortFormat)


def as_moment(moment: datetime) -> str:
    """The day and the time: 21 Nov 2026, 10:42."""
    return f"{as_date(moment)}, {as_time(moment)}"


def as_money(money: Money) -> str:
    """The amount with its currency's code, which says more than a "$" does."""
    return f"{as_figures(money)} {money.currency}"


def as_figures(money: Money) -> str:
    """The amount alone, with the decimals that its currency has."""
    places = decimals_shown(money.amount, money.currency)
    # A double holds fifteen digits exactly: amounts up to ten thousand millions to the hundredth
    # part of a cent.
    return QLocale().toString(float(money.amount), "f", places)


def as_count(number: int) -> str:
    """A number of things, its thousands set apart."""
    return QLocale().toString(number)


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, as it is said: "5 min ago", and from a day on the date."""
    passed = now - moment
    if passed < _RECENT:
        return "just now"
    if passed < _MINUTE:
        return f"{passed.seconds} s ago"
    if passed < _HOUR:
        return f"{passed // _MINUTE} min ago"
    if passed < _DAY:
        return f"{passed // _HOUR} h ago"
    return f"on {as_date(moment)}"


def _day(day: date) -> str:
    """The locale's long form without the weekday and with a short month. Its short form has two
    digits for the year, or the month as a number, and either can be misread."""
    locale = QLocale()
    long = locale.dateFormat(QLocale.FormatType.LongFormat)
    pattern = _WEEKDAY.sub(" ", long).strip(" ,،").replace("MMMM", "MMM")
    return locale.toString(QDate(day.year, day.month, day.day), pattern)
