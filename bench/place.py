"""What a measurement is handed: the stores, a folder to work in, how often to repeat."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from bench.data import stores
from bench.table import Row

_BYTES_OF_A_LICENCE = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how much is measured.

    ``address``: the store, ready and filled: a file's path, or ``postgresql://…``. Who writes to it
    takes a ``copy()``. ``size``: how many assets it has. ``rounds``: how often a thing is repeated
    that takes some milliseconds; what takes seconds is done ``few`` times.
    """

    size: int
    address: str
    cache: Path
    rounds: int = 200
    few: int = 5

    @property
    def is_file(self) -> bool:
        return "://" not in self.address

    @property
    def file(self) -> Path:
        """The store's file. Raises ValueError on a server."""
        if not self.is_file:
            raise ValueError("the store is on a server")
        return Path(self.address)

    def has_room_for(self, size: int) -> bool:
        """Whether a store of that size could be built here, and the disk be left half empty."""
        return shutil.disk_usage(self.cache).free > 2 * size * _BYTES_OF_A_LICENCE

    def of_size(self, size: int) -> Place:
        """The same with a file of another size, built where it is not there yet."""
        return replace(self, size=size, address=str(stores.file_of(self.cache, size)))

    @contextmanager
    def copy(self) -> Iterator[Place]:
        """A copy of the file that may be written to; gone afterwards."""
        with self.folder() as folder:
            copied = folder / self.file.name
            shutil.copyfile(self.file, copied)
            yield replace(self, address=str(copied))

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """An empty folder on the disk the stores are on; gone afterwards."""
        with tempfile.TemporaryDirectory(dir=self.cache) as folder:
            yield Path(folder)


# Yields its rows as they are measured, so that they can be seen while the next is going on.
Measure: TypeAlias = Callable[[Place], Iterable[Row]]
