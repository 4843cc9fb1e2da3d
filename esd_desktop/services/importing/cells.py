"""The cells of one line by the field they stand for, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from esd_desktop.models.statuses import Word
from esd_desktop.services.importing.columns import Columns, Field
from esd_desktop.services.importing.tokens import read_clear_text
from esd_desktop.services.importing.values import Cell, is_blank, read_word

Value = TypeVar("Value")
WordT = TypeVar("WordT", bound=Word)


class Cells:
    """Reading never raises: what cannot be read is None, and the reason is among ``complaints``."""

    def __init__(self, columns: Columns, cells: Sequence[Cell]) -> None:
        self._positions = columns.positions
        self._cells = cells
        self.complaints: dict[Field, str] = {}

    def has(self, field: Field) -> bool:
        """Whether anything is in the cell."""
        return self._cell(field) is not None

    def read(self, field: Field, reader: Callable[[Cell], Value]) -> Value | None:
        """The cell's value; None where it is blank as well."""
        cell = self._cell(field)
        if cell is None:
            return None
        try:
            return reader(cell)
        except ValueError as error:
            self.complain(field, str(error))
            return None

    def text(self, field: Field, longest: int) -> str | None:
        """A text that is kept in the clear."""
        return self.read(field, lambda cell: read_clear_text(cell, longest))

    def word(self, field: Field, words: type[WordT]) -> WordT | None:
        """One of a closed list of words."""
        return self.read(field, lambda cell: read_word(cell, words))

    def needed(self, field: Field, value: Value | None, why: str = "") -> Value | None:
        """The value again; a complaint where there is none."""
        if value is None:
            self.complain(field, f"is missing{why}")
        return value

    def complain(self, field: Field, reason: str) -> None:
        """Something is wrong with a cell. Of one cell the first complaint is told."""
        self.complaints.setdefault(field, reason)

    def any_wrong(self, *fields: Field) -> bool:
        """Whether one of these could not be read."""
        return any(field in self.complaints for field in fields)

    def _cell(self, field: Field) -> Cell:
        at = self._positions.get(field)
        if at is None or at >= len(self._cells):
            return None
        cell = self._cells[at]
        return None if is_blank(cell) else cell
