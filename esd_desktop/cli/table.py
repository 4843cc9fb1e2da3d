"""Plain columns for people: aligned, cut to the terminal's width, without boxes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

_GAP = "  "
_NARROWEST = 8


class Column(Struct, frozen=True):
    """A heading; ``right`` aligns numbers. ``flexible`` gives way where the terminal is narrow."""

    heading: str
    right: bool = False
    flexible: bool = False


class Table:
    """Rows under headings. Widths follow the first rows that come, so that a long list can be
    written while it is read."""

    def __init__(self, columns: Sequence[Column], terminal_width: int | None) -> None:
        self._columns = columns
        self._terminal_width = terminal_width
        self._widths: list[int] = []

    def lines(self, rows: Iterable[Sequence[object]]) -> list[str]:
        """These rows as lines, with the headings before the first ones."""
        texts = [[shown(each) for each in row] for row in rows]
        if self._widths:
            return [self._line(row) for row in texts]
        headings = [column.heading for column in self._columns]
        self._widths = self._fitting([headings, *texts])
        return [self._line(row) for row in (headings, *texts)]

    def _fitting(self, texts: Sequence[Sequence[str]]) -> list[int]:
        widths = [max(cells(row[at]) for row in texts) for at in range(len(self._columns))]
        if self._terminal_width is None:
            return widths
        flexible = [at for at, column in enumerate(self._columns) if column.flexible]
        room = self._terminal_width - len(_GAP) * (len(widths) - 1)
        while sum(widths) > room:
            widest = max(flexible, key=lambda at: widths[at])
            if widths[widest] <= _NARROWEST:
                break
            widths[widest] -= 1
        return widths

    def _line(self, texts: Sequence[str]) -> str:
        placed = [
            self._placed(text, width, column)
            for text, width, column in zip(texts, self._widths, self._columns, strict=True)
        ]
        return _GAP.join(placed).rstrip()

    def _placed(self, text: str, width: int, column: Column) -> str:
        if self._terminal_width is not None:
            text = cut(text, width)
        padding = " " * max(0, width - cells(text))
        return padding + text if column.right else text + padding


def shown(value: object) -> str:
    """A value as a person reads it, on one line and without control characters, since a name may
    come from anywhere and must not drive the terminal. Times are this computer's."""
    if value is None:
        return "-"
    text = local_time(value) if isinstance(value, datetime) else str(value)
    return "".join(each if each.isprintable() else " " for each in text)


def local_time(when: datetime) -> str:
    """A moment on this computer's clock."""
    return f"{when.astimezone():%Y-%m-%d %H:%M}"


def local_day(when: datetime) -> str:
    """The day of a moment on this computer's calendar."""
    return f"{when.astimezone():%Y-%m-%d}"


def cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_cells(each) for each in text)


def cut(text: str, width: int) -> str:
    """The text in at most ``width`` columns, with an ellipsis where something is left out."""
    if cells(text) <= width:
        return text
    kept, used = "", 1
    for each in text:
        used += _cells(each)
        if used > width:
            break
        kept += each
    return f"{kept}…"


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
