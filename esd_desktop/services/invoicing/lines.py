"""What stands in the table of a printed invoice: licences alike, one after the other, are a line
together, whose sums are those of the licences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from msgspec import Struct

from esd_desktop.models.currencies import decimals_shown
from esd_desktop.models.invoice_rows import InvoiceItemRow


class PaperLine(Struct, frozen=True):
    """So many licences of one product at one price and rate. ``price`` is of one licence."""

    description: str
    sku: str
    quantity: int
    price: Decimal
    tax_rate: Decimal
    net: Decimal
    tax: Decimal


class TaxSum(Struct, frozen=True):
    """What a rate applies to, and what it makes."""

    rate: Decimal
    net: Decimal
    tax: Decimal


def paper_lines(items: Sequence[InvoiceItemRow]) -> list[PaperLine]:
    """The items as they are printed, in their order."""
    return [_line(list(alike)) for _, alike in groupby(items, key=_looks)]


def tax_sums(lines: Iterable[PaperLine]) -> list[TaxSum]:
    """The tax by rate, the highest first; a rate of nothing is left out."""
    found: dict[Decimal, TaxSum] = {}
    for line in lines:
        known = found.get(line.tax_rate, TaxSum(line.tax_rate, Decimal(0), Decimal(0)))
        found[line.tax_rate] = TaxSum(known.rate, known.net + line.net, known.tax + line.tax)
    return [found[rate] for rate in sorted(found, reverse=True) if rate]


def number_text(amount: Decimal, currency: str) -> str:
    """An amount the same on every computer: 1,234.50."""
    return f"{amount:,.{decimals_shown(amount, currency)}f}"


def _looks(item: InvoiceItemRow) -> tuple[object, ...]:
    return item.description, item.sku, item.net, item.tax_rate, item.tax


def _line(items: Sequence[InvoiceItemRow]) -> PaperLine:
    first, count = items[0], len(items)
    return PaperLine(
        description=first.description,
        sku=first.sku,
        quantity=count,
        price=first.net,
        tax_rate=first.tax_rate,
        net=first.net * count,
        tax=first.tax * count,
    )
