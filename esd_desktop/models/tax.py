"""The tax on what is billed. It is rounded on each line, and a total is the sum of its lines, so
that an invoice adds up for whoever checks it by hand."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from esd_desktop.models.currencies import rounded

NO_TAX = Decimal(0)


class LineAmounts(Struct, frozen=True):
    """What one licence is billed with: net and tax, both rounded to the currency."""

    net: Decimal
    tax: Decimal


class Totals(Struct, frozen=True):
    """The sums of some lines."""

    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.net + self.tax


def tax_of(net: Decimal, rate: Decimal, currency: str) -> Decimal:
    """The tax on a net amount at a rate in per cent."""
    return rounded(net * rate / 100, currency)


def line_amounts(price: Decimal, rate: Decimal, currency: str) -> LineAmounts:
    """What one licence of this price is billed with."""
    net = rounded(price, currency)
    return LineAmounts(net, tax_of(net, rate, currency))


def totals(lines: Iterable[LineAmounts]) -> Totals:
    """The sums of some lines."""
    net, tax = Decimal(0), Decimal(0)
    for line in lines:
        net += line.net
        tax += line.tax
    return Totals(net, tax)
