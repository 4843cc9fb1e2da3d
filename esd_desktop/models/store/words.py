"""What a search by words is made of, whichever store is asked: every word of the text somewhere in
the record's case-folded words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from esd_desktop.models.account import Account
from esd_desktop.models.base import table_of

Sought = TypeVar("Sought", str, list[str])

# A shorter word has not the three letters in a row that the words' indexes are made of.
_SHORTEST_INDEXED = 3
# Of an asset that is read. Made once, since to make an alias takes longer than to ask SQLite.
_NAMED = table_of(Account).alias()


def words_of(text: str) -> list[str]:
    """As they stand in records."""
    return text.casefold().split()


def is_indexed(word: str) -> bool:
    """Whether it can be looked up."""
    return len(word) >= _SHORTEST_INDEXED


def each(
    words: list[Sought], condition: Callable[[Sought], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """That the condition holds for each. SQLite would take a null for the end of a word, and no
    store can keep one."""
    if any("\0" in part for word in words for part in word):
        return false()
    return and_(True, *map(condition, words))


def contains(text_column: Any, word: str) -> ColumnElement[bool]:
    """That a column holds the word, taken literally (no wildcards)."""
    is_held: ColumnElement[bool] = text_column.contains(word, autoescape=True)
    return is_held


def stands_in(asset: Any, word: str) -> ColumnElement[bool]:
    """That the word stands in the words of an asset that is read, or of one of its accounts."""
    of_accounts = (
        select(_NAMED.c.id)
        .where(_NAMED.c.id == reference, contains(_NAMED.c.search_text, word))
        .correlate_except(_NAMED)
        .exists()
        for reference in (asset.customer_id, asset.billing_to_id)
    )
    return or_(contains(asset.search_text, word), *of_accounts)


def once(ids: Select[int]) -> Select[int]:
    """What is asked for in several places of a statement, and looked for once."""
    found = ids.cte()
    return select(found.c[0])
