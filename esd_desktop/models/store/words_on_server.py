"""The words' indexes of a PostgreSQL server, asked by its functions (migrations 0006, 0011, 0014):
they look with the eyes of the owner, who alone may use them, and tell each what he may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    and_,
    any_,
    column,
    func,
    literal,
    not_,
    or_,
    select,
    tablesample,
)

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import UtcDateTime, table_of
from esd_desktop.models.store.words import contains, is_indexed, once

_ONE_IN = 200
# Itself, once more: see _is_one_of_few.
_ITSELF = table_of(Asset).alias()
_NAMED = table_of(Account).alias()


def accounts_with(word: str) -> Select[int]:
    """The accounts among whose words it stands."""
    return select(func.esd_accounts_with(_pattern(word)))


def assets_with(words: Sequence[str]) -> Select[int]:
    """The assets where each stands among their own words or those of their accounts."""
    patterns = literal([_pattern(word) for word in words], ARRAY(String))
    return select(func.esd_assets_with(patterns))


def counted(word: str) -> Iterator[ScalarSelect[int]]:
    """How many assets have a word of their own, as far as some tell, and how many accounts."""
    for found, times in ((_some_with(word), _ONE_IN), (accounts_with(word), 1)):
        yield select(func.count() * times).select_from(found.subquery()).scalar_subquery()


def led_to(
    assets: Select[Any], first: str, further: Sequence[str], others: Sequence[str]
) -> list[Select[Any]]:
    """Those of ``assets``, a few of a million, in which each word is found: several selections,
    none of which has what another has. The first leads to them: to those of accounts by an index
    that has their dates as well; the ``further`` ones are looked up too, the others read."""
    tells = _is_one_of_few if further else is_among
    fit = (*map(_fits, further), *map(tells, others))
    accounts = once(accounts_with(first))
    # It cannot know how few they are, and would read every asset, were they not an array.
    are_few = any_(func.array(accounts.scalar_subquery()))
    return [
        assets.where(Asset.id.in_(_own_assets_with(first)), not_(_is_of(accounts, Asset)), *fit),
        assets.where(Asset.customer_id == are_few, *fit),
        assets.where(Asset.billing_to_id == are_few, Asset.customer_id.not_in(accounts), *fit),
    ]


def stands_in(asset: Any, word: str) -> ColumnElement[bool]:
    """That the word stands in the words of an asset that is read, or of one of its accounts."""
    return or_(contains(asset.search_text, word), _is_named(asset, word))


def is_among(word: str, asset: Any = Asset) -> ColumnElement[bool]:
    """That the word stands in an asset's words or in those of one of its accounts, for thousands of
    assets: the accounts are found once and not for each."""
    return or_(_is_of(once(accounts_with(word)), asset), contains(asset.search_text, word))


def is_on_the_way(word: str, *, within: bool, is_named: bool) -> ColumnElement[bool]:
    """The same, for those among very many that a list leads to. ``within``: in the order in which
    they were bought, or the other way round, from the first to the last with a word of their own.
    ``is_named``: the word is one of an account. Asked by LIKE, the server would now and then expect
    so few that it reads them all and sorts them."""
    if is_named or not is_indexed(word):
        return is_among(word)
    own = func.strpos(Asset.search_text, word) > 0
    if not within:
        return own
    ends = _bought_with(word)
    earliest, latest = (select(end).scalar_subquery() for end in (ends.c.earliest, ends.c.latest))
    return and_(Asset.purchase_date.between(earliest, latest), own)


def stands_in_many(word: str, least: int) -> ColumnElement[bool]:
    """Whether it seems to stand among the own words of at least so many assets."""
    return _some_with(word).offset(least // _ONE_IN - 1).limit(1).exists()


def _own_assets_with(word: str) -> Select[int]:
    """The assets among whose own words it stands."""
    return select(func.esd_assets_with_own(_pattern(word)))


def _bought_with(word: str) -> CTE:
    """When the ``earliest`` and the ``latest`` of these were bought: one row, nulls where there are
    none."""
    ends = (column("earliest", UtcDateTime()), column("latest", UtcDateTime()))
    return select(*(func.esd_bought_with(_pattern(word)).table_valued(*ends).c)).cte()


def _some_with(word: str) -> Select[int]:
    """Of the assets with a word of their own about one in two hundred, in no time."""
    some = tablesample(Asset, func.system(100 / _ONE_IN))
    return select(some.c.id).where(contains(some.c.search_text, word))


def _fits(word: str) -> ColumnElement[bool]:
    return or_(_is_of(once(accounts_with(word)), Asset), Asset.id.in_(once(_own_assets_with(word))))


def _is_one_of_few(word: str) -> ColumnElement[bool]:
    """That the word is found, of assets that other words have left. The asset itself is read only
    where no index tells; were its words named like others, all that lead to it would be read."""
    own = select(_ITSELF.c.id).where(
        _ITSELF.c.id == Asset.id, contains(_ITSELF.c.search_text, word)
    )
    # Of a short word no index tells which accounts have it.
    named = _is_of(once(accounts_with(word)), Asset) if is_indexed(word) else _is_named(Asset, word)
    return or_(named, own.correlate(Asset).exists())


def _is_named(asset: Any, word: str) -> ColumnElement[bool]:
    """That the word stands in one of the asset's accounts, which are asked for what they have:
    asked whether there is one that has it, the owner's server looks through all accounts first."""
    return or_(
        *(
            select(contains(_NAMED.c.search_text, word))
            .where(_NAMED.c.id == reference)
            .correlate_except(_NAMED)
            .scalar_subquery()
            for reference in (asset.customer_id, asset.billing_to_id)
        )
    )


def _is_of(accounts: Select[int], asset: Any) -> ColumnElement[bool]:
    return or_(asset.customer_id.in_(accounts), asset.billing_to_id.in_(accounts))


def _pattern(word: str) -> str:
    literally = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literally}%"
