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
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class CsvWriter:
    """Writes to an open file; closes what it put around it at the end."""

    def __init__(self, file: StoppableFile) -> None:
        self._text = io.TextIOWrapper(io.BufferedWriter(file), encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._text)

    def write(self, rows: Sequence[Sequence[Value]]) -> None:
        """More rows."""
        self._rows.writerows([_cell(value) for value in row] for row in rows)

    def finish(self) -> None:
        """Everything is in the file, which stays open."""
        self._text.flush()
        self._text.detach().detach()

    def abandon(self) -> None:
        """Let go of the file, whatever is on its way to it."""
        self._text.close()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_LIKE_A_FORMULA) else value
    return str(value)
