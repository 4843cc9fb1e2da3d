"""What Qt asks about a cell of a list besides painting it: how much room it wants, and its tip."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from esd_desktop.ui.lists.measuring import MARGIN, Measure
from esd_desktop.ui.lists.model import Index, RecordModel
from esd_desktop.ui.look.theme import Theme


class RecordDelegate(QStyledItemDelegate):
    """The table itself has the rows painted (row_painter.py)."""

    def __init__(self, model: RecordModel[Any], look: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._model = model
        self._look = look
        self._take_up_look()
        look.changed.connect(self._take_up_look)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The room in which nothing of the cell is cut."""
        cell = self._model.cell(index)
        return QSize(self._measure.cell(cell) + 2 * MARGIN, self._look.row_height())

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """A tip where there is something to explain, or where the words are cut."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return False
        cell = self._model.cell(index)
        is_cut = self._measure.cell(cell) > option.rect.width() - 2 * MARGIN
        told = [cell.text if is_cut else "", cell.tip]
        QToolTip.showText(event.globalPos(), "\n".join(filter(None, told)), view)
        return True

    def _take_up_look(self) -> None:
        self._measure = Measure(self._look)
