"""Lists as text: UTF-8 with a mark at its beginning, by which Excel knows it; values in RFC 4180's
form, moments as local time, amounts with a point."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from esd_desktop.services.exporting.columns import Value
from esd_desktop.services.exporting.table_file import StoppableFile

# A spreadsheet would take a text that begins so for a formula, and carry it out.
_LIKE_A_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_DATE_AND_TIME = len("2026-01-31 12:00:00")


class CsvWriter:
    """Writes to an open file; closes what it put around it at the end."""

    def __init__(self, file: StoppableFile) -> None:
        self._text = io.TextIOWrapper(io.BufferedWriter(file), encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._text)

    def write(self, columns: Sequence[Sequence[Value]]) -> None:
        """More rows."""
        self._rows.writerows(zip(*map(_cells, columns), strict=True))

    def finish(self) -> None:
        """Everything is in the file, which stays open."""
        self._text.flush()
        self._text.detach().detach()

    def abandon(self) -> None:
        """Let go of the file, whatever is on its way to it."""
        self._text.close()


def _cells(values: Sequence[Value]) -> Sequence[Value]:
    """A column's values, as far as its kind has to be looked after: numbers are written as they
    are, and what is missing as nothing."""
    kinds = set(map(type, values))
    if datetime in kinds:
        forms = {value: _local(value) for value in set(values)}  # what is sold together has one
        return [forms[value] for value in values]
    if str in kinds:
        return [_harmless(value) for value in values]
    return values


def _local(value: Value) -> Value:
    """Date and time up to the second, without the time zone."""
    if isinstance(value, datetime):
        return value.astimezone().isoformat(" ", "seconds")[:_DATE_AND_TIME]
    return value


def _harmless(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value[:1] in _LIKE_A_FORMULA else value
