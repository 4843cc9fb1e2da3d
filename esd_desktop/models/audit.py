"""Who did what to which record, old and new, and under which correlation id."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Base, Id, UtcDateTime

_ABOUT_ALL_KEYS = text("action IN ('rotate_data_key', 'back_up')")


class AuditRow(Base):
    """One thing that was done. Rows are added, never changed. ``changes`` maps a field's name to
    its old and new value as text; no key, link or token is ever among them.

    The database itself fills the rest, whoever writes: ``position`` and ``hash`` chain the rows
    (models/store/audit_chain.py); on PostgreSQL ``login`` is who was really signed in, and
    ``transaction_id`` and ``received_at`` say in which transaction, and when, the row came.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_asset_id_id", "asset_id", "id"),
        Index("ix_audit_account_id_id", "account_id", "id"),
        Index("uq_audit_position", "position", unique=True),
        Index(
            "ix_audit_about_all_keys",
            "received_at",
            sqlite_where=_ABOUT_ALL_KEYS,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    operator: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(64))
    sentence: Mapped[str] = mapped_column(String)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey(Asset.id))
    account_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    correlation_id: Mapped[str | None] = mapped_column(String(64))
    position: Mapped[int | None] = mapped_column(BigInteger)
    hash: Mapped[str | None] = mapped_column(String(64))
    login: Mapped[str | None] = mapped_column(String(200))
    transaction_id: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
