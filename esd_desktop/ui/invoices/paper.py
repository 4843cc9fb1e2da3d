"""Draws the pages of a sheet as the PDF has them: on the screen and for a printer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPageSize, QPainter, QPen
from PySide6.QtPrintSupport import QPrinter

from esd_desktop.errors import EsdError
from esd_desktop.services.invoicing.marks import (
    MM_PER_POINT,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Align,
    Box,
    Mark,
    Rule,
    Sheet,
    Text,
)

PAGE = QSizeF(PAGE_WIDTH, PAGE_HEIGHT)
# Fonts come in whole units only; of these a millimetre has enough for any size of type.
_UNITS = 100.0
# Paper is white and ink is dark whatever the window looks like.
_WHITE, _INK, _QUIET, _TINT, _RULE = "#ffffff", "#1c2430", "#5b6675", "#f0f2f5", "#c9d0d9"
_FINE, _STRONG = 0.14, 0.35
_MM_PER_INCH = 25.4


def paint_page(painter: QPainter, marks: Sequence[Mark], place: QRectF) -> None:
    """Draw a page into a rectangle of the page's proportions."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(place.topLeft())
    scale = place.width() / PAGE_WIDTH / _UNITS
    painter.scale(scale, scale)
    for mark in marks:
        _draw(painter, mark)
    painter.restore()


def paint_blank(painter: QPainter, place: QRectF) -> None:
    """Draw the paper itself."""
    painter.fillRect(place, QColor(_WHITE))


def print_sheet(printer: QPrinter, sheet: Sheet) -> None:
    """Print the pages that the printer is set to. Raises EsdError where it does not print."""
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    printer.setDocName(sheet.title)
    painter = QPainter()
    if not painter.begin(printer):
        raise EsdError(
            f"{sheet.title} could not be printed.",
            advice="Check that the printer is switched on and connected, or save it as a PDF.",
        )
    unit = printer.resolution() / _MM_PER_INCH
    place = QRectF(0, 0, PAGE_WIDTH * unit, PAGE_HEIGHT * unit)
    for at, marks in enumerate(_wanted(printer, sheet)):
        if at:
            printer.newPage()
        paint_page(painter, marks, place)
    painter.end()


def _wanted(printer: QPrinter, sheet: Sheet) -> Sequence[Sequence[Mark]]:
    """All pages, where the printer's first page is 0."""
    first, last = printer.fromPage(), printer.toPage()
    return sheet.pages[first - 1 : last] if first else sheet.pages


def _draw(painter: QPainter, mark: Mark) -> None:
    match mark:
        case Text():
            _write(painter, mark)
        case Rule():
            ink = QColor(_INK if mark.strong else _RULE)
            painter.setPen(QPen(ink, (_STRONG if mark.strong else _FINE) * _UNITS))
            start = QPointF(mark.x, mark.y) * _UNITS
            painter.drawLine(start, start + QPointF(mark.width * _UNITS, 0))
        case Box():
            area = QRectF(mark.x, mark.y, mark.width, mark.height)
            painter.fillRect(QRectF(area.topLeft() * _UNITS, area.size() * _UNITS), QColor(_TINT))


def _write(painter: QPainter, text: Text) -> None:
    font = _font(text.size, bold=text.bold)
    painter.setFont(font)
    painter.setPen(QColor(_QUIET if text.quiet else _INK))
    place = QPointF(text.x, text.y) * _UNITS
    if text.align is Align.RIGHT:
        place.setX(place.x() - QFontMetricsF(font).horizontalAdvance(text.text))
    painter.drawText(place, text.text)


@cache
def _font(size: float, *, bold: bool) -> QFont:
    font = QFont(_family())
    font.setPixelSize(round(size * MM_PER_POINT * _UNITS))
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    return font


@cache
def _family() -> str:
    """The name under which Qt knows the fonts that the PDF has too."""
    families: list[str] = []
    for name in ("DejaVuSans", "DejaVuSans-Bold"):
        data = (files("esd_desktop.resources") / "fonts" / f"{name}.ttf").read_bytes()
        number = QFontDatabase.addApplicationFontFromData(data)
        families += QFontDatabase.applicationFontFamilies(number)
    return families[0]
