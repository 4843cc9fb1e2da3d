"""The first assets that a search finds, sooner than all of them could be listed."""

from __future__ import annotations

from functools import partial

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.asset import Asset
from esd_desktop.models.rows import AssetQuery, AssetSort
from esd_desktop.models.store import words_in_file, words_on_server
from esd_desktop.models.store.asset_order import (
    ids_among,
    ids_led_to,
    is_everything,
    joined,
    order,
    stretch_of,
)
from esd_desktop.models.store.by_store import is_on_server
from esd_desktop.models.store.search import (
    Leading,
    asset_contains_words,
    has_indexed_word,
    words_of_accounts,
)
from esd_desktop.models.store.words import each, is_indexed, words_of

# A search first looks through so many assets at the beginning of the list, and where it finds so
# many there, through as many more as should have the rest of a page: what is found often is found
# there sooner than an index could list all of it.
_LOOKED_THROUGH = 1_000
_OFTEN = 30
_FURTHER = 24_000
# The same on a server along its index of the dates, which has the words too.
_NOW_AND_THEN = 6
_FURTHER_BY_WORDS = 40_000
# From so many on, the accounts with a word are looked for once instead of asking those of each.
_AMONG_ACCOUNTS = 5_000
# What so many accounts have in their words, and is found less often, is looked up, but not all of
# it: among so many at the beginning of the list. To go there takes some milliseconds.
_MANY_ACCOUNTS = 40
_LOOKED_UP = 128_000
# What stands in so many assets and not near the beginning is not sorted to find the first of them.
_VERY_MANY = 50_000
# Nor on a server what stands in so many, where the list is gone along from the first to the last.
_MANY_OF_A_TIME = 5_000


async def first_found(
    connection: AsyncConnection, query: AssetQuery, leading: Leading, wanted: int
) -> list[int] | None:
    """The first ids that a search finds; None where they are sooner found by listing all. Words
    that are ``leading`` lead to assets."""
    if wanted > _LOOKED_THROUGH:
        return None
    found = await _hits(connection, query, 0, _LOOKED_THROUGH, wanted)
    looked_through = _LOOKED_THROUGH
    least, most = _how_far(query, on_server=is_on_server(connection))
    while stretch := _stretch_with(wanted - len(found), len(found), looked_through, least, most):
        missing = wanted - len(found)
        found += await _hits(connection, query, looked_through, stretch, missing)
        looked_through += stretch
    if len(found) == wanted:
        return found
    first = await at_the_beginning(connection, query, leading, wanted)
    return first or await along_the_list(connection, query, wanted)


def _how_far(query: AssetQuery, *, on_server: bool) -> tuple[int, int]:
    """How often a search has to find something for the list to be looked through further, and to
    where at most."""
    by_words = on_server and query.sort is AssetSort.PURCHASE_DATE
    often, most = (_NOW_AND_THEN, _FURTHER_BY_WORDS) if by_words else (_OFTEN, _FURTHER)
    return often if has_indexed_word(query.search) else 0, most


def _stretch_with(missing: int, found: int, looked_through: int, least: int, most: int) -> int:
    """How much further to look for what is missing, where so much had so many."""
    left = most - looked_through
    if not missing or left <= 0 or found < least:
        return 0
    expected = missing * looked_through * 5 // (found * 4) if found else left
    return min(max(expected, _LOOKED_THROUGH), left)


async def at_the_beginning(
    connection: AsyncConnection, query: AssetQuery, leading: Leading, wanted: int
) -> list[int] | None:
    """The first ids of a search for accounts in a file, by what leads to them near the beginning of
    a list that an index with the dates bounds; None where that has too few."""
    is_by_date = query.sort is AssetSort.PURCHASE_DATE and is_everything(query)
    if leading.on_server or not (leading.words and is_by_date):
        return None
    named = words_in_file.stand_in_accounts(words_of(query.search), _MANY_ACCOUNTS)
    if not await connection.scalar(select(named)):
        return None
    last = ids_among(query, (), leads=True).offset(_LOOKED_UP).limit(1).scalar_subquery()
    end = await connection.scalar(select(Asset.purchase_date).where(Asset.id == last))
    if end is None:
        return None
    within = Asset.purchase_date >= end if query.descending else Asset.purchase_date <= end
    found = ids_led_to(query, leading, within).limit(wanted)
    ids = list((await connection.execute(found)).scalars())
    return ids if len(ids) == wanted else None


async def along_the_list(
    connection: AsyncConnection, query: AssetQuery, wanted: int
) -> list[int] | None:
    """The first ids of a search that finds very many, all of them far from the beginning: one of
    the list after the other is asked whether it is found. None where there are few."""
    if not has_indexed_word(query.search):
        return None
    tell = _tells_on_server if is_on_server(connection) else _tells_in_file
    is_found = await tell(connection, query)
    if is_found is None:
        return None
    found = ids_among(query, [is_found], leads=True).limit(wanted)
    return list((await connection.execute(found)).scalars())


async def _tells_in_file(
    connection: AsyncConnection, query: AssetQuery
) -> ColumnElement[bool] | None:
    words = words_of(query.search)
    indexed = list(filter(is_indexed, words))
    are_many = each(indexed, partial(words_in_file.stands_in_many, least=_VERY_MANY))
    if not await connection.scalar(select(are_many)):
        return None
    named = await words_of_accounts(connection, query.search)
    by_time = query.sort is AssetSort.PURCHASE_DATE
    return each(
        words,
        lambda word: words_in_file.is_on_the_way(word, by_time=by_time, is_named=word in named),
    )


async def _tells_on_server(
    connection: AsyncConnection, query: AssetQuery
) -> ColumnElement[bool] | None:
    words = words_of(query.search)
    indexed = list(filter(is_indexed, words))

    async def are_many(least: int) -> bool:
        many = each(indexed, partial(words_on_server.stands_in_many, least=least))
        return bool(await connection.scalar(select(many)))

    by_time = query.sort is AssetSort.PURCHASE_DATE
    if not await are_many(_MANY_OF_A_TIME if by_time else _VERY_MANY):
        return None
    within = by_time and not await are_many(_VERY_MANY)
    named = await words_of_accounts(connection, query.search)
    return each(
        words,
        lambda word: words_on_server.is_on_the_way(word, within=within, is_named=word in named),
    )


async def _hits(
    connection: AsyncConnection, query: AssetQuery, offset: int, stretch: int, limit: int
) -> list[int]:
    """The first ids that a search finds in a stretch of the list."""
    hits = _hits_on_server if is_on_server(connection) else _hits_in_file
    found = hits(query, offset, stretch).limit(limit)
    return list((await connection.execute(found)).scalars())


def _hits_in_file(query: AssetQuery, offset: int, stretch: int) -> Select[int]:
    near = ids_among(query, (), leads=True).offset(offset).limit(stretch).subquery()
    hits = joined(select(Asset.id).join(near, near.c.id == Asset.id), query)
    holds = asset_contains_words(query.search)
    if stretch >= _AMONG_ACCOUNTS:
        holds = each(words_of(query.search), words_in_file.is_among)
    return hits.where(holds).order_by(*order(query))


def _hits_on_server(query: AssetQuery, offset: int, stretch: int) -> Select[int]:
    """Its index of the dates has all that is asked, so that no asset need be read."""
    near, its_order = stretch_of(query, offset, stretch)
    tells = partial(words_on_server.stands_in, near.c)
    if stretch > _LOOKED_THROUGH:
        tells = partial(words_on_server.is_among, asset=near.c)
    holds = each(words_of(query.search), tells)
    return select(near.c.id).where(holds).order_by(*its_order)
