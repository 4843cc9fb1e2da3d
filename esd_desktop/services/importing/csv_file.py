"""A text file with separated values: its encoding, its separator, its lines."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from io import StringIO, TextIOWrapper
from pathlib import Path

from esd_desktop.errors import InvalidInput
from esd_desktop.services.importing.columns import recognised
from esd_desktop.services.importing.records import Record

_SEPARATORS = ",;\t|"
_BLOCK = 1 << 20
_HEAD = 1 << 16
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_UTF8 = "The file is not in UTF-8; it was read as Windows-1252 (Western European)."


class CsvFile:
    """Opened and found to be text; see records.FileReader."""

    def __init__(self, path: Path) -> None:
        self.total = path.stat().st_size
        encoding, self._ends_open = _find_encoding(path)
        self.notices: tuple[str, ...] = (_NOT_UTF8,) if encoding == "cp1252" else ()
        self._bytes = path.open("rb")
        self._file = TextIOWrapper(self._bytes, encoding=encoding, newline="")
        head = self._file.read(_HEAD)
        self._file.seek(0)
        self._separator, self._to_skip = _find_separator(head)

    def position(self) -> int:
        return self._bytes.tell()

    def close(self) -> None:
        self._file.close()

    def records(self) -> Iterator[Record]:
        width, held = 0, None
        for record in self._parsed():
            if held is not None:
                yield held
            width = width or len(record.cells)
            held = record
        if held is not None:
            cut = self._ends_open and not held.fault and len(held.cells) < width
            yield Record(held.line, fault="is cut short: the file ends in it") if cut else held

    def _parsed(self) -> Iterator[Record]:
        for _ in range(self._to_skip):
            self._file.readline()
        reader = csv.reader(self._file, delimiter=self._separator, strict=True)
        while True:
            line = reader.line_num + self._to_skip + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Record(line, fault=_reason(str(error)))
                continue
            if any(cell and not cell.isspace() for cell in cells):
                yield Record(line, cells)


def _find_encoding(path: Path) -> tuple[str, bool]:
    """The encoding, and whether the file ends without a line's end."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = [name for mark, name in _BYTE_ORDER_MARKS if start.startswith(mark)]
    for encoding in marked or ("utf-8", "cp1252"):
        try:
            return encoding, _ends_open(path, encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput(
        f"The file is not text in {' or '.join(marked) or 'UTF-8 or Windows-1252'}.",
        advice="Save it as “CSV UTF-8”.",
    )


def _ends_open(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    last = ""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = decoder.decode(block)
            if "\0" in text:
                raise InvalidInput("The file is not text.", advice="Save it as “CSV UTF-8”.")
            last = text[-1:] or last
        decoder.decode(b"", final=True)
    return last not in "\r\n"


def _find_separator(head: str) -> tuple[str, int]:
    """The separator by which most of the header's names are known, and the lines before it: Excel's
    own ``sep=;`` is one."""
    first = head.partition("\n")[0]
    if first.strip().casefold().startswith("sep=") and first.strip()[4:] in tuple(_SEPARATORS):
        return first.strip()[4:], 1
    return max(_SEPARATORS, key=lambda separator: recognised(_header(head, separator))), 0


def _header(head: str, separator: str) -> list[str]:
    try:
        rows = csv.reader(StringIO(head, newline=""), delimiter=separator)
        return next((row for row in rows if any(cell.strip() for cell in row)), [])
    except csv.Error:
        return []


def _reason(error: str) -> str:
    if "field limit" in error:
        return f"has a cell of more than {csv.field_size_limit():,} characters; is a quote missing?"
    if "unexpected end" in error:
        return "is cut short: the file ends within a quoted cell that begins in it"
    return "cannot be split into cells: a quote is out of place"
