"""Licences alike are printed as one line."""

from __future__ import annotations

from decimal import Decimal

from esd_desktop.services.invoicing.lines import TaxSum, number_text, paper_lines, tax_sums
from tests.unit.services.invoicing.making import item


def test_only_neighbours_that_are_alike_in_all_are_one_line() -> None:
    items = [item(1), item(2), item(3, net="1.00"), item(4), item(5, rate="7")]
    assert [(line.quantity, line.net) for line in paper_lines(items)] == [
        (2, Decimal("1159.98")),
        (1, Decimal("1.00")),
        (1, Decimal("579.99")),
        (1, Decimal("579.99")),
    ]


def test_the_sums_are_those_of_all_items() -> None:
    items = [item(at, net="0.33", rate="8.25") for at in range(7)] + [item(9), item(10)]
    lines = paper_lines(items)
    assert sum(line.net for line in lines) == sum(each.net for each in items)
    assert sum(line.tax for line in lines) == sum(each.tax for each in items)
    assert tax_sums(lines) == [
        TaxSum(Decimal(19), Decimal("1159.98"), Decimal("220.40")),
        TaxSum(Decimal("8.25"), Decimal("2.31"), Decimal("0.21")),
    ]


def test_a_rate_of_nothing_is_no_tax() -> None:
    assert tax_sums(paper_lines([item(1, rate="0")])) == []


def test_numbers_are_written_the_same_everywhere() -> None:
    assert number_text(Decimal("-1234.5"), "EUR") == "-1,234.50"
    assert number_text(Decimal("12.345"), "KWD") == "12.345"
