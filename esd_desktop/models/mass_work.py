"""Work on many assets: written down as a whole before its first step, so that it survives the
program, and its every item has a result."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.mass_rows import ItemState, MassKind, MassState

_RUNNING = text("state = 'Running'")


class MassWork(Base):
    """One thing done to many assets. ``held_by`` is the process that works on it, until
    ``held_until``, which that process moves ahead for as long as it lives. The counts are those of
    its items, kept in the transactions that end them."""

    __tablename__ = "mass_works"
    __table_args__ = (Index("ix_mass_works_running", "id", sqlite_where=_RUNNING),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[MassKind] = mapped_column(WordColumn(MassKind))
    scope: Mapped[str] = mapped_column(String)
    comment: Mapped[str | None] = mapped_column(String)
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[MassState] = mapped_column(WordColumn(MassState))
    reason: Mapped[str] = mapped_column(String, default="")
    advice: Mapped[str] = mapped_column(String, default="")
    run_by: Mapped[str] = mapped_column(String(200))
    held_by: Mapped[str | None] = mapped_column(String(100))
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    per_second: Mapped[float] = mapped_column(Float, default=0.0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MassItem(Base):
    """One asset of a mass work. ``correlation_id`` is that of the call to Microsoft for it, known
    before a call with an effect is made."""

    __tablename__ = "mass_items"
    __table_args__ = (
        Index("ix_mass_items_work_id_state", "work_id", "state", "asset_id"),
        {"sqlite_with_rowid": False},
    )

    work_id: Mapped[int] = mapped_column(ForeignKey(MassWork.id), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey(Asset.id), primary_key=True)
    state: Mapped[ItemState] = mapped_column(WordColumn(ItemState))
    sentence: Mapped[str] = mapped_column(String, default="")
    advice: Mapped[str] = mapped_column(String, default="")
    correlation_id: Mapped[str | None] = mapped_column(String(64))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
