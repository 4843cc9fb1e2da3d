"""Invoices and credit invoices (D3, B3). Once issued they are never changed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.base import Amount, Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.statuses import InvoiceKind

LONGEST_DESCRIPTION = 300


class Invoice(Base):
    """What an account was billed, or credited. Amounts of a credit are negative."""

    __tablename__ = "invoices"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[InvoiceKind] = mapped_column(WordColumn(InvoiceKind))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InvoiceItem(Base):
    """One licence on an invoice. A licence is charged once and credited once: the store itself
    holds to it, whatever the program does."""

    __tablename__ = "invoice_items"
    __table_args__ = (UniqueConstraint("asset_id", "kind"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"))
    kind: Mapped[InvoiceKind] = mapped_column(WordColumn(InvoiceKind))
    description: Mapped[str] = mapped_column(String(LONGEST_DESCRIPTION))
    amount: Mapped[Decimal] = mapped_column(Amount)


class NumberSeries(Base):
    """The last number given in a series; taken in the transaction that uses it, so without gaps."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    last_number: Mapped[int]
