"""Requests to cancel a licence (D4): asked for by the customer, decided by staff."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.statuses import Requester, RequestState

_UNDECIDED = text("state IN ('Requested', 'Approving')")


class CancellationRequest(Base):
    """One request. While it is undecided no other may be made for its asset.

    ``requested_by`` is who asks, ``entered_by`` the operator who wrote it down, also where that was
    on the customer's behalf. ``instructions`` is what the requester was told when it was made;
    ``confirm_by_mail`` whether the requester wants to be told by mail what becomes of it.
    ``outcome`` is the reason where Microsoft refused what was approved, or why an approval could
    not be carried out yet.
    """

    __tablename__ = "cancellation_requests"
    __table_args__ = (
        Index(
            "uq_cancellation_requests_undecided_asset",
            "asset_id",
            unique=True,
            sqlite_where=_UNDECIDED,
        ),
        Index("ix_cancellation_requests_state_requested_at", "state", "requested_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey(Asset.id), index=True)
    state: Mapped[RequestState] = mapped_column(WordColumn(RequestState))
    requester: Mapped[Requester] = mapped_column(WordColumn(Requester))
    requested_by: Mapped[str] = mapped_column(String(320))
    entered_by: Mapped[str] = mapped_column(String(200))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    comment: Mapped[str | None] = mapped_column(String)
    instructions: Mapped[str] = mapped_column(String)
    confirm_by_mail: Mapped[bool]
    decided_by: Mapped[str | None] = mapped_column(String(320))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_comment: Mapped[str | None] = mapped_column(String)
    outcome: Mapped[str | None] = mapped_column(String)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling
