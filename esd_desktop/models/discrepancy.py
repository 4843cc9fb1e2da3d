"""Where our record and Microsoft disagree (B1): the record is left as it was and this is listed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.base import Base, Id, UtcDateTime

_OPEN = text("settled_at IS NULL")


class Discrepancy(Base):
    """An answer that none of the allowed changes explains. An asset has at most one open."""

    __tablename__ = "discrepancies"
    __table_args__ = (
        Index(
            "uq_discrepancies_open_asset",
            "asset_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), index=True)
    detail: Mapped[str] = mapped_column(String)
    correlation_id: Mapped[str | None] = mapped_column(String(64))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
