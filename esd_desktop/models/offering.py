"""The catalogue (D2): what a connection's distributor may sell."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.base import Amount, Base, Id, WordColumn
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.values import Money


class Offering(Base):
    """A product that may be ordered over one connection, at the price in use here."""

    __tablename__ = "offerings"
    __table_args__ = (UniqueConstraint("connection_id", "sku"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    sku: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(String)
    unit_type: Mapped[str] = mapped_column(String(50))
    price_amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    return_window_days: Mapped[int | None]
    status: Mapped[CatalogueStatus] = mapped_column(WordColumn(CatalogueStatus))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling

    @property
    def price(self) -> Money:
        """The price of one licence."""
        return Money(self.price_amount, self.currency)
