"""What every kind of file gives: records, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from esd_desktop.services.importing.values import Cell


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the file, by the number it has there. With a ``fault`` it has no cells."""

    line: int
    cells: Sequence[Cell] = field(default=(), repr=False)
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
