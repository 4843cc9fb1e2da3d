"""The first sight of a window: how it looked when it was closed, with the rows of now.

It is painted on the curtain before there is a theme, a list or a store, from what the window
remembered of its shape and what stands in the store. Words stand where the list will put them;
their badges come with it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QWidget

from esd_desktop.ui.curtain import system_is_dark
from esd_desktop.ui.look.colours import Palette, palette_for

if TYPE_CHECKING:
    from esd_desktop.models.asset_rows import AssetRow
    from esd_desktop.ui.curtain import Picture
    from esd_desktop.ui.lists.cells import Cell
    from esd_desktop.ui.memory import Memory

_SIGHT = "sight"
# By how much of the type's height words stand behind the shape of a quiet badge, and in a badge.
_AFTER_SHAPE, _IN_BADGE = 1.26, 1.84

Rect = tuple[int, int, int, int]


class Part(NamedTuple):
    """A part of the window that has a ground of its own, by that colour's name."""

    rect: Rect
    ground: str


class Place(NamedTuple):
    """A column of the list: where it begins and how wide it is, within the list."""

    column: str
    left: int
    width: int


class Sight(NamedTuple):
    """How the window looked when it was closed, without anybody's data. ``follows`` says that its
    colours were the system's; ``rows`` is where the list's rows stood, below its header."""

    version: str
    size: tuple[int, int]
    dark: bool
    follows: bool
    contrast: bool
    family: str
    pixels: int
    parts: tuple[Part, ...]
    header: Rect
    rows: Rect
    row_height: int
    margin: int
    places: tuple[Place, ...]
    query: dict[str, Any]  # of the list, as AssetQuery takes it

    @property
    def most_rows(self) -> int:
        """How many rows there is room for."""
        return self.rows[3] // self.row_height + 1

    @property
    def palette(self) -> Palette:
        """Its colours."""
        return palette_for(dark=self.dark, high_contrast=self.contrast)

    def with_rows(self, rows: Sequence[AssetRow]) -> Picture:
        """What it looks like with these rows in the list."""
        return _Drawn(self, rows)


def keep_sight(memory: Memory, sight: Sight | None) -> None:
    """Remember how the window looks; None where it shows no list that could be shown at once."""
    if sight is None:
        memory.keep(_SIGHT, {})
    else:
        parts = [each._asdict() for each in sight.parts]
        places = [each._asdict() for each in sight.places]
        memory.keep(_SIGHT, {**sight._asdict(), "parts": parts, "places": places})


def recall_sight(memory: Memory, version: str) -> Sight | None:
    """How the window looked; None where another version left it, or the system's colours have
    changed since."""
    kept = memory.recall(_SIGHT, {})
    if kept.get("version") != version:
        return None
    try:
        sight = _read(kept)
    except (KeyError, TypeError, ValueError):  # somebody has been at the file
        return None
    changed = sight.follows and sight.dark != system_is_dark()
    return None if changed else sight


def _read(kept: dict[str, Any]) -> Sight:
    parts = tuple(Part(_rect(each["rect"]), each["ground"]) for each in kept["parts"])
    places = tuple(Place(**each) for each in kept["places"])
    width, height = kept["size"]
    rects = {"size": (width, height), "header": _rect(kept["header"]), "rows": _rect(kept["rows"])}
    return Sight(**{**kept, **rects, "parts": parts, "places": places})


def _rect(kept: list[int]) -> Rect:
    left, top, width, height = map(int, kept)
    return left, top, width, height


class _Drawn:
    """What a sight looks like with rows. It is drawn once: what comes into the window behind the
    curtain has it painted many times."""

    def __init__(self, sight: Sight, rows: Sequence[AssetRow]) -> None:
        self._sight = sight
        self._rows = rows
        self._drawn: QPixmap | None = None

    def __call__(self, curtain: QWidget) -> None:
        if self._drawn is None:
            self._drawn = self._draw(curtain)
        with QPainter(curtain) as painter:
            painter.drawPixmap(0, 0, self._drawn)

    def _draw(self, curtain: QWidget) -> QPixmap:
        sharpness = curtain.devicePixelRatioF()
        drawn = QPixmap(curtain.size() * sharpness)
        drawn.setDevicePixelRatio(sharpness)
        drawn.fill(QColor(self._sight.palette.window))
        with QPainter(drawn) as painter:
            _paint_with(painter, self._sight, self._rows)
        return drawn


def _paint_with(painter: QPainter, sight: Sight, rows: Sequence[AssetRow]) -> None:
    from esd_desktop.ui.assets.columns import COLUMNS

    for part in sight.parts:
        painter.drawPixmap(*part.rect, _paint_of(getattr(sight.palette, part.ground)))
    pen = _Pen(painter, sight)
    left, top, width, height = sight.rows
    lines = [top - 1, *(top + (at + 1) * sight.row_height - 1 for at in range(len(rows)))]
    for y in lines:
        painter.drawPixmap(left, y, width, 1, pen.line)
    painter.setClipRect(left, sight.header[1], width, top + height - sight.header[1])
    for place in sight.places:
        spec, room = COLUMNS.spec(place.column), pen.room(place)
        header = QRect(room.left(), sight.header[1], room.width(), sight.header[3])
        pen.write(spec.header, header, right=spec.numeric, muted=True)
        for at, row in enumerate(rows):
            cell = spec.cell(row)
            room.moveTop(top + at * sight.row_height)
            words = room.adjusted(pen.before_words(cell), 0, 0, 0)
            muted = spec.quiet or COLUMNS.steps_back(row) or not cell.text
            pen.write(cell.text or "—", words, right=spec.numeric, muted=muted)


def _paint_of(colour: str) -> QPixmap:
    """A colour to fill a rectangle with. To tell a painter a colour itself, as a brush or a pen,
    has PySide make all enumerations of Qt's namespace first."""
    dot = QPixmap(1, 1)
    dot.fill(QColor(colour))
    return dot


def _ink_of(colour: str) -> QWidget:
    """A colour to write with, for the same reason as that of a widget's words."""
    ink, palette = QWidget(), QPalette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
    ink.setPalette(palette)
    return ink


class _Pen:
    """Writes with the list's type and colours."""

    def __init__(self, painter: QPainter, sight: Sight) -> None:
        font = QFont(sight.family)
        font.setPixelSize(sight.pixels)
        font.setFeature(QFont.Tag("tnum"), 1)
        self._painter = painter
        self._sight = sight
        self._font = font
        self._metrics = QFontMetrics(font)
        self._plain, self._muted = _ink_of(sight.palette.text), _ink_of(sight.palette.text_muted)
        self.line = _paint_of(sight.palette.border)

    def room(self, place: Place) -> QRect:
        """What words have of a column, in the first row."""
        left, top, _, _ = self._sight.rows
        margin = self._sight.margin
        return QRect(left + place.left, top, place.width, self._sight.row_height - 1).adjusted(
            margin, 0, -margin, 0
        )

    def before_words(self, cell: Cell) -> int:
        """How far behind the beginning of a cell its words stand."""
        if not cell.badges:
            return 0
        return round(self._metrics.ascent() * (_AFTER_SHAPE if cell.badges[0].quiet else _IN_BADGE))

    def write(self, words: str, room: QRect, *, right: bool, muted: bool) -> None:
        """Write words into the middle of a room, cut where they are too long for it."""
        shown = self._fitting(words, room.width())
        x = room.left()
        if right:
            x = room.right() + 1 - self._metrics.horizontalAdvance(shown)
        above = (room.height() - self._metrics.height()) // 2
        (self._muted if muted else self._plain).initPainter(self._painter)
        self._painter.setFont(self._font)
        self._painter.drawText(x, room.top() + above + self._metrics.ascent(), shown)

    def _fitting(self, words: str, width: int) -> str:
        """Words as they are, or as many letters of them as there is room for."""
        if self._metrics.horizontalAdvance(words) <= width:
            return words
        kept = bisect_left(
            range(1, len(words)),
            True,
            key=lambda number: self._metrics.horizontalAdvance(f"{words[:number]}…") > width,
        )
        return f"{words[:kept]}…"
