"""Connections (D1), which the source calls a "System": one tenant and channel at Microsoft."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.base import Base, Id, UtcDateTime


class Connection(Base):
    """How one distributor, country and language signs in at Microsoft's ESD service.

    The certificate and its private key are PEM files; the key's passphrase is in the vault, never
    here. ``thumbprint`` is the certificate's SHA-1, as Microsoft Entra shows it.
    """

    __tablename__ = "connections"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    resource_api: Mapped[str] = mapped_column(String(500))
    service_url: Mapped[str] = mapped_column(String(500))
    authority: Mapped[str] = mapped_column(String(500))
    tenant: Mapped[str] = mapped_column(String(200))
    channel_id: Mapped[str] = mapped_column(String(200))
    client_id: Mapped[str] = mapped_column(String(200))
    certificate_file: Mapped[str] = mapped_column(String(1000))
    key_file: Mapped[str] = mapped_column(String(1000))
    has_passphrase: Mapped[bool]
    algorithm: Mapped[str] = mapped_column(String(8))
    thumbprint: Mapped[str] = mapped_column(String(64))
    certificate_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(16))
    ca_file: Mapped[str | None] = mapped_column(String(1000))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling
