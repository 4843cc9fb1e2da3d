"""The audit's chain as it is told of: its head, and where it does not hold.

models/store/audit_chain.py recomputes it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from msgspec import Struct

_DIGITS = frozenset("0123456789abcdef")
_HASH_LENGTH = 64


class Head(Struct, frozen=True):
    """The last row of the chain: how many rows there are, and what all of them come to."""

    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"

    @classmethod
    def parsed(cls, text: str) -> Self:
        """A head as it was printed. Raises ValueError for anything else."""
        position, _, digest = text.strip().partition(":")
        digest = digest.lower()
        if not (position.isascii() and position.isdigit()):
            raise ValueError(text)
        if len(digest) != _HASH_LENGTH or not _DIGITS.issuperset(digest):
            raise ValueError(text)
        return cls(int(position), digest)


EMPTY = Head(0, "")


class Misfit(StrEnum):
    """In what way a row does not fit."""

    CHANGED = "changed"
    MISSING = "missing"
    OUTSIDE = "outside"
    OTHER_ROW = "other row"
    CUT_OFF = "cut off"


class Break(Struct, frozen=True):
    """The first place where the chain does not hold: a position, and the row's id where there is a
    row."""

    misfit: Misfit
    position: int
    row_id: int | None = None


class Verdict(Struct, frozen=True):
    """What came of recomputing: the head, up to which ``rows`` fit, and the first break."""

    head: Head
    rows: int
    broken: Break | None
