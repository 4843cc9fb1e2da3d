"""What the desktops of one store share besides records: settings, and the sealed data key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.base import Base, Id, UtcDateTime


class Setting(Base):
    """A setting that every desktop on this store follows, such as the mail server."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String)


class DataKey(Base):
    """The key that licence keys are encrypted with, itself wrapped by one in the vault.

    ``store_id`` names the vault's entry, so that two stores never share a wrapping key. The newest
    key seals; an older one only opens what has not been sealed anew yet. ``search_wrapped`` is the
    key of the keyed hashes, the same in every row, wrapped likewise.
    """

    __tablename__ = "data_keys"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    store_id: Mapped[str] = mapped_column(String(64))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    search_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Pulse(Base):
    """How often each program has written to a shared SQLite file, so that the others can tell a
    stranger's change from their own. PostgreSQL notifies instead."""

    __tablename__ = "pulses"

    process: Mapped[str] = mapped_column(String(100), primary_key=True)
    beats: Mapped[int] = mapped_column(BigInteger)
