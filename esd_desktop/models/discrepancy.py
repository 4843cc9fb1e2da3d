"""Where our record and Microsoft disagree (B1): the record is left as it was and this is listed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.discrepancy_rows import DiscrepancyKind
from esd_desktop.models.statuses import TokenStatus

_OPEN = text("settled_at IS NULL")


class Discrepancy(Base):
    """An answer that none of the allowed changes explains. An asset has at most one open.

    ``said`` is the token status that Microsoft named. ``accepted_by`` is who decided, for the
    reason in ``comment``, that it stays as it is; it is not listed again until something changes.
    What the record itself shows, such as a missing activation date, is written down only then.
    """

    __tablename__ = "discrepancies"
    __table_args__ = (
        Index(
            "uq_discrepancies_open_asset",
            "asset_id",
            unique=True,
            sqlite_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey(Asset.id), index=True)
    kind: Mapped[DiscrepancyKind] = mapped_column(
        WordColumn(DiscrepancyKind),
        default=DiscrepancyKind.CONTRADICTION,
        server_default=DiscrepancyKind.CONTRADICTION.value,
    )
    said: Mapped[TokenStatus | None] = mapped_column(WordColumn(TokenStatus))
    detail: Mapped[str] = mapped_column(String)
    correlation_id: Mapped[str | None] = mapped_column(String(64))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[str | None] = mapped_column(String(200))
    comment: Mapped[str | None] = mapped_column(String)
