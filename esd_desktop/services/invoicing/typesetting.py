"""The font of what is printed: which characters it has, how wide a text is, where it breaks."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import as_file, files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from esd_desktop.services.invoicing.marks import MM_PER_POINT

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
# What stands in for a character that the font lacks: a question mark in a box of its own.
MISSING = "�"


@cache
def load_fonts() -> tuple[TTFont, ...]:
    """Make both fonts known to reportlab, from the files that ship with the program."""
    return tuple(_loaded(name) for name in (REGULAR, BOLD))


def printable(text: str) -> str:
    """The text on one line, composed, without control characters, and with a mark for what the font
    cannot show."""
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    known = _characters()
    return "".join(
        each if ord(each) in known else MISSING
        for each in composed
        if unicodedata.category(each) not in ("Cc", "Cf")
    )


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a printable text is, in millimetres."""
    load_fonts()
    return float(pdfmetrics.stringWidth(text, BOLD if bold else REGULAR, size)) * MM_PER_POINT


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """A text in lines that are no wider than the room; a word that has none to itself is broken."""
    lines = [""]
    for word in printable(text).split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if width_of(joined, size, bold=bold) <= room:
            lines[-1] = joined
            continue
        *full, rest = _broken(word, room, size, bold=bold)
        lines += [*full, rest]
    return [line for line in lines if line] or [""]


def _broken(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    parts = [""]
    for character in word:
        if parts[-1] and width_of(parts[-1] + character, size, bold=bold) > room:
            parts.append("")
        parts[-1] += character
    return parts


def _loaded(name: str) -> TTFont:
    with as_file(files("esd_desktop.resources") / "fonts" / f"{name}.ttf") as path:
        font = TTFont(name, path)
    pdfmetrics.registerFont(font)
    return font


@cache
def _characters() -> frozenset[int]:
    """What both fonts have."""
    regular, bold = (font.face.charToGlyph for font in load_fonts())
    return frozenset(regular) & frozenset(bold)
