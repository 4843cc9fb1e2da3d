"""The file that a list is written to: beside its place first, put there only when it is complete.

Everything here runs in a thread and may be stopped from another one.
"""

from __future__ import annotations

import errno
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from esd_desktop.errors import EsdError, InvalidInput, Refused
from esd_desktop.services.exporting.columns import Value

KINDS = (".xlsx", ".csv")


class TableWriter(Protocol):
    """Writes rows one after the other, and keeps none of them."""

    def write(self, columns: Sequence[Sequence[Value]]) -> None:
        """More rows, column by column. The very first one has the headings."""

    def finish(self) -> None:
        """No more rows come."""

    def abandon(self) -> None:
        """No more rows come, and what was written is not wanted."""


class StoppableFile(io.FileIO):
    """A file that ends what is being written to it.

    Once ``stopped`` is set, the next write fails, so that nobody goes on putting a workbook
    together. From then on, and where it is ``dropped`` or closed, it takes everything without a
    word: whoever failed still tidies up behind it. It goes on counting, since a place before one
    that was told already would be an error to them.
    """

    stopped = False
    dropped = False
    _place = 0

    def write(self, data: Any, /) -> int:
        if self.stopped and not self._is_over():
            self.dropped = True
            raise OSError(errno.ECANCELED, os.strerror(errno.ECANCELED))
        written = len(data) if self._is_over() else super().write(data)
        self._place += written
        return written

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._place = offset if self._is_over() else super().seek(offset, whence)
        return self._place

    def tell(self) -> int:
        return self._place if self._is_over() else super().tell()

    def flush(self) -> None:
        if not self._is_over():
            super().flush()

    def _is_over(self) -> bool:
        return self.dropped or self.closed


class Target:
    """A place for a file of a list. Raises InvalidInput where none can be there, Refused where
    there is one already and it is not to be replaced."""

    def __init__(self, path: Path, *, replace: bool) -> None:
        if path.suffix.lower() not in KINDS:
            raise InvalidInput(
                f"{path.name} is neither a workbook nor a text file of values.",
                advice="Give it a name that ends with .xlsx or .csv.",
            )
        if not path.parent.is_dir():
            raise InvalidInput(f"There is no folder {path.parent}.")
        if path.is_dir():
            raise InvalidInput(f"{path} is a folder.")
        if path.exists() and not replace:
            raise Refused(
                f"{path} is there already.", advice="Choose another name, or have it replaced."
            )
        self.path = path
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._file: StoppableFile | None = None
        self._writer: TableWriter | None = None

    def open(self) -> TableWriter:
        """A writer of the kind that the name asks for."""
        from esd_desktop.services.exporting.csv_file import CsvWriter
        from esd_desktop.services.exporting.xlsx_file import XlsxWriter

        # In the same folder, so that it can be moved into place at one stroke.
        self._scratch = tempfile.TemporaryDirectory(
            prefix=f".{self.path.name}.", dir=self.path.parent, ignore_cleanup_errors=True
        )
        folder = Path(self._scratch.name)
        self._file = StoppableFile(folder / "unfinished", "w+")
        is_text = self.path.suffix.lower() == ".csv"
        self._writer = CsvWriter(self._file) if is_text else XlsxWriter(self._file, folder)
        return self._writer

    def keep(self) -> None:
        """The file is complete: put it into its place."""
        assert self._file is not None
        # It has finished: where the disk fails now, there is nothing of it to abandon.
        self._writer = None
        os.fsync(self._file.fileno())
        self._file.close()
        Path(str(self._file.name)).replace(self.path)

    def stop(self) -> None:
        """Have whatever is being written end at once. From any thread."""
        if self._file is not None:
            self._file.stopped = True

    def clear(self) -> None:
        """Take away what is not in its place."""
        if self._file is not None and not self._file.closed:
            self.stop()
            self._file.dropped = True
            if self._writer is not None:
                self._writer.abandon()
            self._file.close()
        if self._scratch is not None:
            self._scratch.cleanup()


def not_written(path: Path, error: OSError) -> EsdError:
    """What went wrong with the file, in words."""
    why = (error.strerror or str(error)).lower()
    return EsdError(
        f"{path.name} could not be written: {why}.",
        advice="Nothing of it was left behind. See that there is room, that the folder may be "
        "written to, and that no other program has the file open.",
    )
