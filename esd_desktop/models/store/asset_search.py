"""The first assets that a search finds, sooner than all of them could be listed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.asset import Asset
from esd_desktop.models.rows import AssetQuery, AssetSort
from esd_desktop.models.store.asset_order import ids_among, ids_led_to, is_everything, joined, order
from esd_desktop.models.store.search import (
    asset_contains_words,
    asset_is_among_many,
    asset_is_among_words,
    has_indexed_word,
    stands_in_accounts,
    stands_in_many,
    words_of_accounts,
)

# A search first looks through so many assets at the beginning of the list, and where it finds so
# many there, through as many more as should have the rest of a page: what is found often is found
# there sooner than an index could list all of it.
_LOOKED_THROUGH = 1_000
_OFTEN = 30
_LOOKED_THROUGH_FURTHER = 24_000
# From so many on, the accounts with a word are looked for once instead of asking those of each.
_AMONG_ACCOUNTS = 5_000
# What so many accounts have in their words, and is found less often, is looked up, but not all of
# it: among so many at the beginning of the list. To go there takes some milliseconds.
_MANY_ACCOUNTS = 40
_LOOKED_UP = 128_000
# What stands in so many assets and not near the beginning is not sorted to find the first of them.
_VERY_MANY = 50_000


async def first_found(
    connection: AsyncConnection, query: AssetQuery, leading: tuple[str, ...], wanted: int
) -> list[int] | None:
    """The first ids that a search finds; None where they are sooner found by listing all. Words
    that are ``leading`` lead to assets."""
    if wanted > _LOOKED_THROUGH:
        return None
    found = await _hits(connection, query, 0, _LOOKED_THROUGH, wanted)
    looked_through = _LOOKED_THROUGH
    while stretch := _stretch_with(wanted - len(found), len(found), looked_through, query.search):
        missing = wanted - len(found)
        found += await _hits(connection, query, looked_through, stretch, missing)
        looked_through += stretch
    if len(found) == wanted:
        return found
    latest = await at_the_beginning(connection, query, leading, wanted)
    return latest or await along_the_list(connection, query, wanted)


def _stretch_with(missing: int, found: int, looked_through: int, search: str) -> int:
    """How much further to look for what is missing, where so much had so many."""
    left = _LOOKED_THROUGH_FURTHER - looked_through
    if not missing or left <= 0:
        return 0
    if has_indexed_word(search) and found < _OFTEN:
        return 0
    expected = missing * looked_through * 5 // (found * 4) if found else left
    return min(max(expected, _LOOKED_THROUGH), left)


async def at_the_beginning(
    connection: AsyncConnection, query: AssetQuery, leading: tuple[str, ...], wanted: int
) -> list[int] | None:
    """The first ids of a search for accounts, by what leads to them near the beginning of a list
    that an index with the dates bounds; None where that has too few."""
    is_by_date = query.sort is AssetSort.PURCHASE_DATE and is_everything(query)
    if not (leading and is_by_date):
        return None
    if not await connection.scalar(select(stands_in_accounts(query.search, _MANY_ACCOUNTS))):
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
    if not await connection.scalar(select(stands_in_many(query.search, _VERY_MANY))):
        return None
    by_time = query.sort is AssetSort.PURCHASE_DATE
    named = await words_of_accounts(connection, query.search)
    among = asset_is_among_many(query.search, named, by_time=by_time)
    found = ids_among(query, [among], leads=True).limit(wanted)
    return list((await connection.execute(found)).scalars())


async def _hits(
    connection: AsyncConnection, query: AssetQuery, offset: int, stretch: int, limit: int
) -> list[int]:
    """The first ids that a search finds in a stretch of the list."""
    near = ids_among(query, (), leads=True).offset(offset).limit(stretch).subquery()
    hits = joined(select(Asset.id).join(near, near.c.id == Asset.id), query)
    holds = asset_contains_words if stretch < _AMONG_ACCOUNTS else asset_is_among_words
    found = hits.where(holds(query.search)).order_by(*order(query)).limit(limit)
    return list((await connection.execute(found)).scalars())
