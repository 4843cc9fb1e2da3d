"""Who did what to which record, old and new, and under which correlation id."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.base import Base, Id, UtcDateTime


class AuditRow(Base):
    """One thing that was done. Rows are added, never changed. ``changes`` maps a field's name to
    its old and new value as text; no key, link or token is ever among them."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_asset_id_id", "asset_id", "id"),
        Index("ix_audit_account_id_id", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    operator: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(64))
    sentence: Mapped[str] = mapped_column(String)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    correlation_id: Mapped[str | None] = mapped_column(String(64))
