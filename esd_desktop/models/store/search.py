"""Finding by words: every word of the text somewhere in the record's case-folded words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute


def contains_words(column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """That the column holds each word of the text, taken literally (no wildcards)."""
    return and_(
        True,
        *(column.contains(word, autoescape=True) for word in text.casefold().split()),
    )
