"""The lists: a page of any sort and filter, the position map, jumps, the end, memory, searching and
switching. What is painted is measured in a process of its own (list_window.py)."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import psycopg
from sqlalchemy.dialects import postgresql, sqlite

from bench.apart import apart
from bench.place import Measure, Place
from bench.raw_rows import asset_rows_of
from bench.services import opened
from bench.table import Row, absolute, at_most, compared, missing, ratio_of, shown
from bench.timing import Pair, Times, in_turns, in_turns_async, spread, timed_async
from esd_desktop.models.rows import AssetQuery, AssetSort, StatusFilter
from esd_desktop.models.store.assets import AssetList, list_for, page_of
from esd_desktop.models.store.position_map import read_map
from esd_desktop.services.browse import asset_counts, asset_page, map_assets
from esd_desktop.services.context import Services

_ROWS = 200
_PAGE = 128
_STATUSES: tuple[StatusFilter, ...] = ("all", "active", "cancelled")
_PAGES = {
    "newest": AssetQuery(),
    "by customer, active": AssetQuery(sort=AssetSort.CUSTOMER, status="active", descending=False),
    "by order": AssetQuery(sort=AssetSort.ORDER, descending=False),
    "by product, cancelled": AssetQuery(sort=AssetSort.PRODUCT, status="cancelled"),
    "by activation date": AssetQuery(sort=AssetSort.ACTIVATION_DATE),
    "of a reseller": AssetQuery(account_id=1),
}
_MAPS = {
    "indexed: newest": AssetQuery(),
    "indexed: by price, active": AssetQuery(
        sort=AssetSort.PRICE, descending=False, status="active"
    ),
    "through accounts: by customer": AssetQuery(sort=AssetSort.CUSTOMER),
    "to be sorted: by key, descending": AssetQuery(sort=AssetSort.KEY),
}


class Raw:
    """The same statements, sent past the program by a bare driver."""

    def __init__(self, place: Place) -> None:
        dialects: Any = sqlite if place.is_file else postgresql
        self._dialect = dialects.dialect()
        self.driver = "sqlite3" if place.is_file else "psycopg"
        self._connection: Any = (
            sqlite3.connect(place.file) if place.is_file else psycopg.connect(place.address)
        )

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def said(self, statement: Any) -> str:
        """A statement of the program's in the words of the driver."""
        literally = {"literal_binds": True}
        return str(statement.compile(dialect=self._dialect, compile_kwargs=literally))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What it answers."""
        rows: list[tuple[Any, ...]] = self._connection.execute(statement).fetchall()
        return rows

    def scan(self, statement: str) -> None:
        """What it answers, by reading every row: a server's index of letters is left out."""
        if self.driver == "sqlite3":
            self.rows(statement)
            return
        self._connection.execute("SET enable_bitmapscan = off")
        self.rows(statement)
        self._connection.execute("RESET enable_bitmapscan")

    def firsts(self, statement: str) -> None:
        """Its first column as a list of Python's."""
        [row[0] for row in self._connection.execute(statement)]


def page(place: Place) -> Iterator[Row]:
    """The first rows of a list, by the store and by the service, against the bare driver that makes
    the same rows."""
    for what, query in _PAGES.items():
        in_store, through = asyncio.run(_page(place, query))
        yield compared("page", f"{what}, store", in_store, "driver, same rows", at_most(1.2))
        yield compared("page", f"{what}, service", through, "driver, same rows", at_most(2))


async def _page(place: Place, query: AssetQuery) -> tuple[Pair, Pair]:
    listed = AssetList()
    async with opened(place.address) as services, services.store.read() as connection:
        with Raw(place) as raw:
            said = raw.said(page_of(query, None).params(offset=0, limit=_ROWS))

            def bare() -> None:
                asset_rows_of(raw.rows(said))

            async def ours() -> None:
                await listed.page(connection, query, offset=0, limit=_ROWS)

            async def through() -> None:
                await asset_page(services, query, 0, _ROWS)

            in_store = await in_turns_async(ours, bare, rounds=place.rounds)
            return in_store, await in_turns_async(through, bare, rounds=place.rounds)


def position_map(place: Place) -> Iterator[Row]:
    """The map of a whole list, against the ids of it in a list of Python's."""
    for what, query in _MAPS.items():
        goal = at_most(0.5 if what.startswith("indexed") else 1)
        yield compared("map", what, asyncio.run(_map(place, query)), "ids in Python", goal)


async def _map(place: Place, query: AssetQuery) -> Pair:
    listed = AssetList()
    async with opened(place.address) as services, services.store.read() as connection:
        with Raw(place) as raw:
            said = raw.said(listed.ids(query))

            async def ours() -> None:
                await read_map(connection, listed.id, listed.ids(query))

            return await in_turns_async(ours, lambda: raw.firsts(said), rounds=place.few)


def jump(place: Place) -> Iterator[Row]:
    """A cold page anywhere in the list, painted, against a list that Qt has loaded whole."""
    times = asyncio.run(_jumps(place, place.rounds))
    yield shown("jump", "a page by the map, service, median", times)
    if not place.is_file:
        return
    ours = apart("bench.list_window:jumps", str(place.file), place.rounds * 5)
    theirs = apart("bench.list_window:loaded_jumps", str(place.file), place.rounds)
    painted, loaded = Times(tuple(ours)), Times(tuple(theirs))
    yield ratio_of(
        "jump",
        "painted, p95",
        (painted.at(0.95), f"{painted.at(0.95) * 1000:.1f} ms"),
        (loaded.median, f"{loaded.median * 1000:.1f} ms QSqlQueryModel, median"),
        at_most(2),
    )


async def _jumps(place: Place, count: int) -> Times:
    async with opened(place.address) as services:
        query = AssetQuery()
        await map_assets(services, query)
        found = (await asset_counts(services, query)).found
        last = max(found - _PAGE, 1)
        return Times(
            tuple(
                [
                    await timed_async(_steady(services, query, random.randrange(last), found))
                    for _ in range(count)
                ]
            )
        )


def _steady(services: Services, query: AssetQuery, offset: int, found: int) -> Callable[[], Any]:
    return lambda: asset_page(services, query, offset, _PAGE, counted=found)


def end(place: Place) -> Iterator[Row]:
    """From asking for the list to its last row, painted."""
    if not place.is_file:
        yield missing("end", "the last row, painted", "only measured on a file")
        return
    ours = Times(tuple(apart("bench.list_window:ends", str(place.file), place.few)))
    theirs = apart("bench.list_window:fetched", str(place.file))
    seconds, words = ours.median, f"{ours.median * 1000:.0f} ms"
    fetched = (theirs["seconds"], f"{theirs['seconds']:.2f} s QSqlQueryModel.fetchMore")
    yield ratio_of("end", "the last row, painted", (seconds, words), fetched, at_most(1 / 25))


def memory(place: Place) -> Iterator[Row]:
    """What browsing all of it adds, and what the window takes when its first page is painted."""
    if not place.is_file:
        yield missing("memory", "growth", "only measured on a file")
        return
    ours = apart("bench.list_window:growth", str(place.file))
    theirs = apart("bench.list_window:fetched", str(place.file))
    empty = apart("bench.list_window:empty_window")
    if ours is None:
        yield missing("memory", "growth", "this system does not tell a process's memory")
        return
    yield ratio_of(
        "memory",
        "growth over browsing all",
        (ours["growth"], _megabytes(ours["growth"])),
        (theirs["growth"], f"{_megabytes(theirs['growth'])} QSqlQueryModel"),
        at_most(0.1),
    )
    words = f"{_megabytes(empty)} empty window"
    yield Row("memory", "everything ready", _megabytes(ours["ready"]), words)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.0f} MB"


def search(place: Place) -> Iterator[Row]:
    """Words typed letter by letter until their first rows; the query, against reading every row."""
    times = asyncio.run(_typed(place))
    yield absolute(
        "search", "letter to first rows, p99", times.at(0.99) * 1000, at_most(100, " ms")
    )
    yield shown("search", "letter to first rows, median", times)
    some = _sought(place)
    # The first order's number shares more of its letters with others than any, and takes longest.
    sought = {
        "key's last five": (3, some),
        "order": (1, some),
        "the first order": (1, [1]),
        "address": (4, some),
    }
    for what, (column, ids) in sought.items():
        pair = asyncio.run(_looked_up(place, column, ids))
        yield compared("search", f"query: {what}", pair, "LIKE scan", at_most(1 / 50))


async def _typed(place: Place) -> Times:
    """The service's answer to each letter; what the window adds is in ``jump``."""
    async with opened(place.address) as services:
        taken = []
        for word in await _words(place):
            for end_of in range(1, len(word) + 1):
                if word[end_of - 1] != " ":
                    query = AssetQuery(search=word[:end_of])
                    taken.append(await timed_async(_first(services, query)))
        return Times(tuple(taken))


def _first(services: Services, query: AssetQuery) -> Callable[[], Any]:
    return lambda: asset_page(services, query, 0, _PAGE)


async def _words(place: Place) -> list[str]:
    """A customer, an order, a product, the end of a key, an address, of some assets each."""
    with Raw(place) as raw:
        rows = [
            row
            for asset_id in random.Random(7).sample(range(1, place.size + 1), 2 * place.few)
            for row in raw.rows(_SOUGHT.format(asset_id))
        ]
    return [str(word).casefold() for row in rows for word in row if word]


_SOUGHT = """
SELECT c.name, o.number, a.product, a.key_last_five, c.email FROM assets a
JOIN accounts c ON c.id = a.customer_id JOIN orders o ON o.id = a.order_id WHERE a.id = {}
"""


async def _looked_up(place: Place, column: int, assets: Sequence[int]) -> Pair:
    """The ids found by what these assets have in a column of ``_SOUGHT``."""
    pairs = []
    async with opened(place.address) as services, services.store.read() as connection:
        with Raw(place) as raw:
            for asset_id in assets:
                word = str(raw.rows(_SOUGHT.format(asset_id))[0][column]).casefold()
                query = AssetQuery(search=word)
                said = raw.said(
                    (await list_for(connection, query, None, services.counts)).ids(query)
                )
                scan = f"SELECT id FROM assets WHERE search_text LIKE '%{word}%'"
                pairs.append(in_turns(partial(raw.rows, said), partial(raw.scan, scan), rounds=2))
    ours = [each for pair in pairs for each in pair.ours.values]
    return Pair(spread(ours), spread([each for pair in pairs for each in pair.others.values]))


def _sought(place: Place) -> list[int]:
    """Some assets that have all of ``_SOUGHT``."""
    with Raw(place) as raw:
        order = f"(assets.id * 7919) % {place.size}"
        found = raw.rows(
            "SELECT assets.id FROM assets JOIN accounts ON accounts.id = customer_id WHERE "
            f"key_last_five IS NOT NULL AND email IS NOT NULL ORDER BY {order} LIMIT {place.few}"
        )
    return [asset_id for (asset_id,) in found]


def switch(place: Place) -> Iterator[Row]:
    """Account to account and All, Active, Cancelled: first page and counts."""
    times = asyncio.run(_switched(place, place.rounds * 2))
    yield absolute("switch", "page and counts, p99", times.at(0.99) * 1000, at_most(50, " ms"))
    yield shown("switch", "page and counts, median", times)


async def _switched(place: Place, count: int) -> Times:
    chosen = random.Random(7)
    with Raw(place) as raw:
        (accounts,) = raw.rows("SELECT count(*) FROM accounts")[0]
    resellers = max(1, accounts // 100)
    taken = []
    async with opened(place.address) as services:
        for _ in range(count):
            account = chosen.choice(
                (None, chosen.randint(1, resellers), chosen.randint(resellers + 1, accounts))
            )
            query = AssetQuery(account_id=account, status=chosen.choice(_STATUSES))
            taken.append(await timed_async(_page_and_counts(services, query)))
    return Times(tuple(taken))


def _page_and_counts(services: Services, query: AssetQuery) -> Callable[[], Any]:
    return lambda: asyncio.gather(
        asset_page(services, query, 0, _PAGE), asset_counts(services, query)
    )


MEASURES: dict[str, Measure] = {
    "page": page,
    "map": position_map,
    "jump": jump,
    "end": end,
    "memory": memory,
    "search": search,
    "switch": switch,
}


def _median_page(place: Place) -> float:
    async def read() -> Times:
        async with opened(place.address) as services:
            first = _first(services, AssetQuery())
            return Times(tuple([await timed_async(first) for _ in range(place.rounds)]))

    return asyncio.run(read()).median


GROWTH: dict[str, Callable[[Place], float]] = {
    "page": _median_page,
    "jump": lambda place: asyncio.run(_jumps(place, place.rounds)).median,
    "search": lambda place: asyncio.run(_typed(place)).median,
    "switch": lambda place: asyncio.run(_switched(place, place.rounds)).median,
}
