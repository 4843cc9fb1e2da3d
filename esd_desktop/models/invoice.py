"""Invoices and credit invoices (D3, B3). Once issued they are never changed: the store itself
refuses to change or delete one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Amount, Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.order import Order
from esd_desktop.models.statuses import InvoiceKind

LONGEST_DESCRIPTION = 300


class Invoice(Base):
    """What an account was billed, or credited. Amounts of a credit are negative.

    ``net_amount`` and ``tax_amount`` are the sums over its items. Seller and billed party stand as
    they were when it was issued. ``credits_id`` is the invoice that a credit takes back.
    """

    __tablename__ = "invoices"
    __table_args__ = (Index("ix_invoices_issued_at", "issued_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[InvoiceKind] = mapped_column(WordColumn(InvoiceKind))
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey(Order.id), index=True)
    credits_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    net_amount: Mapped[Decimal] = mapped_column(Amount)
    tax_amount: Mapped[Decimal] = mapped_column(Amount)
    tax_name: Mapped[str | None] = mapped_column(String(50))
    seller_name: Mapped[str | None] = mapped_column(String(200))
    seller_address: Mapped[str | None] = mapped_column(String)
    seller_tax_number: Mapped[str | None] = mapped_column(String(100))
    billed_name: Mapped[str | None] = mapped_column(String(200))
    billed_country: Mapped[str | None] = mapped_column(String(2))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InvoiceItem(Base):
    """One licence on an invoice. A licence is charged once and credited once: the store itself
    holds to it, whatever the program does.

    ``amount`` is net; ``tax_rate`` is in per cent, ``tax_amount`` what it makes of this line.
    """

    __tablename__ = "invoice_items"
    __table_args__ = (UniqueConstraint("asset_id", "kind"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey(Invoice.id), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey(Asset.id))
    kind: Mapped[InvoiceKind] = mapped_column(WordColumn(InvoiceKind))
    description: Mapped[str] = mapped_column(String(LONGEST_DESCRIPTION))
    amount: Mapped[Decimal] = mapped_column(Amount)
    tax_rate: Mapped[Decimal] = mapped_column(Amount)
    tax_amount: Mapped[Decimal] = mapped_column(Amount)


class TaxRate(Base):
    """The tax on what is billed to accounts of a country, in per cent. Invoices keep the rate that
    they were issued at."""

    __tablename__ = "tax_rates"

    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    name: Mapped[str] = mapped_column(String(50))
    rate: Mapped[Decimal] = mapped_column(Amount)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling


class NumberSeries(Base):
    """The last number given in a series; taken in the transaction that uses it, so without gaps."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    last_number: Mapped[int]
