"""The catalogue (D2): what a connection's distributor may sell, and what it cost over time."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.base import Amount, Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.connection import Connection
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.values import Money


class Offering(Base):
    """A product that may be ordered over one connection, at the price in use here.

    Where Microsoft's name, unit type or price differs, its own are in the ``offered_`` columns,
    all of them, until a person accepts them; otherwise those are empty.
    """

    __tablename__ = "offerings"
    __table_args__ = (UniqueConstraint("connection_id", "sku"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    connection_id: Mapped[int] = mapped_column(ForeignKey(Connection.id))
    sku: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(String)
    unit_type: Mapped[str] = mapped_column(String(50))
    price_amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    return_window_days: Mapped[int | None]
    status: Mapped[CatalogueStatus] = mapped_column(WordColumn(CatalogueStatus))
    offered_name: Mapped[str | None] = mapped_column(String(300))
    offered_unit_type: Mapped[str | None] = mapped_column(String(50))
    offered_price_amount: Mapped[Decimal | None] = mapped_column(Amount)
    offered_currency: Mapped[str | None] = mapped_column(String(3))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling

    @property
    def price(self) -> Money:
        """The price of one licence."""
        return Money(self.price_amount, self.currency)

    @property
    def offered_price(self) -> Money | None:
        """Microsoft's price where something differs and is not accepted yet."""
        if self.offered_price_amount is None or self.offered_currency is None:
            return None
        return Money(self.offered_price_amount, self.offered_currency)


class OfferingPrice(Base):
    """What an offering was called and cost from a moment on. Rows are added, never changed."""

    __tablename__ = "offering_prices"
    __table_args__ = (Index("ix_offering_prices_offering_id_id", "offering_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    offering_id: Mapped[int] = mapped_column(ForeignKey(Offering.id))
    name: Mapped[str] = mapped_column(String(300))
    unit_type: Mapped[str] = mapped_column(String(50))
    price_amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_by: Mapped[str] = mapped_column(String(200))
