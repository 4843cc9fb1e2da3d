"""Finding by words: every word of the text somewhere in the record's case-folded words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Subquery,
    and_,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    table,
    tablesample,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.store import tables
from esd_desktop.models.store.by_store import ByStore, unindexed
from esd_desktop.models.store.kept_counts import KeptCounts, Numbers

Sought = TypeVar("Sought", str, list[str])

# A shorter word has not the three letters in a row that the words' indexes are made of.
_SHORTEST_INDEXED = 3
_ONE_IN = 200
# Counted no further to tell which word leads to fewer assets, and how many an account has of them.
_MANY = 5_000
_ASSETS_OF_ONE = 40
# SQLite's tables of words, made by migration 0006. Each is asked by a column of its own name.
_ASSET_WORDS = table("asset_words", column("rowid"), column("asset_words"))
_ACCOUNT_WORDS = table("account_words", column("rowid"), column("account_words"))
# Of an asset that is read. Made once, since to make an alias takes longer than to ask SQLite.
_NAMED = tables.accounts.alias()


def contains_words(text_column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """That the column holds each word of the text, taken literally (no wildcards)."""
    return _each(_words_of(text), partial(_contains, text_column))


def asset_contains_words(text: str, asset: Any = Asset) -> ColumnElement[bool]:
    """That each word of the text stands in the asset's words or in those of one of its accounts.
    Each row is looked at: for rows that are few, or of which many are found."""
    return _each(_words_of(text), lambda word: _stands_in(asset, word))


def asset_is_among_words(text: str) -> ColumnElement[bool]:
    """The same, for looking through many of which few are found: the accounts that have a word are
    found once."""
    return _each(_words_of(text), _is_among)


def asset_has_words(text: str) -> ColumnElement[bool]:
    """The same, for finding a few of a million: words that are long enough are looked up."""
    words = sorted(_words_of(text), key=len, reverse=True)
    return _each([words] if words else [], _are_found)


async def leading_words(
    connection: AsyncConnection, text: str, kept: KeptCounts
) -> tuple[str, ...]:
    """Those words of a text by which a file finds its assets sooner than by reading them, the one
    that leads to the fewest first, as far as that is told in no time. A server sees to it itself.
    """
    words = sorted(filter(_is_indexed, set(_words_of(text))), key=len, reverse=True)
    if connection.dialect.name == "postgresql" or "\0" in text:
        return ()
    if len(words) < 2:
        return tuple(words)
    counted = (
        select(func.count()).select_from(found(word).limit(_MANY).subquery()).scalar_subquery()
        for word in words
        for found in (_assets_in_file, _accounts_in_file)
    )
    counting = select(*counted)

    async def count() -> Numbers:
        return tuple((await connection.execute(counting)).one())

    counts = iter(await kept.read(connection, ("words", *words), count))
    reach = {
        word: (_MANY in (own, accounts), own + _ASSETS_OF_ONE * accounts)
        for word, own, accounts in zip(words, counts, counts, strict=False)
    }
    ranked = sorted(words, key=reach.__getitem__)
    return tuple(word for word in ranked if word == ranked[0] or reach[word] < (True, 0))


def led_to(assets: Select[Any], text: str, leading: Sequence[str]) -> list[Select[Any]]:
    """Those of ``assets``, a few of a million in a file, in which each word of the text is found:
    several selections, none of which has what another has. The first of ``leading`` leads to them:
    to those of accounts by an index that has their dates as well. The other words of the text are
    read."""
    first, *further = leading
    others = [word for word in _words_of(text) if word not in leading]
    # Two words have left so few that the accounts of each may be asked; otherwise they are looked
    # through once.
    tells = partial(_stands_in, Asset) if further else _is_among
    fit = (*_fit(Asset, further), *map(tells, others))
    own, accounts = _latest_first(first), _once(_accounts_in_file(first))
    by_customer, by_biller = Asset.customer_id.in_(accounts), Asset.billing_to_id.in_(accounts)
    of_accounts_alone = unindexed(Asset.id).not_in(_once(_assets_in_file(first)))
    return [
        assets.join(own, own.c.rowid == Asset.id).where(*fit),
        assets.where(by_customer, *fit, of_accounts_alone),
        assets.where(
            by_biller, *fit, unindexed(Asset.customer_id).not_in(accounts), of_accounts_alone
        ),
    ]


def has_indexed_word(text: str) -> bool:
    """Whether a word of the text can be looked up."""
    return any(map(_is_indexed, _words_of(text)))


async def words_of_accounts(connection: AsyncConnection, text: str) -> frozenset[str]:
    """Those of the words that stand in an account's name, number or address."""
    words = [word for word in _words_of(text) if _is_indexed(word)]
    found = select(*(_in_an_account(word) for word in words))
    are_found = (await connection.execute(found)).one()
    return frozenset(word for word, is_found in zip(words, are_found, strict=True) if is_found)


def asset_is_among_many(text: str, named: frozenset[str], *, by_time: bool) -> ColumnElement[bool]:
    """The same, for the first of very many: each asset on the way is asked whether it is one.
    ``named``: the words of accounts. ``by_time``: they come in the order in which they were bought,
    or the other way round."""

    def tells(word: str) -> ColumnElement[bool]:
        if not _is_indexed(word):
            return _is_among(word)
        if not by_time:
            return _tells_by_id(word)
        own = _tells_within(word)
        return or_(_is_of(_once(_accounts_in_file(word)), Asset), own) if word in named else own

    return _each(_words_of(text), lambda word: ByStore(tells(word), _is_among(word)))


def stands_in_accounts(text: str, least: int) -> ColumnElement[bool]:
    """Whether at least so many of a file's accounts have all of the words themselves, of which one
    can be looked up."""
    words = _words_of(text)
    found = Account.id.in_(_accounts_in_file(*filter(_is_indexed, words)))
    short = [word for word in words if not _is_indexed(word)]
    holds = _each(short, partial(_contains, Account.search_text))
    return exists(select(Account.id).where(found, holds).offset(least - 1).limit(1))


def stands_in_many(text: str, least: int) -> ColumnElement[bool]:
    """Whether each word that can be looked up stands among the own words of at least so many
    assets. What this takes is bounded: of a server's assets one in two hundred is looked at."""
    few = tablesample(Asset, func.system(100 / _ONE_IN))
    return _each(
        [word for word in _words_of(text) if _is_indexed(word)],
        lambda word: ByStore(
            exists(_assets_in_file(word).offset(least - 1).limit(1)),
            select(few.c.id)
            .where(_contains(few.c.search_text, word))
            .offset(least // _ONE_IN - 1)
            .limit(1)
            .exists(),
        ),
    )


def _is_indexed(word: str) -> bool:
    return len(word) >= _SHORTEST_INDEXED


def _words_of(text: str) -> list[str]:
    return text.casefold().split()


def _each(
    words: list[Sought], condition: Callable[[Sought], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """That the condition holds for each. SQLite would take a null for the end of a word, and no
    store can keep one."""
    if any("\0" in part for word in words for part in word):
        return false()
    return and_(True, *map(condition, words))


def _contains(text_column: Any, word: str) -> ColumnElement[bool]:
    is_held: ColumnElement[bool] = text_column.contains(word, autoescape=True)
    return is_held


def _stands_in(asset: Any, word: str) -> ColumnElement[bool]:
    of_accounts = (
        select(_NAMED.c.id)
        .where(_NAMED.c.id == reference, _contains(_NAMED.c.search_text, word))
        .correlate_except(_NAMED)
        .exists()
        for reference in (asset.customer_id, asset.billing_to_id)
    )
    return or_(_contains(asset.search_text, word), *of_accounts)


def _is_among(word: str) -> ColumnElement[bool]:
    """As ``_stands_in``, with the accounts found once and not for each asset."""
    accounts = _once(select(Account.id).where(_contains(Account.search_text, word)))
    return or_(_is_of(accounts, Asset), _contains(Asset.search_text, word))


def _tells_by_id(word: str) -> ColumnElement[bool]:
    """Without reading the asset, whose row may lie anywhere."""
    return unindexed(Asset.id).in_(_on_file([word]))


def _tells_within(word: str) -> ColumnElement[bool]:
    """Only assets between the first and the last one with the word are read: ids come in time."""
    ids = _assets_in_file(word)
    first, last = (
        ids.order_by(order).limit(1).scalar_subquery()
        for order in (_ASSET_WORDS.c.rowid, _ASSET_WORDS.c.rowid.desc())
    )
    return and_(
        unindexed(Asset.id).between(first, last),
        _contains(Asset.search_text, word),
    )


def _in_an_account(word: str) -> ColumnElement[bool]:
    contained = select(Account.id).where(_contains(Account.search_text, word))
    return ByStore(exists(_accounts_in_file(word)), contained.exists())


def _are_found(words: list[str]) -> ColumnElement[bool]:
    indexed = [word for word in words if _is_indexed(word)]
    looked_up = Asset.id.in_(_on_file(indexed)) if indexed else true()
    on_file = and_(looked_up, *map(_is_among, words[len(indexed) :]))
    return ByStore(on_file, Asset.id.in_(_on_server(words)))


def _on_file(words: list[str]) -> CompoundSelect[int]:
    """The assets that the first word leads to, where the others fit: told by the ids of the assets
    and accounts that each of them leads to, before anything of an asset is read."""
    asset = tables.assets.alias()
    first, *others = words
    fit = _fit(asset.c, others)
    accounts = _once(_accounts_in_file(first))
    by_own_words = select(asset.c.id).where(asset.c.id.in_(_assets_in_file(first)), *fit)
    return union_all(
        by_own_words if others else _assets_in_file(first),
        *(
            select(asset.c.id).where(reference.in_(accounts), *fit)
            for reference in (asset.c.customer_id, asset.c.billing_to_id)
        ),
    )


def _fit(asset: Any, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """That words which do not lead to an asset are found as well."""
    return [
        or_(
            _is_of(_once(_accounts_in_file(word)), asset),
            unindexed(asset.id).in_(_assets_in_file(word)),
        )
        for word in words
    ]


def _is_of(accounts: Select[int], asset: Any) -> ColumnElement[bool]:
    """That it is of one of the accounts. Indexed, SQLite would take this for another way to the
    assets."""
    references = (asset.customer_id, asset.billing_to_id)
    return or_(*(unindexed(reference).in_(accounts) for reference in references))


def _assets_in_file(word: str) -> Select[int]:
    found = _ASSET_WORDS.c.asset_words.op("MATCH")(_phrase(word))
    return select(_ASSET_WORDS.c.rowid).where(found)


def _latest_first(word: str) -> Subquery:
    """The ids of the assets with the word. Most come in time, and most lists begin with the newest:
    whoever sorts the first of them meets those first, and has nothing to sort of the others. Where
    it is limited, SQLite keeps the order of what it reads from."""
    return _assets_in_file(word).order_by(_ASSET_WORDS.c.rowid.desc()).limit(-1).subquery()


def _accounts_in_file(*words: str) -> Select[int]:
    found = _ACCOUNT_WORDS.c.account_words.op("MATCH")(" AND ".join(map(_phrase, words)))
    return select(_ACCOUNT_WORDS.c.rowid).where(found)


def _once(ids: Select[int]) -> Select[int]:
    """What is asked for in several places of a statement, and looked for once."""
    found = ids.cte()
    return select(found.c[0])


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _on_server(words: list[str]) -> Select[int]:
    patterns = literal([_pattern(word) for word in words], ARRAY(String))
    return select(func.esd_assets_with(patterns))


def _pattern(word: str) -> str:
    literally = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literally}%"
