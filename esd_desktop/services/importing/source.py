"""The file: which kind it is, and its records one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Event

from esd_desktop.errors import InvalidInput
from esd_desktop.services.importing.columns import Columns, find_columns
from esd_desktop.services.importing.csv_file import CsvFile
from esd_desktop.services.importing.records import FileReader, Record
from esd_desktop.services.importing.values import is_blank, text_of
from esd_desktop.services.importing.xlsx_file import XlsxFile

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_WORKBOOKS = (".xlsx", ".xlsm")


class Source:
    """An open file whose header has been read. Everything here blocks and belongs to one thread."""

    def __init__(self, reader: FileReader) -> None:
        self._reader = reader
        self._records = reader.records()
        header = next(self._records, None)
        if header is None:
            raise InvalidInput("The file is empty.")
        self.columns: Columns = find_columns(_names(header))
        self.notices = reader.notices
        self.total = reader.total

    @property
    def done(self) -> int:
        """How many of the ``total`` bytes have been read."""
        return min(self._reader.position(), self.total)

    def read(self, count: int) -> list[Record]:
        """The next records that are not blank; none at the end. Raises InvalidInput."""
        with _told():
            return list(islice(self._shaped(), count))

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def _shaped(self) -> Iterator[Record]:
        width = self.columns.width
        for record in self._records:
            if any(not is_blank(cell) for cell in record.cells[width:]):
                yield Record(record.line, fault="has more cells than the header")
            else:
                yield record


def _names(header: Record) -> list[str]:
    if header.fault:
        raise InvalidInput(f"The header of the file {header.fault}.")
    try:
        return [text_of(cell) for cell in header.cells]
    except ValueError as error:
        raise InvalidInput(f"A cell of the header {error}.") from None


def open_source(path: Path, stopped: Event) -> Source:
    """Open a CSV file or a workbook. Raises InvalidInput, in one sentence, where it is neither.

    A large workbook takes a while; ``stopped`` being set, from any thread, ends it.
    """
    with _told():
        reader = _reader(path, stopped)
        try:
            return Source(reader)
        except BaseException:
            reader.close()
            raise


def _reader(path: Path, stopped: Event) -> FileReader:
    with path.open("rb") as file:
        start = file.read(4)
    if start == _ZIP:
        return XlsxFile(path, stopped)
    if start == _OLD_OFFICE:
        raise InvalidInput(
            "The workbook is protected with a password, or it is of the old kind (.xls).",
            advice="Save it as .xlsx without a password.",
        )
    if not start:
        raise InvalidInput("The file is empty.")
    if path.suffix.casefold() in _WORKBOOKS:
        raise InvalidInput("The file is called a workbook (.xlsx), but it is none.")
    return CsvFile(path)


@contextmanager
def _told() -> Iterator[None]:
    """What the world does to a file, in words."""
    try:
        yield
    except FileNotFoundError:
        raise InvalidInput("There is no such file.") from None
    except IsADirectoryError:
        raise InvalidInput("That is a folder, not a file.") from None
    except UnicodeDecodeError:
        raise InvalidInput("The file was changed while it was read.") from None
    except OSError as error:
        raise InvalidInput(f"The file cannot be read: {error.strerror or error}.") from error
