"""A little shape for each tone, so that a status can be told without seeing its colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from esd_desktop.ui.look.colours import Tone

_UNIT = 12.0


def paint_shape(painter: QPainter, square: QRectF, tone: Tone, colour: str) -> None:
    """Draw a tone's shape into a square: tick, triangle, octagon, ring, clock or circled i."""
    side = min(square.width(), square.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(square.center())
    painter.scale(side / _UNIT, side / _UNIT)
    painter.translate(-_UNIT / 2, -_UNIT / 2)
    painter.setPen(_pen(colour))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_PATHS[tone])
    painter.restore()


@lru_cache
def _pen(colour: str) -> QPen:
    pen = QPen(QColor(colour), 1.4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _line(path: QPainterPath, *points: tuple[float, float]) -> None:
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))


def _tick() -> QPainterPath:
    path = QPainterPath()
    _line(path, (2.0, 6.5), (4.7, 9.2), (10.0, 3.2))
    return path


def _triangle() -> QPainterPath:
    path = QPainterPath()
    _line(path, (6.0, 1.4), (11.1, 10.4), (0.9, 10.4), (6.0, 1.4))
    _line(path, (6.0, 4.8), (6.0, 6.9))
    _line(path, (6.0, 8.7), (6.0, 8.75))
    return path


def _octagon() -> QPainterPath:
    path = QPainterPath()
    _line(path, (4, 1), (8, 1), (11, 4), (11, 8), (8, 11), (4, 11), (1, 8), (1, 4), (4, 1))
    _line(path, (6.0, 3.6), (6.0, 6.4))
    _line(path, (6.0, 8.4), (6.0, 8.45))
    return path


def _ring() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(6, 6), 3.2, 3.2)
    return path


def _clock() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(6, 6), 4.8, 4.8)
    _line(path, (6.0, 3.4), (6.0, 6.2), (7.9, 7.3))
    return path


def _circled_i() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(6, 6), 4.8, 4.8)
    _line(path, (6.0, 5.8), (6.0, 8.5))
    _line(path, (6.0, 3.6), (6.0, 3.65))
    return path


_PATHS = {
    Tone.GOOD: _tick(),
    Tone.WARNING: _triangle(),
    Tone.BAD: _octagon(),
    Tone.NEUTRAL: _ring(),
    Tone.ACCENT: _clock(),
    Tone.INFO: _circled_i(),
}
