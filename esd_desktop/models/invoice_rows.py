"""Rows of invoices, credit invoices (D3, B3) and tax rates, as they are listed and shown."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.values import Money


class TaxRateRow(Struct, frozen=True):
    """The tax of a country, in per cent."""

    country: str
    version: int
    name: str
    rate: Decimal


class InvoiceRow(Struct, frozen=True):
    """A line of the list of invoices. ``credited`` is how much of an invoice has been taken back,
    as a positive amount; None of a credit, and where nothing was."""

    id: int
    number: str
    kind: InvoiceKind
    account_id: int
    account: str
    order_id: int | None
    order_number: str | None
    issued_at: datetime
    net: Money
    tax: Money
    credited: Money | None

    @property
    def total(self) -> Money:
        """What is to be paid, or given back."""
        return Money(self.net.amount + self.tax.amount, self.net.currency)


class InvoiceItemRow(Struct, frozen=True):
    """One licence on an invoice. No key stands on an invoice."""

    id: int
    asset_id: int
    sku: str
    description: str
    net: Decimal
    tax_rate: Decimal
    tax: Decimal


class Seller(Struct, frozen=True):
    """Whose invoice it is, as it stood when it was issued. ``address`` may have several lines."""

    name: str = ""
    address: str = ""
    tax_number: str = ""


class InvoiceDetail(Struct, frozen=True):
    """All that stands on an invoice. ``credits_number`` is the invoice that a credit takes back,
    ``credit_numbers`` the credits that take back some of an invoice."""

    row: InvoiceRow
    tax_name: str
    seller: Seller
    billed_name: str
    billed_country: str
    credits_number: str | None
    credit_numbers: tuple[str, ...]
    items: tuple[InvoiceItemRow, ...]
