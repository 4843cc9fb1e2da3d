"""Notifications (D5): the templates that staff edit, and the outbox through which mails leave, at
least once, each under one Message-ID for ever."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.cancellation import CancellationRequest
from esd_desktop.models.statuses import MailState


class OutboxMail(Base):
    """A mail that is to be sent. Its text is made when it leaves, so no key is kept here.

    ``language`` is that of its text; empty where it is the account's. ``request_id`` is the request
    to cancel that it tells of.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_next_attempt_at", "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    template: Mapped[str] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(16))
    asset_id: Mapped[int] = mapped_column(ForeignKey(Asset.id), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey(CancellationRequest.id))
    to_address: Mapped[str] = mapped_column(String(320))
    state: Mapped[MailState] = mapped_column(WordColumn(MailState))
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String)
    queued_by: Mapped[str] = mapped_column(String(200))
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailTemplate(Base):
    """What staff made of a mail's text in a language; without one, the text shipped is used.

    ``name`` is the template's ("welcome"), ``language`` a lower-case tag ("en", "de-at").
    """

    __tablename__ = "mail_templates"
    __table_args__ = (UniqueConstraint("name", "language"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    name: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String)
    text: Mapped[str] = mapped_column(String)
    html: Mapped[str] = mapped_column(String)
    changed_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling
