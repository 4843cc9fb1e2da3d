"""A list of records as it is told: a table for people, an array for a script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from esd_desktop.cli.output import Output
from esd_desktop.cli.shapes import Json, plain
from esd_desktop.cli.table import Column

Row = TypeVar("Row")


class Listing(Generic[Row]):
    """Rows are told as they are added. Nothing is written before the first ones are there, so a
    fault that comes before them is told by itself; ``count`` says how many there were.

    ``cells`` gives the columns of a row, ``shape`` its JSON.
    """

    def __init__(
        self,
        out: Output,
        columns: Sequence[Column],
        cells: Callable[[Row], Sequence[object]],
        shape: Callable[[Row], Json | Any] = plain,
    ) -> None:
        self.count = 0
        self._out = out
        self._table = out.table(columns)
        self._cells = cells
        self._shape = shape

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self._out.begin_list()
            self._out.end_list()

    def add(self, rows: Iterable[Row]) -> None:
        """Tell these rows."""
        rows = list(rows)
        if not rows:
            return
        self._out.begin_list()
        self.count += len(rows)
        if self._out.as_json:
            for row in rows:
                self._out.item(self._shape(row))
        else:
            for line in self._table.lines(map(self._cells, rows)):
                self._out.line(line)
