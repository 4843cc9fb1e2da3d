"""The words' indexes of a store that is a file: SQLite's tables of trigrams (migration 0006)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    column,
    exists,
    func,
    or_,
    select,
    table,
    true,
    union_all,
)

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import table_of
from esd_desktop.models.store.by_store import unindexed
from esd_desktop.models.store.words import contains, each, is_indexed, once, stands_in

# Each is asked by a column of its own name.
_ASSET_WORDS = table("asset_words", column("rowid"), column("asset_words"))
_ACCOUNT_WORDS = table("account_words", column("rowid"), column("account_words"))


def own_assets_with(word: str) -> Select[int]:
    """The assets among whose own words it stands."""
    found = _ASSET_WORDS.c.asset_words.op("MATCH")(_phrase(word))
    return select(_ASSET_WORDS.c.rowid).where(found)


def accounts_with(*words: str) -> Select[int]:
    """The accounts among whose words each stands."""
    found = _ACCOUNT_WORDS.c.account_words.op("MATCH")(" AND ".join(map(_phrase, words)))
    return select(_ACCOUNT_WORDS.c.rowid).where(found)


def assets_with(words: Sequence[str]) -> ColumnElement[bool]:
    """That it is one of the assets where each stands, the longest of which come first."""
    indexed = [word for word in words if is_indexed(word)]
    looked_up = Asset.id.in_(_looked_up(indexed)) if indexed else true()
    return and_(looked_up, *map(is_among, words[len(indexed) :]))


def counted(word: str, most: int) -> Iterator[ScalarSelect[int]]:
    """How many assets have a word of their own, and how many accounts; counted to ``most``."""
    for found in (own_assets_with(word), accounts_with(word)):
        yield select(func.count()).select_from(found.limit(most).subquery()).scalar_subquery()


def led_to(
    assets: Select[Any], first: str, further: Sequence[str], others: Sequence[str]
) -> list[Select[Any]]:
    """Those of ``assets``, a few of a million, in which each word is found: several selections,
    none of which has what another has. The first leads to them: to those of accounts by an index
    that has their dates as well; the ``further`` ones are looked up too, the others read."""
    # Two words have left so few that the accounts of each may be asked; otherwise they are looked
    # through once.
    tells = partial(stands_in, Asset) if further else is_among
    fit = (*_fit(Asset, further), *map(tells, others))
    own, accounts = _latest_first(first), once(accounts_with(first))
    by_customer, by_biller = Asset.customer_id.in_(accounts), Asset.billing_to_id.in_(accounts)
    of_accounts_alone = unindexed(Asset.id).not_in(once(own_assets_with(first)))
    return [
        assets.join(own, own.c.rowid == Asset.id).where(*fit),
        assets.where(by_customer, *fit, of_accounts_alone),
        assets.where(
            by_biller, *fit, unindexed(Asset.customer_id).not_in(accounts), of_accounts_alone
        ),
    ]


def is_among(word: str) -> ColumnElement[bool]:
    """As ``stands_in``, for thousands of assets: the accounts are found once and not for each."""
    accounts = once(select(Account.id).where(contains(Account.search_text, word)))
    return or_(_is_of(accounts, Asset), contains(Asset.search_text, word))


def is_on_the_way(word: str, *, by_time: bool, is_named: bool) -> ColumnElement[bool]:
    """The same, for those among very many that a list leads to. ``by_time``: in the order in which
    they were bought, or the other way round. ``is_named``: the word is one of an account."""
    if not is_indexed(word):
        return is_among(word)
    if not by_time:
        # Without reading the asset, whose row may lie anywhere.
        return unindexed(Asset.id).in_(_looked_up([word]))
    own = _tells_within(word)
    return or_(_is_of(once(accounts_with(word)), Asset), own) if is_named else own


def stand_in_accounts(words: Sequence[str], least: int) -> ColumnElement[bool]:
    """Whether at least so many accounts have all of the words themselves, of which one can be
    looked up."""
    found = Account.id.in_(accounts_with(*filter(is_indexed, words)))
    short = [word for word in words if not is_indexed(word)]
    holds = each(short, partial(contains, Account.search_text))
    return exists(select(Account.id).where(found, holds).offset(least - 1).limit(1))


def stands_in_many(word: str, least: int) -> ColumnElement[bool]:
    """Whether it stands among the own words of at least so many assets."""
    return exists(own_assets_with(word).offset(least - 1).limit(1))


def _looked_up(words: Sequence[str]) -> CompoundSelect[int]:
    """The assets that the first word leads to, where the others fit: told by the ids of the assets
    and accounts that each of them leads to, before anything of an asset is read."""
    asset = table_of(Asset).alias()
    first, *others = words
    fit = _fit(asset.c, others)
    accounts = once(accounts_with(first))
    by_own_words = select(asset.c.id).where(asset.c.id.in_(own_assets_with(first)), *fit)
    return union_all(
        by_own_words if others else own_assets_with(first),
        *(
            select(asset.c.id).where(reference.in_(accounts), *fit)
            for reference in (asset.c.customer_id, asset.c.billing_to_id)
        ),
    )


def _fit(asset: Any, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """That words which do not lead to an asset are found as well."""
    return [
        or_(
            _is_of(once(accounts_with(word)), asset),
            unindexed(asset.id).in_(own_assets_with(word)),
        )
        for word in words
    ]


def _is_of(accounts: Select[int], asset: Any) -> ColumnElement[bool]:
    """That it is of one of the accounts. Indexed, SQLite would take this for another way to the
    assets."""
    references = (asset.customer_id, asset.billing_to_id)
    return or_(*(unindexed(reference).in_(accounts) for reference in references))


def _tells_within(word: str) -> ColumnElement[bool]:
    """Only assets between the first and the last one with the word are read: ids come in time."""
    ids = own_assets_with(word)
    first, last = (
        ids.order_by(order).limit(1).scalar_subquery()
        for order in (_ASSET_WORDS.c.rowid, _ASSET_WORDS.c.rowid.desc())
    )
    return and_(unindexed(Asset.id).between(first, last), contains(Asset.search_text, word))


def _latest_first(word: str) -> Subquery:
    """The ids of the assets with the word. Most come in time, and most lists begin with the newest:
    whoever sorts the first of them meets those first, and has nothing to sort of the others. Where
    it is limited, SQLite keeps the order of what it reads from."""
    return own_assets_with(word).order_by(_ASSET_WORDS.c.rowid.desc()).limit(-1).subquery()


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
