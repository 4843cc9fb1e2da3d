"""What a printed page is made of: texts and lines at places in millimetres from its upper left
corner. Whoever draws them decides nothing, so that paper, preview and PDF are one."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

PAGE_WIDTH = 210.0
PAGE_HEIGHT = 297.0
# A point of type is a 72nd of an inch.
MM_PER_POINT = 25.4 / 72


class Align(StrEnum):
    """Which end of a text stands at its place."""

    LEFT = "left"
    RIGHT = "right"


class Text(Struct, frozen=True):
    """A line of text; ``y`` is its base line, ``size`` is in points. ``quiet`` text is grey."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    align: Align = Align.LEFT
    quiet: bool = False


class Rule(Struct, frozen=True):
    """A level line from ``x`` on; ``strong`` ones are darker and thicker."""

    x: float
    y: float
    width: float
    strong: bool = False


class Box(Struct, frozen=True):
    """A lightly tinted ground; what stands on it comes after it."""

    x: float
    y: float
    width: float
    height: float


Mark = Text | Rule | Box


class Sheet(Struct, frozen=True):
    """The pages of one document, each as its marks in the order of drawing."""

    title: str
    author: str
    pages: tuple[tuple[Mark, ...], ...]
