"""What a list has columns of: how each looks and behaves, and which are shown at first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from msgspec import Struct

from esd_desktop.ui.lists.cells import Cell

RowT = TypeVar("RowT")


class ColumnSpec(Struct, Generic[RowT], frozen=True):
    """How a column looks and behaves.

    ``name`` is what it is remembered under. ``sort`` is the store's name for sorting by it, None
    where it cannot; ``sample`` is a usual content that is to be seen in full; ``quiet`` text steps
    back behind the rest of the row.
    """

    name: str
    header: str
    hint: str
    sample: Cell
    cell: Callable[[RowT], Cell]
    sort: str | None = None
    newest_first: bool = False
    numeric: bool = False
    quiet: bool = False


def _never(_: object) -> bool:
    return False


class Columns(Struct, Generic[RowT], frozen=True, dict=True):
    """All columns of a list.

    ``shown`` are the names of those that are shown at first, in order. ``filler`` takes the room
    that the others leave. ``first_sort`` is a column's name, and whether descending.
    ``ready_made`` are sets of columns with what a menu calls them. Rows that ``steps_back`` says
    so of are written quietly as a whole.
    """

    specs: tuple[ColumnSpec[RowT], ...]
    shown: tuple[str, ...]
    filler: str
    first_sort: tuple[str, bool]
    ready_made: tuple[tuple[str, tuple[str, ...]], ...] = ()
    steps_back: Callable[[RowT], bool] = _never

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(spec.name for spec in self.specs)

    def spec(self, name: str) -> ColumnSpec[RowT]:
        """The column of a name. Raises KeyError where there is none."""
        return self._by_name[name]

    def place(self, name: str) -> int:
        """Where a column stands among all. Raises KeyError where there is none."""
        return self._places[name]

    def known(self, words: Sequence[object]) -> list[str]:
        """Those of the words that name a column, each once, in their order."""
        by_name = self._by_name
        names = [by_name[word].name for word in words if isinstance(word, str) and word in by_name]
        return list(dict.fromkeys(names))

    @cached_property
    def _by_name(self) -> dict[str, ColumnSpec[RowT]]:
        return {spec.name: spec for spec in self.specs}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {spec.name: place for place, spec in enumerate(self.specs)}
