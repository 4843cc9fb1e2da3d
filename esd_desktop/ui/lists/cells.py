"""What stands in the cells of a list: as text, as badges, and for a screen reader."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus, ReturnStatus
from esd_desktop.models.values import Money
from esd_desktop.ui.formats import as_count, as_date, as_moment, as_money
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.widgets.statuses import AssetAxis, StatusText, text_of

# What is as it should be is told without a tint, so that colour stays with what needs a person.
_USUAL = (AssetStatus.ACTIVE, ProvisioningSyncStatus.SYNCHRONIZED, ReturnStatus.NONE)


class Badge(NamedTuple):
    """A status as shape and word; a ``quiet`` one has no tint."""

    tone: Tone
    word: str
    quiet: bool = False


class Cell(NamedTuple):
    """``text`` is what is shown and copied, empty where there is nothing; ``spoken`` is what a
    screen reader says, ``tip`` explains."""

    text: str
    spoken: str
    tip: str = ""
    badges: tuple[Badge, ...] = ()


def words(text: str | None) -> Cell:
    """Plain words."""
    return Cell(text or "", text or "None")


def number(count: int | None) -> Cell:
    """A number of things, or nothing where none was counted."""
    return words(None if count is None else as_count(count))


def money(amount: Money | None) -> Cell:
    """An amount, or nothing where none was charged."""
    return words(None if amount is None else as_money(amount))


def day(moment: datetime | None) -> Cell:
    """The day; the time of day is in the tip."""
    if moment is None:
        return words(None)
    return Cell(as_date(moment), as_date(moment), as_moment(moment))


def moment(at: datetime | None) -> Cell:
    """The day and the time of day."""
    return words(None if at is None else as_moment(at))


def status(axis: AssetAxis | StatusText | None, *, usual: bool = False) -> Cell:
    """A status in the words that people read; a ``usual`` one has no tint."""
    told = axis if isinstance(axis, StatusText) else text_of(axis)
    if axis is None:
        return Cell("", told.label, told.explanation)
    badge = Badge(told.tone, told.label, usual or axis in _USUAL)
    return Cell(told.label, told.label, told.explanation, (badge,))
