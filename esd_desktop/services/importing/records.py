"""What every kind of file gives: records, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Protocol

from esd_desktop.records import Discreet
from esd_desktop.services.importing.values import Cell


class Record(Discreet, frozen=True):
    """One line of the file, by the number it has there. With a ``fault`` it has no cells."""

    KEPT_BACK: ClassVar = ("cells",)

    line: int
    cells: Sequence[Cell] = ()
    fault: str = ""


class FileReader(Protocol):
    """A file that is read as a stream."""

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences about the file as a whole."""

    @property
    def total(self) -> int:
        """Its size in bytes."""

    def records(self) -> Iterator[Record]:
        """Its lines that are not blank, the header among them. Raises InvalidInput."""

    def position(self) -> int:
        """How many of the ``total`` bytes have been read."""

    def close(self) -> None:
        """Close it; ``records`` must not be running."""
