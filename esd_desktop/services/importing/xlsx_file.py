"""A workbook (.xlsx), read as a stream from its first sheet, with a guard against hostile ones.

openpyxl finds the sheet and the styles that mean a date. The cells are read here, because its own
reader keeps every string, and a trace of every row, in memory.
"""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import IO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl.reader.excel import ExcelReader

from esd_desktop.errors import InvalidInput
from esd_desktop.services.importing.records import Record
from esd_desktop.services.importing.shared_strings import SharedStrings
from esd_desktop.services.importing.xlsx_cells import (
    END_OF_ROW,
    END_OF_STRING,
    GuardedPart,
    SheetFormat,
    rows,
    strings,
)

_LARGEST = 8 << 30
_LARGEST_SMALL_PART = 64 << 20
_SUSPECT_RATIO = 200
_DAMAGE = (ParseError, BadZipFile, zlib.error, EOFError, ValueError, IndexError, KeyError)


class XlsxFile:
    """Opened and found to be a workbook; see records.FileReader."""

    def __init__(self, path: Path, stopped: Event) -> None:
        self._file = path.open("rb")
        self._stopped = stopped
        self._strings = SharedStrings()
        try:
            self._open()
        except InvalidInput:
            self.close()
            raise
        except Exception as error:
            # openpyxl lets out whatever a stranger's file makes it stumble over.
            self.close()
            raise _damaged("The file is not a workbook (.xlsx), or it is damaged.") from error

    def _open(self) -> None:
        workbook = _Opener(self._file)
        _check_sizes(workbook.archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook.read()
        name, part = workbook.sheets[0]
        self.notices: tuple[str, ...] = (
            (f"Of the workbook's {len(workbook.sheets)} sheets only “{name}” was read.",)
            if len(workbook.sheets) > 1
            else ()
        )
        date_styles: set[int] = workbook.wb._date_formats  # type: ignore[attr-defined]  # noqa: SLF001
        self._format = SheetFormat(frozenset(date_styles), workbook.wb.epoch)
        if workbook.strings_part:
            with workbook.archive.open(workbook.strings_part) as opened:
                for text in strings(GuardedPart(opened, END_OF_STRING, self._stopped)):
                    self._strings.add(text)
        self._strings.complete()
        self.total = workbook.archive.getinfo(part).file_size
        self._sheet = GuardedPart(workbook.archive.open(part), END_OF_ROW, self._stopped)

    def position(self) -> int:
        return self._sheet.done

    def close(self) -> None:
        self._strings.close()
        self._file.close()

    def records(self) -> Iterator[Record]:
        line = 0
        try:
            for line, cells in rows(self._sheet, self._strings, self._format):
                if any(cell not in (None, "") for cell in cells):
                    yield Record(line, cells)
        except _DAMAGE as error:
            raise _damaged(f"The workbook is damaged or cut short after row {line}.") from error


class _Opener(ExcelReader):
    """openpyxl's reader of everything but the cells and the strings."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, read_only=True, keep_links=False)
        self.strings_part: str | None = None
        self.sheets: list[tuple[str, str]] = []

    def read_strings(self) -> None:
        self.strings_part = next(
            (name for name in self.valid_files if name.endswith("/sharedStrings.xml")), None
        )

    def read_worksheets(self) -> None:
        self.sheets = [
            (sheet.name, relation.target)
            for sheet, relation in self.parser.find_sheets()
            if relation.target in self.valid_files and "chartsheet" not in relation.Type
        ]

    def read_theme(self) -> None:
        """Colours are of no interest."""


def _check_sizes(archive: ZipFile) -> None:
    """Refuse what would unpack to far more than it says it is; only rows and strings may be large,
    because they alone are read as a stream."""
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise InvalidInput("The workbook is protected with a password.")
    for part in parts:
        streamed = part.filename.startswith("xl/worksheets/") or "sharedStrings" in part.filename
        inflated = part.file_size > _SUSPECT_RATIO * max(part.compress_size, 1)
        if part.file_size > _LARGEST_SMALL_PART and (inflated or not streamed):
            raise InvalidInput("The workbook unpacks to far more than a workbook can hold.")
    if sum(part.file_size for part in parts) > _LARGEST:
        raise InvalidInput("The workbook is too large.", advice="Split it into several files.")


def _damaged(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, advice="Open it in Excel, save it anew and try again.")
