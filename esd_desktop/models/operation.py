"""The journal: every call to Microsoft that has an effect there, written down before it is made."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.statuses import OperationKind, OperationState

# Longer than any call can take with all its retries: nobody is waiting for its answer any more.
ABANDONED_AFTER = timedelta(minutes=5)

_UNSETTLED = text("state IN ('Started', 'In doubt')")


class Operation(Base):
    """One intended effect at Microsoft. While it is unsettled no other may begin on its asset.
    ``started_in`` names the process that asked: where it is gone, nobody waits for the answer.
    ``settled_in`` names the one that has taken it up to settle it, until ``settling_until``."""

    __tablename__ = "operations"
    __table_args__ = (
        Index(
            "uq_operations_unsettled_asset",
            "asset_id",
            unique=True,
            sqlite_where=_UNSETTLED,
        ),
        Index("ix_operations_state_started_at", "state", "started_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[OperationKind] = mapped_column(WordColumn(OperationKind))
    asset_id: Mapped[int] = mapped_column(ForeignKey(Asset.id), index=True)
    request_id: Mapped[str] = mapped_column(String(64))
    correlation_id: Mapped[str] = mapped_column(String(64))
    comment: Mapped[str | None] = mapped_column(String)
    state: Mapped[OperationState] = mapped_column(WordColumn(OperationState))
    detail: Mapped[str | None] = mapped_column(String)
    started_by: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_in: Mapped[str | None] = mapped_column(String(100))
    settled_in: Mapped[str | None] = mapped_column(String(100))
    settling_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
