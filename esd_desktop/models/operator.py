"""The people who share a store, and their roles."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Dialect, String, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.base import Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.rights import Right, Role


class Roles(TypeDecorator[frozenset[Role]]):
    """Several roles as one text, in the order of the roles: "agent,approver"."""

    impl = String(200)
    cache_ok = True

    def process_bind_param(self, value: Collection[Role] | None, dialect: Dialect) -> str | None:
        return None if value is None else ",".join(role for role in Role if role in value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[Role] | None:
        return None if value is None else frozenset(Role(word) for word in value.split(",") if word)


class Operator(Base):
    """Somebody who works with this store. ``login`` is the name by which the store knows them: the
    database login on PostgreSQL, the account of the computer on SQLite. Where a store has no
    operator yet, everybody who can open it may do everything."""

    __tablename__ = "operators"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    login: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    roles: Mapped[frozenset[Role]] = mapped_column(Roles())
    active: Mapped[bool] = mapped_column()
    added_by: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling


class RoleRight(Base):
    """The matrix of models/rights.py inside the store, for the database to ask as well."""

    __tablename__ = "role_rights"

    role: Mapped[Role] = mapped_column(WordColumn(Role), primary_key=True)
    right: Mapped[Right] = mapped_column("right_name", WordColumn(Right), primary_key=True)
