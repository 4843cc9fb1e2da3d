"""The line icons: one drawing each, coloured with the palette of the moment they are painted in."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from esd_desktop.ui.look.drawings import GRID, STROKE, drawing, names
from esd_desktop.ui.look.theme import SPACE_4, theme

# PySide frees what clone() returns unless Python holds it too; Qt copies an icon only to change it.
_COPIES: list[QIconEngine] = []


def icon(name: str, size: int = 16, *, colour: str = "text", before_words: bool = False) -> QIcon:
    """The icon of that name, never drawn larger than ``size`` (which grows with the type).

    ``colour`` names a colour of the palette; ``before_words`` leaves room between the drawing and
    the words of a button, which Qt's own styles do not. Light and dark are followed without being
    told: the colour is looked up at each painting. KeyError where there is no such drawing.
    """
    if name not in names():
        raise KeyError(name)
    theme()  # A theme made during a painting would take away the style that is painting.
    return QIcon(_LineIcon(name, size, colour, SPACE_4 if before_words else 0))


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: str) -> None:
    """Draw an icon in an ``#rrggbb`` colour, for whoever paints by hand."""
    stroke = _stroke_for(min(rect.width(), rect.height()))
    _renderer(name, colour, stroke).render(painter, rect)


class _LineIcon(QIconEngine):
    def __init__(self, name: str, size: int, colour: str, room: int) -> None:
        super().__init__()
        self._name = name
        self._size = size
        self._colour = colour
        self._room = room

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        if self._room:
            square.moveLeft(rect.left())
        paint_icon(painter, square, self._name, self._colour_for(mode))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        """``size`` is in device-independent pixels."""
        if size.isEmpty():
            return QPixmap()
        colour = self._colour_for(mode)
        key = f"line-icon/{self._name}/{self._room}/{colour}/{size.width()}x{size.height()}@{scale}"
        kept = QPixmap()
        if QPixmapCache.find(key, kept):
            return kept
        drawn = _blank(size, scale)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        QPixmapCache.insert(key, drawn)
        return drawn

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        return size.boundedTo(self._natural())

    def availableSizes(
        self,
        mode: QIcon.Mode = QIcon.Mode.Normal,
        state: QIcon.State = QIcon.State.Off,
    ) -> list[QSize]:
        return [self._natural()]

    def clone(self) -> QIconEngine:
        copied = _LineIcon(self._name, self._size, self._colour, self._room)
        _COPIES.append(copied)
        return copied

    def key(self) -> str:
        return "line-icon"

    def iconName(self) -> str:
        return self._name

    def isNull(self) -> bool:
        return False

    def _natural(self) -> QSize:
        scale = theme().scale
        return QSize(round((self._size + self._room) * scale), round(self._size * scale))

    def _colour_for(self, mode: QIcon.Mode) -> str:
        palette = theme().palette
        if mode == QIcon.Mode.Disabled:
            return palette.text_disabled
        if mode == QIcon.Mode.Selected:
            return palette.selection_text
        return str(getattr(palette, self._colour))


def _blank(size: QSize, scale: float) -> QPixmap:
    pixmap = QPixmap(size * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def _stroke_for(side: float) -> float:
    """Lines stay 1.5 px wide up to 20 px and grow slower than the drawing beyond."""
    pixels = STROKE if side <= 20 else STROKE + (side - 20) / 48
    return round(pixels * GRID / max(side, 1.0), 3)


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str, stroke: float) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(drawing(name, colour, stroke).encode()))
