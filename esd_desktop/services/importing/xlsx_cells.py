"""A sheet's rows and a workbook's strings, out of their XML, without keeping any of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from math import isfinite
from threading import Event
from typing import IO
from xml.etree.ElementTree import Element, iterparse

from msgspec import Struct
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_excel

from esd_desktop.errors import InvalidInput
from esd_desktop.services.importing.shared_strings import SharedStrings
from esd_desktop.services.importing.values import Cell, Unreadable

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _CELL, _VALUE, _FORMULA = f"{_NS}row", f"{_NS}c", f"{_NS}v", f"{_NS}f"
_INLINE, _STRING, _TEXT, _RUN = f"{_NS}is", f"{_NS}si", f"{_NS}t", f"{_NS}r"
_SHEET_DATA = f"{_NS}sheetData"
_LARGEST_UNIT = 16 << 20
END_OF_ROW, END_OF_STRING = b"row>", b"si>"
_LAST_COLUMN = 16_384


class SheetFormat(Struct, frozen=True):
    """Which styles mean a date, and from which day dates are counted."""

    date_styles: frozenset[int]
    epoch: datetime


class GuardedPart:
    """A part of the workbook being unpacked: it counts what was read, and stops at a row or string
    that would fill the memory by itself, and at entities, which a workbook never has. ``stopped``
    is set by whoever does not want it any more."""

    def __init__(self, part: IO[bytes], end_of_unit: bytes, stopped: Event) -> None:
        self._part = part
        self._stopped = stopped
        self._end_of_unit = end_of_unit
        self._unit_begins = 0
        self._tail = b""
        self.done = 0

    def read(self, size: int = -1, /) -> bytes:
        if self._stopped.is_set():
            raise InvalidInput("The reading was stopped.")
        block = self._part.read(size)
        end = block.rfind(self._end_of_unit)
        self._unit_begins = self.done + end if end >= 0 else self._unit_begins
        self.done += len(block)
        if self.done - self._unit_begins > _LARGEST_UNIT:
            raise InvalidInput("The workbook has a cell or row that is too large.")
        if b"<!DOCTYPE" in self._tail + block:
            raise InvalidInput("The workbook has definitions that no spreadsheet program writes.")
        self._tail = block[-8:]
        return block


def strings(part: GuardedPart) -> Iterator[str]:
    """The workbook's strings in their order."""
    table: Element | None = None
    for event, element in _elements(part):
        if table is None:
            table = element
        elif event == "end" and element.tag == _STRING:
            yield _plain_text(element)
            table.clear()


def rows(
    part: GuardedPart, table: SharedStrings, sheet: SheetFormat
) -> Iterator[tuple[int, list[Cell]]]:
    """The sheet's rows with their numbers."""
    data: Element | None = None
    number = 0
    for event, element in _elements(part):
        if event == "start":
            data = element if element.tag == _SHEET_DATA else data
        elif element is data:
            return
        elif element.tag == _ROW and data is not None:
            number = int(element.get("r") or number + 1)
            yield number, _cells(element, table, sheet)
            data.clear()


def _elements(part: GuardedPart) -> Iterator[tuple[str, Element]]:
    # The guard refuses the entities that S314 is about.
    return iterparse(part, events=("start", "end"))  # noqa: S314


def _cells(row: Element, table: SharedStrings, sheet: SheetFormat) -> list[Cell]:
    cells: list[Cell] = []
    for cell in row.iterfind(_CELL):
        place = cell.get("r")
        column = _column(place.rstrip("0123456789")) if place else len(cells) + 1
        cells.extend([None] * (column - 1 - len(cells)))
        cells.append(_value(cell, table, sheet))
    return cells


@lru_cache(maxsize=_LAST_COLUMN)
def _column(letters: str) -> int:
    return column_index_from_string(letters)


def _value(cell: Element, table: SharedStrings, sheet: SheetFormat) -> Cell:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(_INLINE)
        return None if inline is None else _plain_text(inline)
    raw = cell.findtext(_VALUE)
    if not raw:
        formula = cell.find(_FORMULA) is not None
        empty = kind == "str" and raw is not None
        return (
            Unreadable("holds a formula whose result is not in the file")
            if formula and not empty
            else None
        )
    if kind == "s":
        return table[int(raw)]
    if kind == "n":
        return _number(raw, int(cell.get("s", 0)) in sheet.date_styles, sheet.epoch)
    if kind == "b":
        return "TRUE" if raw == "1" else "FALSE"
    return Unreadable(f"holds the error {raw[:10]}") if kind == "e" else raw


def _number(raw: str, is_date: bool, epoch: datetime) -> Cell:
    number = int(raw) if len(raw) < 16 and raw.isdecimal() else float(raw)
    if not isfinite(number):
        return Unreadable("holds no usable number")
    if not is_date:
        return number
    try:
        moment = from_excel(number, epoch)
    except (OverflowError, ValueError):
        moment = None
    return moment if isinstance(moment, datetime) else Unreadable("holds a time without a date")


def _plain_text(element: Element) -> str:
    """The text of a string: its own, or that of its runs; how it is pronounced is left out."""
    parts = [element.find(_TEXT), *(run.find(_TEXT) for run in element.iterfind(_RUN))]
    return "".join(part.text or "" for part in parts if part is not None)
