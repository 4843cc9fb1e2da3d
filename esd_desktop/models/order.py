"""Orders (A3, D3): what was bought together. Its lines are the assets themselves, one a licence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.account import Account
from esd_desktop.models.base import Base, Id, UtcDateTime
from esd_desktop.models.connection import Connection


class Order(Base):
    """The purchase order that generated asset records.

    ``placement_id`` is made once per order form, so that the same form sent twice is one order;
    imported orders have neither it nor a connection of their own.
    """

    __tablename__ = "orders"
    __table_args__ = (
        Index("uq_orders_placement_id", "placement_id", unique=True),
        Index("ix_orders_placed_at", "placed_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    billing_to_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    connection_id: Mapped[int | None] = mapped_column(ForeignKey(Connection.id))
    placement_id: Mapped[str | None] = mapped_column(String(64))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    placed_by: Mapped[str] = mapped_column(String(200))
