"""Finding by words, in a file (words_in_file.py) and on a server (words_on_server.py)."""

from __future__ import annotations

from functools import partial
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from esd_desktop.models.asset import Asset
from esd_desktop.models.store import words_in_file, words_on_server
from esd_desktop.models.store.by_store import ByStore, is_on_server
from esd_desktop.models.store.kept_counts import KeptCounts, Numbers
from esd_desktop.models.store.words import contains, each, is_indexed, stands_in, words_of

# Counted no further to tell which word leads to fewer assets, and how many an account has of them.
_MANY = 5_000
_ASSETS_OF_ONE = 40


class Leading(Struct, frozen=True):
    """The words of a text by which its assets are found sooner than by reading them, the one that
    leads to the fewest first."""

    words: tuple[str, ...] = ()
    on_server: bool = False


NOTHING_LEADS = Leading()


def contains_words(text_column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """That the column holds each word of the text, taken literally (no wildcards)."""
    return each(words_of(text), partial(contains, text_column))


def asset_contains_words(text: str, asset: Any = Asset) -> ColumnElement[bool]:
    """That each word of the text stands in the asset's words or in those of one of its accounts.
    Each row is looked at: for rows that are few, or of which many are found."""
    return each(words_of(text), partial(stands_in, asset))


def asset_has_words(text: str) -> ColumnElement[bool]:
    """The same, for finding a few of a million: words that are long enough are looked up."""
    words = sorted(words_of(text), key=len, reverse=True)
    return each([words] if words else [], _are_found)


def has_indexed_word(text: str) -> bool:
    """Whether a word of the text can be looked up."""
    return any(map(is_indexed, words_of(text)))


async def leading_words(connection: AsyncConnection, text: str, kept: KeptCounts) -> Leading:
    """Which words lead, as far as that is told in no time."""
    on_server = is_on_server(connection)
    words = sorted(filter(is_indexed, set(words_of(text))), key=len, reverse=True)
    if "\0" in text:
        return NOTHING_LEADS
    if len(words) < 2:
        return Leading(tuple(words), on_server)
    counted = words_on_server.counted if on_server else partial(words_in_file.counted, most=_MANY)
    counting = select(*(number for word in words for number in counted(word)))

    async def count() -> Numbers:
        return tuple((await connection.execute(counting)).one())

    counts = iter(await kept.read(connection, ("words", *words), count))
    reach = {
        word: (max(own, accounts) >= _MANY, own + _ASSETS_OF_ONE * accounts)
        for word, own, accounts in zip(words, counts, counts, strict=False)
    }
    ranked = sorted(words, key=reach.__getitem__)
    told = (word for word in ranked if word == ranked[0] or reach[word] < (True, 0))
    return Leading(tuple(told), on_server)


def led_to(assets: Select[Any], text: str, leading: Leading) -> list[Select[Any]]:
    """Those of ``assets``, a few of a million, in which each word of the text is found: several
    selections, none of which has what another has."""
    first, *further = leading.words
    others = [word for word in words_of(text) if word not in leading.words]
    led = words_on_server.led_to if leading.on_server else words_in_file.led_to
    return led(assets, first, further, others)


async def words_of_accounts(connection: AsyncConnection, text: str) -> frozenset[str]:
    """Those of the words that stand in an account's name, number or address."""
    words = list(filter(is_indexed, words_of(text)))
    on_server = is_on_server(connection)
    accounts_with = words_on_server.accounts_with if on_server else words_in_file.accounts_with
    found = select(*(exists(accounts_with(word)) for word in words))
    are_found = (await connection.execute(found)).one()
    return frozenset(word for word, is_found in zip(words, are_found, strict=True) if is_found)


def _are_found(words: list[str]) -> ColumnElement[bool]:
    on_server = Asset.id.in_(words_on_server.assets_with(words))
    return ByStore(words_in_file.assets_with(words), on_server)
