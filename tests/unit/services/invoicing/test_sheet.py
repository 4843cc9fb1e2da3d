"""An invoice on paper: all that must stand on it does, on pages that hold it."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.services.invoicing.marks import PAGE_HEIGHT, PAGE_WIDTH, Align, Sheet, Text
from esd_desktop.services.invoicing.sheet import laid_out
from esd_desktop.services.invoicing.typesetting import width_of
from tests.unit.services.invoicing.making import invoice, item


def texts(sheet: Sheet, page: int = 0) -> list[Text]:
    return [mark for mark in sheet.pages[page] if isinstance(mark, Text)]


def words(sheet: Sheet, page: int = 0) -> list[str]:
    return [text.text for text in texts(sheet, page)]


def on_its_line(sheet: Sheet, label: str, page: int = 0) -> list[str]:
    """What stands beside a label."""
    marks = texts(sheet, page)
    at = next(mark.y for mark in marks if mark.text == label)
    return [mark.text for mark in marks if mark.y == at and mark.text != label]


def test_it_says_who_bills_whom_for_what_and_how_much() -> None:
    sheet = laid_out(invoice([item(1)]))
    assert sheet.title == "Invoice INV-2026-00042"
    assert {"Northwind Ltd", "12 Harbour Street", "Tax number GB 123 4567 89"} <= set(words(sheet))
    assert {"Invoice", "Helios Reselling GmbH", "DE", "SO-00017"} <= set(words(sheet))
    assert "2 November 2026" in words(sheet)
    assert on_its_line(sheet, "Office Home & Business 2024") == ["1", "579.99", "19 %", "579.99"]
    assert "579.99" in on_its_line(sheet, "Net")
    assert on_its_line(sheet, "VAT 19 % on 579.99") == ["110.20"]
    assert on_its_line(sheet, "Total") == ["690.19 EUR"]
    assert on_its_line(sheet, "INV-2026-00042 · Northwind Ltd") == ["Page 1 of 1"]


def test_licences_alike_are_one_line_that_sums_the_rounded_licences() -> None:
    """Tax on one is 0.05, on two thousand therefore 100.00, not 2000 x 0.30 x 15 % = 90.00."""
    sheet = laid_out(invoice([item(at, net="0.30", rate="15") for at in range(2_000)]))
    assert len(sheet.pages) == 1
    line = on_its_line(sheet, "Office Home & Business 2024")
    assert line == ["2,000", "0.30", "15 %", "600.00"]
    assert on_its_line(sheet, "VAT 15 % on 600.00") == ["100.00"]
    assert on_its_line(sheet, "Total") == ["700.00 EUR"]


def test_several_rates_are_told_apart() -> None:
    sheet = laid_out(invoice([item(1), item(2, rate="7.5"), item(3, rate="0")]))
    assert on_its_line(sheet, "VAT 19 % on 579.99") == ["110.20"]
    assert on_its_line(sheet, "VAT 7.5 % on 579.99") == ["43.50"]
    assert on_its_line(sheet, "Total") == ["1,893.67 EUR"]


def test_a_credit_says_what_it_takes_back() -> None:
    taken = item(1, net="-579.99", description="Return of Office")
    sheet = laid_out(invoice([taken], kind=InvoiceKind.CREDIT, credits_number="INV-2026-00042"))
    assert "Credit invoice" in words(sheet)
    assert on_its_line(sheet, "Credit of")[-1] == "INV-2026-00042"
    assert on_its_line(sheet, "Total credit") == ["-690.19 EUR"]


def test_amounts_have_their_currencys_decimals() -> None:
    sheet = laid_out(invoice([item(1, net="21900.00", rate="0", currency="JPY")], currency="JPY"))
    assert on_its_line(sheet, "Total") == ["21,900 JPY"]


def test_a_long_table_goes_on_with_its_heading_and_what_it_came_to() -> None:
    items = [item(at, description=f"Product {at}", net="10.00") for at in range(40)]
    sheet = laid_out(invoice(items))
    count = len(sheet.pages)
    assert count == 3
    for page in range(count):
        assert "Product" in words(sheet, page)
        assert f"Page {page + 1} of {count}" in words(sheet, page)
    for page in range(count - 1):
        carried = on_its_line(sheet, "Carried forward", page)
        assert carried == on_its_line(sheet, "Brought forward", page + 1)
    lines = [at for page in range(count) for at in words(sheet, page) if at.startswith("Product ")]
    assert lines == [f"Product {at}" for at in range(40)]
    assert Decimal(on_its_line(sheet, "Brought forward", 1)[0]) == 10 * sum(
        text.startswith("Product ") for text in words(sheet, 0)
    )


@pytest.mark.parametrize(
    ("billed", "description"),
    [
        ("Gesellschaft für außerordentlich lange Namen " * 4, "A product that goes on " * 12),
        ("W" * 200, "W" * 300),
        ("Αιγαίο Ναυτιλιακή Α.Ε.", "Άδεια Windows 11 Pro"),
        ("<b>Bold</b> & %s {0}", "line\nbreak\ttab\x00null\u202egnol"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("count", [1, 9, 60])
def test_nothing_stands_outside_the_paper_or_in_another_column(
    billed: str, description: str, count: int
) -> None:
    items = [item(at, description=f"{description}{at}", net="123456789.12") for at in range(count)]
    sheet = laid_out(invoice(items, billed=billed))
    for page in range(len(sheet.pages)):
        for mark in texts(sheet, page):
            width = width_of(mark.text, mark.size, bold=mark.bold)
            left = mark.x - width if mark.align is Align.RIGHT else mark.x
            assert left >= 19.9
            assert left + width <= PAGE_WIDTH - 19.9
            assert 10 < mark.y < PAGE_HEIGHT - 10
            assert mark.text.isprintable()
        _assert_none_overlaps(texts(sheet, page))


def _assert_none_overlaps(marks: list[Text]) -> None:
    spans = []
    for mark in marks:
        width = width_of(mark.text, mark.size, bold=mark.bold)
        left = mark.x - width if mark.align is Align.RIGHT else mark.x
        spans.append((round(mark.y, 3), left, left + width, mark.text))
    spans.sort()
    for before, after in pairwise(spans):
        assert before[0] != after[0] or before[2] <= after[1] + 0.01, (before, after)
