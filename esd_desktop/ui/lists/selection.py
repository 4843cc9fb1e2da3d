"""Which records are selected, by id: so that the selection stays with them wherever they move."""

from __future__ import annotations

from itertools import pairwise
from typing import Generic

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, Signal
from PySide6.QtWidgets import QTableView

from esd_desktop.ui.lists.model import RecordModel
from esd_desktop.ui.lists.source import RowT

_FOLLOWED = 1000
_Flag = QItemSelectionModel.SelectionFlag


class Selection(QObject, Generic[RowT]):
    """``changed`` tells that another record is the selected one, or none; ``counted`` how many rows
    are selected. Of very many rows the positions are followed rather than the records."""

    changed = Signal(object)
    counted = Signal(int)

    def __init__(self, view: QTableView, model: RecordModel[RowT]) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._ids: list[int | None] = []
        self._selected: int | None = None
        self._restoring = False
        view.selectionModel().selectionChanged.connect(self._selection_changed)
        view.selectionModel().currentChanged.connect(self._selection_changed)

    @property
    def selected_id(self) -> int | None:
        """The one record that stands for the selection: where the keyboard is, or its first."""
        return self._selected

    @property
    def count(self) -> int:
        """How many rows are selected."""
        return sum(last - first + 1 for first, last in self.ranges())

    def ranges(self) -> list[tuple[int, int]]:
        """The selected positions, from first to last, in order."""
        selected = self._view.selectionModel().selection()
        parts = (selected.at(place) for place in range(selected.size()))
        return sorted({(part.top(), part.bottom()) for part in parts})

    def positions(self) -> tuple[int, ...]:
        """The selected positions, as far as they are followed."""
        if self.count > _FOLLOWED:
            return ()
        return tuple(at for first, last in self.ranges() for at in range(first, last + 1))

    def ids(self) -> list[int]:
        """The selected records in order, as far as they are followed and loaded."""
        return [one for one in self._ids if one is not None]

    def single_row(self) -> RowT | None:
        """The only row that is selected, where it is loaded."""
        positions = self.positions()
        return self._model.row_at(positions[0]) if len(positions) == 1 else None

    def look_again(self) -> None:
        """Rows were loaded: a selected one may be among them."""
        if None in self._ids:
            self._note()

    def hold(self) -> None:
        """The rows are about to change: what Qt makes of the selection meanwhile is no choice."""
        self._restoring = True

    def restore(self) -> int | None:
        """Select the same records again where they stand now. Answers the one that was selected
        where none of them is among the rows that are loaded."""
        lost = self._restore()
        self._restoring = False
        if lost is None:
            self._note()
        return lost

    def select_at(self, position: int) -> None:
        """Select the row at a position."""
        self._restoring = True
        self._select([position])
        self._restoring = False
        self._note()

    def clear(self) -> None:
        """Select nothing."""
        self._restoring = True
        self._view.selectionModel().clearSelection()
        self._restoring = False
        self._note()

    def _restore(self) -> int | None:
        if not self._ids or None in self._ids:
            return None
        found = [self._model.position_of(one) for one in self._ids if one is not None]
        positions = sorted(at for at in found if at is not None)
        if positions != list(self.positions()):
            self._select(positions)
        return None if positions else self._selected

    def _select(self, positions: list[int]) -> None:
        model, last = self._model, self._model.columnCount() - 1
        wanted = QItemSelection()
        for first, end in _runs(positions):
            wanted.merge(
                QItemSelection(model.index(first, 0), model.index(end, last)), _Flag.Select
            )
        selection = self._view.selectionModel()
        selection.select(wanted, _Flag.ClearAndSelect)
        if positions:
            stands_for_all = self._model.position_of(self._selected or 0)
            position = stands_for_all if stands_for_all in positions else positions[0]
            column = selection.currentIndex().column()
            if column < 0:
                column = self._view.horizontalHeader().logicalIndexAt(0)
            selection.setCurrentIndex(model.index(position, column), _Flag.NoUpdate)

    def _selection_changed(self) -> None:
        if not self._restoring:
            self._note()

    def _note(self) -> None:
        rows = [self._model.row_at(position) for position in self.positions()]
        self._ids = [None if row is None else row.id for row in rows]
        self.counted.emit(self.count)
        selected = self._stands_for_all()
        # A row that is still being loaded will say which one it is.
        if selected != self._selected and (selected is not None or not self.count):
            self._selected = selected
            self.changed.emit(selected)

    def _stands_for_all(self) -> int | None:
        selection = self._view.selectionModel()
        current = selection.currentIndex()
        if current.isValid() and selection.isSelected(current):
            row = self._model.row_at(current.row())
            return None if row is None else row.id
        return next((one for one in self._ids if one is not None), None)


def _runs(positions: list[int]) -> list[tuple[int, int]]:
    """Positions in order, as runs from first to last."""
    if not positions:
        return []
    breaks = [at for at, (one, other) in enumerate(pairwise(positions), 1) if other != one + 1]
    starts, ends = [0, *breaks], [*breaks, len(positions)]
    return [(positions[start], positions[end - 1]) for start, end in zip(starts, ends, strict=True)]
