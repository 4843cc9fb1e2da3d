"""Accounts (C2, C4): resellers and their customers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.base import Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.statuses import AccountKind


class Account(Base):
    """Somebody who holds licences or is billed for them.

    ``reseller_id`` is set for a customer who buys through a reseller; a customer without one is
    billed himself. ``reference`` is the account's number in the system it came from.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        Index("ix_accounts_reseller_id_name", "reseller_id", "name"),
        Index("ix_accounts_name", "name"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    kind: Mapped[AccountKind] = mapped_column(WordColumn(AccountKind))
    name: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str | None] = mapped_column(String(100), unique=True)
    email: Mapped[str | None] = mapped_column(String(320))
    country: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str | None] = mapped_column(String(16))
    reseller_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    search_text: Mapped[str] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling
