"""A line below each row that something is being done with; it travels, where motion is wanted."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QVariantAnimation
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QTableView

from esd_desktop.ui.lists.model import RecordModel
from esd_desktop.ui.look.theme import Theme

_ROUND_MS = 1400
_PART = 0.3
_HEIGHT = 2


class BusyLines:
    """Painted by the table over its rows; asks for painting by itself while they travel."""

    def __init__(self, view: QTableView, model: RecordModel[Any], look: Theme) -> None:
        self._view = view
        self._model = model
        self._look = look
        self._travel = QVariantAnimation(view, startValue=0.0, endValue=1.0, duration=_ROUND_MS)
        self._travel.setLoopCount(-1)
        self._travel.valueChanged.connect(self._update)
        model.dataChanged.connect(self._start_or_stop)

    def paint(self, painter: QPainter) -> None:
        """Draw them."""
        colour = QColor(self._look.palette.accent)
        for line in self._lines():
            left, length = 0, line.width()
            if self._travels():
                at = float(self._travel.currentValue()) * (1 + _PART) - _PART
                left, length = round(at * line.width()), round(_PART * line.width())
            painter.fillRect(left, line.top(), length, _HEIGHT, colour)

    def _lines(self) -> list[QRect]:
        view, room = self._view, self._view.viewport().rect()
        bottoms = [
            view.rowViewportPosition(position) + view.rowHeight(position)
            for position in self._model.busy_positions()
        ]
        lines = [QRect(0, bottom - _HEIGHT, room.width(), _HEIGHT) for bottom in bottoms]
        return [line for line in lines if line.intersects(room)]

    def _update(self) -> None:
        for line in self._lines():
            self._view.viewport().update(line)

    def _start_or_stop(self) -> None:
        wanted = self._look.motion and bool(self._model.busy_positions())
        if wanted and not self._travels():
            self._travel.start()
        elif not wanted:
            self._travel.stop()

    def _travels(self) -> bool:
        return self._travel.state() == QVariantAnimation.State.Running
