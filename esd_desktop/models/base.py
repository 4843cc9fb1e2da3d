"""The mapping's common parts: the declarative base and the column types of our own values.

The types keep SQLite and PostgreSQL alike: words as text, moments in UTC, amounts as integers.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase

from esd_desktop.models.statuses import Word
from esd_desktop.models.values import AMOUNT_SCALE, in_units

WordT = TypeVar("WordT", bound=Word)

# SQLite gives an automatic id only to a column whose type is exactly INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """All mapped classes. Constraints are named, so that a later migration can address them.

    Which rows an index has is said for SQLite alone; the migrations, which make the tables, say it
    for both. To name PostgreSQL in a class has each start load SQLAlchemy's dialect for it.

    A class names what it refers to by the class itself, so that this is mapped before it. Whoever
    reads or writes records of one kind maps no other: each takes as long as a few small queries.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def table_of(mapped: type[Base]) -> Table:
    """The table of a mapped class, for queries written in Core."""
    table = mapped.__table__
    assert isinstance(table, Table)
    return table


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware and in UTC on our side. A naive value is a bug and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone must not reach the store")
        in_utc = value.astimezone(UTC)
        return in_utc if dialect.name == "postgresql" else in_utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """An exact amount, kept as a whole number of ten-thousandths so that SQL sorts and sums it."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = value * AMOUNT_SCALE
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than four decimal places")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else in_units(int(value))


class WordColumn(TypeDecorator[WordT]):
    """One of a closed list of words, kept as its text."""

    impl = String(32)
    cache_ok = True

    def __init__(self, words: type[WordT]) -> None:
        super().__init__()
        self.words = words
        # A page of a list has some hundred of them.
        self._known = {word.value: word for word in words}

    def process_bind_param(self, value: WordT | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> WordT | None:
        return None if value is None else self._known.get(value) or self.words(value)


def search_text(*parts: str | None) -> str:
    """What a record is found by: its words, case-folded, so that every store compares alike."""
    return " ".join(part for part in parts if part).casefold()


def widened(before: str, now: str) -> str:
    """What a renamed record is found by: its words of now, and those that it had before."""
    words = now.split()
    return " ".join([now, *(word for word in before.split() if word not in words)])
