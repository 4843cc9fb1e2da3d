"""A sheet as a PDF. The same sheet is always the same bytes, so that two copies can be compared."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from esd_desktop.services.invoicing.marks import (
    MM_PER_POINT,
    PAGE_HEIGHT,
    Align,
    Box,
    Mark,
    Rule,
    Sheet,
    Text,
)
from esd_desktop.services.invoicing.typesetting import BOLD, REGULAR, load_fonts

_INK, _QUIET, _TINT = "#1c2430", "#5b6675", "#f0f2f5"
_FINE, _STRONG = 0.4, 1.0
_RULE = "#c9d0d9"


def as_pdf(sheet: Sheet) -> bytes:
    """The sheet, its fonts within it."""
    load_fonts()
    written = BytesIO()
    canvas = Canvas(written, pagesize=A4, invariant=1)
    canvas.setTitle(sheet.title)
    canvas.setAuthor(sheet.author or "ESD Desktop")
    canvas.setCreator("ESD Desktop")
    for marks in sheet.pages:
        for mark in marks:
            _draw(canvas, mark)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def _draw(canvas: Canvas, mark: Mark) -> None:
    match mark:
        case Text():
            _write(canvas, mark)
        case Rule():
            canvas.setStrokeColor(_INK if mark.strong else _RULE)
            canvas.setLineWidth(_STRONG if mark.strong else _FINE)
            canvas.line(_x(mark.x), _y(mark.y), _x(mark.x + mark.width), _y(mark.y))
        case Box():
            canvas.setFillColor(_TINT)
            corner = _x(mark.x), _y(mark.y + mark.height)
            canvas.rect(*corner, _x(mark.width), _x(mark.height), stroke=0, fill=1)


def _write(canvas: Canvas, text: Text) -> None:
    canvas.setFont(BOLD if text.bold else REGULAR, text.size)
    canvas.setFillColor(_QUIET if text.quiet else _INK)
    place = _x(text.x), _y(text.y)
    if text.align is Align.RIGHT:
        canvas.drawRightString(*place, text.text)
    else:
        canvas.drawString(*place, text.text)


def _x(millimetres: float) -> float:
    return millimetres / MM_PER_POINT


def _y(millimetres: float) -> float:
    """PDF counts from the lower edge."""
    return (PAGE_HEIGHT - millimetres) / MM_PER_POINT
