"""Pages as they are drawn: the PDF's places, on white, also on a printer."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from esd_desktop.errors import EsdError
from esd_desktop.services.invoicing.marks import Align, Sheet, Text
from esd_desktop.services.invoicing.sheet import laid_out
from esd_desktop.services.invoicing.typesetting import width_of
from esd_desktop.ui.invoices.paper import paint_blank, paint_page, print_sheet
from tests.unit.services.invoicing.making import invoice, item

_PX_PER_MM = 8
_INK = bytes(ord("#" if grey < 200 else " ") for grey in range(256))
_PLACE = QRectF(0, 0, 210 * _PX_PER_MM, 297 * _PX_PER_MM)


def drawn(sheet: Sheet) -> QImage:
    image = QImage(_PLACE.size().toSize(), QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    paint_blank(painter, _PLACE)
    paint_page(painter, sheet.pages[0], _PLACE)
    painter.end()
    return image


def inked(image: QImage) -> QRectF:
    """The part of the paper that has ink, in millimetres."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    xs, ys = [], []
    for y in range(0, image.height(), 2):
        line = bytes(cast(memoryview, grey.constScanLine(y)))[: image.width()].translate(_INK)
        if b"#" in line:
            xs += [line.index(b"#"), line.rindex(b"#")]
            ys.append(y)
    return QRectF(
        min(xs) / _PX_PER_MM,
        min(ys) / _PX_PER_MM,
        (max(xs) - min(xs)) / _PX_PER_MM,
        (max(ys) - min(ys)) / _PX_PER_MM,
    )


@pytest.mark.parametrize("align", list(Align))
@pytest.mark.parametrize("bold", [False, True])
def test_a_text_is_as_wide_on_the_screen_as_in_the_pdf(
    qapp: QApplication, align: Align, bold: bool
) -> None:
    words = "HHH Ναυτιλιακή 1,234.50 HHH"
    mark = Text(100, 50, words, 12, bold=bold, align=align)
    area = inked(drawn(Sheet("", "", ((mark,),))))
    width = width_of(words, 12, bold=bold)
    left = 100 - width if align is Align.RIGHT else 100
    assert area.left() == pytest.approx(left, abs=0.6)
    assert area.width() == pytest.approx(width, abs=1.0)
    assert area.top() < 50 < area.bottom() + 2


def test_the_printer_gets_every_page(qapp: QApplication, tmp_path: Path) -> None:
    sheet = laid_out(invoice([item(at, description=f"Product {at}") for at in range(40)]))
    file = tmp_path / "printed.pdf"
    print_sheet(_to_file(file), sheet)
    read = PdfReader(file)
    assert len(read.pages) == 3
    assert [round(float(side) / 10) for side in read.pages[0].mediabox[2:]] == [60, 84]


def test_the_printer_gets_the_pages_that_were_chosen(qapp: QApplication, tmp_path: Path) -> None:
    sheet = laid_out(invoice([item(at, description=f"Product {at}") for at in range(40)]))
    printer = _to_file(tmp_path / "printed.pdf")
    printer.setFromTo(2, 3)
    print_sheet(printer, sheet)
    assert len(PdfReader(tmp_path / "printed.pdf").pages) == 2


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_printer_that_does_not_print_is_told(qapp: QApplication, tmp_path: Path) -> None:
    printer = _to_file(tmp_path / "no folder" / "printed.pdf")
    with pytest.raises(EsdError, match="could not be printed"):
        print_sheet(printer, laid_out(invoice([item(1)])))


def _to_file(file: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(file))
    return printer
