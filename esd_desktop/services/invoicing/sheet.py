"""An invoice on paper: who bills whom, for what, what it comes to, on as many pages as needed."""

from __future__ import annotations

from decimal import Decimal

from esd_desktop.models.invoice_rows import InvoiceDetail
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.wording import as_utc_day
from esd_desktop.services.invoicing.lines import PaperLine, number_text, paper_lines, tax_sums
from esd_desktop.services.invoicing.marks import (
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Align,
    Box,
    Mark,
    Rule,
    Sheet,
    Text,
)
from esd_desktop.services.invoicing.typesetting import printable, width_of, wrapped

_LEFT, _RIGHT = 20.0, PAGE_WIDTH - 20.0
_WIDTH = _RIGHT - _LEFT
_TOP = 22.0
_MIDDLE = 115.0
_LAST = PAGE_HEIGHT - 32.0
_FOOT = PAGE_HEIGHT - 14.0

_BODY, _SMALL, _TITLE, _LARGE = 9.5, 8.0, 20.0, 11.5
_STEP, _SMALL_STEP = 4.8, 3.9
_HEADING_HEIGHT = 7.0
_CELL = 1.8

_DESCRIPTION_ROOM = 78.0
# Where the figures of each column end.
_QUANTITY, _PRICE, _RATE, _NET = _LEFT + 94, _LEFT + 122, _LEFT + 138, _RIGHT - _CELL

_TITLES = {InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT: "Credit invoice"}


def laid_out(detail: InvoiceDetail) -> Sheet:
    """The invoice as pages."""
    return _Layout(detail).sheet()


class _Layout:
    """Writes from the top down, and takes a new page where there is no room left."""

    def __init__(self, detail: InvoiceDetail) -> None:
        self._detail = detail
        self._row = detail.row
        self._currency = detail.row.net.currency
        self._lines = paper_lines(detail.items)
        self._pages: list[list[Mark]] = [[]]
        self._y = _TOP

    def sheet(self) -> Sheet:
        self._seller()
        self._parties()
        self._table()
        self._totals()
        pages = tuple(
            (*marks, *self._foot(number, len(self._pages)))
            for number, marks in enumerate(self._pages, start=1)
        )
        title = f"{_TITLES[self._row.kind]} {self._row.number}"
        return Sheet(printable(title), printable(self._detail.seller.name), pages)

    # The parts, from the top down

    def _seller(self) -> None:
        seller = self._detail.seller
        for line in wrapped(seller.name, _WIDTH, _LARGE, bold=True) if seller.name else []:
            self._text(line, size=_LARGE, bold=True)
            self._y += _STEP + 0.6
        tax_number = [f"Tax number {seller.tax_number}"] if seller.tax_number else []
        for part in [*seller.address.splitlines(), *tax_number]:
            self._small(part)
        self._y += 16

    def _parties(self) -> None:
        """Who is billed, left; which invoice it is, right."""
        top = self._y
        self._text(_TITLES[self._row.kind], size=_TITLE, bold=True)
        self._y += 13
        self._small("Billed to")
        self._y += 1
        for line in wrapped(self._detail.billed_name, _MIDDLE - _LEFT - 8, _LARGE, bold=True):
            self._text(line, size=_LARGE, bold=True)
            self._y += _STEP + 0.6
        if self._detail.billed_country:
            self._text(self._detail.billed_country)
            self._y += _STEP
        bottom, self._y = self._y, top + 13
        for label, value in self._particulars():
            self._text(label, x=_MIDDLE, quiet=True)
            for line in wrapped(value, _RIGHT - _MIDDLE - 30, _BODY):
                self._text(line, x=_MIDDLE + 30)
                self._y += _STEP
        self._y = max(bottom, self._y) + 9

    def _particulars(self) -> list[tuple[str, str]]:
        row, detail = self._row, self._detail
        pairs = [("Number", row.number), ("Date", as_utc_day(row.issued_at))]
        if row.order_number:
            pairs.append(("Order", row.order_number))
        if row.account != detail.billed_name:
            pairs.append(("Account", row.account))
        if detail.credits_number:
            pairs.append(("Credit of", detail.credits_number))
        return pairs

    def _table(self) -> None:
        self._heading()
        carried = Decimal(0)
        for line in self._lines:
            texts = wrapped(line.description, _DESCRIPTION_ROOM, _BODY)
            height = len(texts) * _STEP + _SMALL_STEP + 2.6
            if self._y + height > _LAST - _STEP:
                self._carry("Carried forward", carried)
                self._turn()
                self._heading()
                self._carry("Brought forward", carried)
            self._line(line, texts)
            carried += line.net
        self._y += 2

    def _heading(self) -> None:
        self._add(Box(_LEFT, self._y - _STEP, _WIDTH, _HEADING_HEIGHT))
        headings = (
            ("Quantity", _QUANTITY),
            ("Price", _PRICE),
            ("Tax", _RATE),
            (f"Net {self._currency}", _NET),
        )
        self._text("Product", x=_LEFT + _CELL, size=_SMALL, bold=True)
        for heading, end in headings:
            self._figure(heading, end, size=_SMALL, bold=True)
        self._y += _HEADING_HEIGHT

    def _line(self, line: PaperLine, texts: list[str]) -> None:
        self._figure(f"{line.quantity:,}", _QUANTITY)
        self._figure(self._number(line.price), _PRICE)
        self._figure(_percent(line.tax_rate), _RATE)
        self._figure(self._number(line.net), _NET)
        for text in texts:
            self._text(text, x=_LEFT + _CELL)
            self._y += _STEP
        self._text(line.sku, x=_LEFT + _CELL, size=_SMALL, quiet=True)
        self._y += 2.6
        self._add(Rule(_LEFT, self._y, _WIDTH))
        self._y += _SMALL_STEP + 1.2

    def _carry(self, words: str, amount: Decimal) -> None:
        self._text(words, x=_LEFT + _CELL, quiet=True)
        self._figure(self._number(amount), _NET)
        self._y += _STEP + 2

    def _totals(self) -> None:
        sums = tax_sums(self._lines)
        if self._y + (len(sums) + 3) * (_STEP + 1.4) > _LAST:
            self._turn()
        self._sum("Net", self._row.net.amount)
        tax_name = self._detail.tax_name or "Tax"
        for tax in sums:
            on = f"{tax_name} {_percent(tax.rate)} on {self._number(tax.net)}"
            self._sum(on, tax.tax)
        if not sums:
            self._sum("Tax", self._row.tax.amount)
        self._add(Rule(_MIDDLE - 15, self._y - _SMALL_STEP, _RIGHT - _MIDDLE + 15, strong=True))
        self._y += 1.6
        total = self._row.total
        words = "Total" if self._row.kind is InvoiceKind.INVOICE else "Total credit"
        self._text(words, x=_MIDDLE - 15 + _CELL, size=_LARGE, bold=True)
        amount = f"{self._number(total.amount)} {total.currency}"
        self._figure(amount, _NET, size=_LARGE, bold=True)

    def _sum(self, words: str, amount: Decimal) -> None:
        room = _NET - width_of(self._number(amount), _BODY) - (_MIDDLE - 15 + _CELL) - 4
        for at, line in enumerate(wrapped(words, room, _BODY)):
            self._y += _STEP if at else 0
            self._text(line, x=_MIDDLE - 15 + _CELL)
        self._figure(self._number(amount), _NET)
        self._y += _STEP + 1.4

    def _foot(self, number: int, count: int) -> tuple[Mark, ...]:
        seller = printable(self._detail.seller.name)
        of = wrapped(f"{self._row.number}{f' · {seller}' if seller else ''}", _WIDTH - 40, _SMALL)
        page = f"Page {number} of {count}"
        return (
            Rule(_LEFT, _FOOT - 5, _WIDTH),
            Text(_LEFT, _FOOT, of[0], _SMALL, quiet=True),
            Text(_RIGHT, _FOOT, page, _SMALL, align=Align.RIGHT, quiet=True),
        )

    # Writing

    def _turn(self) -> None:
        self._pages.append([])
        self._y = _TOP

    def _add(self, mark: Mark) -> None:
        self._pages[-1].append(mark)

    def _text(
        self,
        text: str,
        *,
        x: float = _LEFT,
        size: float = _BODY,
        bold: bool = False,
        quiet: bool = False,
    ) -> None:
        self._add(Text(x, self._y, printable(text), size, bold=bold, quiet=quiet))

    def _small(self, text: str) -> None:
        for line in wrapped(text, _WIDTH, _SMALL):
            self._text(line, size=_SMALL, quiet=True)
            self._y += _SMALL_STEP

    def _figure(self, text: str, end: float, *, size: float = _BODY, bold: bool = False) -> None:
        self._add(Text(end, self._y, text, size, bold=bold, align=Align.RIGHT))

    def _number(self, amount: Decimal) -> str:
        return number_text(amount, self._currency)


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f} %" if rate else "–"
