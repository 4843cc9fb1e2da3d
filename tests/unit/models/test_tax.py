"""Tax is rounded on each line, and totals are the sums of lines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from esd_desktop.models.tax import Totals, line_amounts, tax_of, totals


@pytest.mark.parametrize(
    ("net", "rate", "currency", "tax"),
    [
        ("579.99", "19", "GBP", "110.20"),
        ("-579.99", "19", "GBP", "-110.20"),
        ("10.00", "8.25", "EUR", "0.83"),
        ("21900", "10", "JPY", "2190"),
        ("15", "10", "JPY", "2"),
        ("1.000", "5.05", "KWD", "0.051"),
        ("249.00", "0", "EUR", "0.00"),
    ],
)
def test_the_tax_on_a_line(net: str, rate: str, currency: str, tax: str) -> None:
    assert str(tax_of(Decimal(net), Decimal(rate), currency)) == tax


def test_a_total_is_the_sum_of_the_rounded_lines() -> None:
    """0.05 of tax on each of three, though 15 % of their sum would be 0.14."""
    lines = [line_amounts(Decimal("0.3049"), Decimal(15), "EUR")] * 3
    assert totals(lines) == Totals(Decimal("0.90"), Decimal("0.15"))
    assert totals(lines).total == Decimal("1.05")


def test_nothing_sums_to_nothing() -> None:
    assert totals([]).total == 0
