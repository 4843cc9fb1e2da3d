"""The PDF: readable by others, the same each time, text only, fonts within."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader

from esd_desktop.services.invoicing.pdf import as_pdf
from esd_desktop.services.invoicing.sheet import laid_out
from tests.unit.services.invoicing.making import invoice, item

_HOSTILE = "<b>bold</b> (paren) \\ %PDF-1.4 endobj {0} %s"


def _read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def test_the_same_invoice_is_the_same_bytes() -> None:
    many = invoice([item(at, description=f"Product {at}") for at in range(40)])
    assert as_pdf(laid_out(many)) == as_pdf(laid_out(many))
    assert as_pdf(laid_out(many)) != as_pdf(laid_out(invoice([item(1)])))


def test_others_read_what_stands_on_it() -> None:
    read = _read(as_pdf(laid_out(invoice([item(1)], billed="Αιγαίο Ναυτιλιακή"))))
    text = read.pages[0].extract_text()
    for wanted in ("INV-2026-00042", "Αιγαίο Ναυτιλιακή", "2 November 2026", "690.19 EUR"):
        assert wanted in text
    assert read.metadata is not None
    assert read.metadata.title == "Invoice INV-2026-00042"
    assert read.metadata.author == "Northwind Ltd"
    assert [round(float(side)) for side in read.pages[0].mediabox[2:]] == [595, 842]


def test_hostile_text_is_only_text() -> None:
    read = _read(as_pdf(laid_out(invoice([item(1)], billed=_HOSTILE))))
    assert len(read.pages) == 1
    assert "<b>bold</b> (paren) \\ %PDF-1.4" in " ".join(read.pages[0].extract_text().split())
    assert read.get_fields() is None


def test_the_fonts_are_within() -> None:
    page = _read(as_pdf(laid_out(invoice([item(1)])))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    embedded = [font for font in fonts if "DejaVu" in font["/BaseFont"]]
    assert embedded
    assert all("/FontFile2" in font["/FontDescriptor"] for font in embedded)


def test_each_page_is_a_page() -> None:
    sheet = laid_out(invoice([item(at, description=f"Product {at}") for at in range(40)]))
    assert len(_read(as_pdf(sheet)).pages) == len(sheet.pages) == 3
