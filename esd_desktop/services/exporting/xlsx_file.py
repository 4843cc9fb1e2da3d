"""Lists as a workbook: dates are dates, amounts numbers, and no text is ever a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from esd_desktop.services.exporting.columns import Value
from esd_desktop.services.exporting.table_file import StoppableFile

MOST_ROWS = 1_048_576  # of a sheet, with its heading
_LONGEST_TEXT = 32_767
_WIDTHS = (10, 40)


class XlsxWriter:
    """Rows go through files in ``folder``, not through memory. A list that is longer than a sheet
    goes on on the next one, under the same headings."""

    def __init__(self, file: StoppableFile, folder: Path, *, most_rows: int = MOST_ROWS) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": str(folder),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(file, options)
        self._book.use_zip64()
        self._heading_form = self._book.add_format({"bold": True})
        self._moment_form = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._amount_form = self._book.add_format({"num_format": "#,##0.00##"})
        self._most_rows = most_rows
        self._headings: Sequence[Value] | None = None
        self._sheet: Any = None
        self._next = 0

    def write(self, columns: Sequence[Sequence[Value]]) -> None:
        """More rows; the very first one has the headings."""
        for row in zip(*columns, strict=True):
            if self._headings is None:
                self._headings = row
                self._begin_sheet()
                continue
            if self._next == self._most_rows:
                self._begin_sheet()
            self._write_row(row)

    def finish(self) -> None:
        """Put the workbook together."""
        try:
            self._book.close()
        except FileCreateError as error:
            # It hides why: the OSError is what it was made of.
            raise error.args[0] from error

    def abandon(self) -> None:
        """Let go of the files through which the rows went."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()

    def _begin_sheet(self) -> None:
        assert self._headings is not None
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        least, most = _WIDTHS
        for place, heading in enumerate(self._headings):
            self._sheet.set_column(place, place, min(max(len(str(heading)) + 4, least), most))
        for place, heading in enumerate(self._headings):
            self._sheet.write_string(0, place, str(heading), self._heading_form)
        self._next = 1

    def _write_row(self, row: Sequence[Value]) -> None:
        for place, value in enumerate(row):
            self._write_cell(place, value)
        self._next += 1

    def _write_cell(self, place: int, value: Value) -> None:
        match value:
            case None:
                pass
            case datetime():
                local = value.astimezone().replace(tzinfo=None)
                self._sheet.write_datetime(self._next, place, local, self._moment_form)
            case Decimal():
                self._sheet.write_number(self._next, place, float(value), self._amount_form)
            case int():
                self._sheet.write_number(self._next, place, value)
            case _:
                self._sheet.write_string(self._next, place, str(value)[:_LONGEST_TEXT])
