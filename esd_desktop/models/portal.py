"""What the portal keeps: who may sign in for an account, how, who is signed in, and how often."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.account import Account
from esd_desktop.models.base import Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.statuses import MailState


class PortalUser(Base):
    """Somebody who may sign in for an account, or with ``active`` off may not, although the account
    has this e-mail address. ``address`` is folded to lower case."""

    __tablename__ = "portal_users"
    __table_args__ = (UniqueConstraint("account_id", "address"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    address: Mapped[str] = mapped_column(String(320), index=True)
    name: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool]
    added_by: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling


class PortalProvider(Base):
    """An organisation's own sign-in (OpenID Connect): whom it vouches for, with an address of its
    ``domain``, may sign in for the account. The client's secret is in the vault."""

    __tablename__ = "portal_providers"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    domain: Mapped[str] = mapped_column(String(255), unique=True)
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(200))
    ca_file: Mapped[str | None] = mapped_column(String)
    added_by: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling


class PortalLink(Base):
    """A mail with a link to sign in, from when it is asked for until the link is used.

    The link's token is made when the mail leaves, and only its hash is kept here.
    """

    __tablename__ = "portal_links"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    state: Mapped[MailState] = mapped_column(WordColumn(MailState))
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PortalSession(Base):
    """Somebody who is signed in. The cookie's token is kept as its hash only. ``provider_id`` is
    the organisation that vouched; without one it was a link by mail."""

    __tablename__ = "portal_sessions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    address: Mapped[str] = mapped_column(String(320), index=True)
    name: Mapped[str] = mapped_column(String(200))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey(PortalProvider.id))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PortalLimit(Base):
    """How often something was done since the beginning of a span of time, by all processes of the
    portal together. ``name`` says what, by or with whom."""

    __tablename__ = "portal_limits"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used: Mapped[int]


class PortalRefusal(Base):
    """Attempts at what is not the visitor's that are counted and still to be told in the audit.
    ``who`` tells visitors apart, ``tried`` is what the first of them reached for."""

    __tablename__ = "portal_refusals"

    who: Mapped[str] = mapped_column(String(400), primary_key=True)
    operator: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    told: Mapped[int]
    pending: Mapped[int]
    tried: Mapped[str] = mapped_column(String)
