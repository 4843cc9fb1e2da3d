"""``python3 -m bench.years 1000000 10000000 100000000``: what becomes of lists, search and status
updates where a PostgreSQL store keeps its licences apart by the year of their purchase.

The program's own table with its own indexes is made anew as ten partitions and filled with invented
rows; nothing else of the store is. Of more than ten million only the last year is, and what asks
that year alone is measured: it does what it would do with the other nine. docs/administering.md has
what is printed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from tests.support.postgres import PostgresServer
from tests.support.postgres_keeper import ADMINISTRATOR
from tools import postgresql
from tools.trouble import say

_YEARS = range(2017, 2027)
_WHOLE_UP_TO = 10_000_000  # of some 13 GB
_ROUNDS = 60
_PAGE = 200
_LICENCES_OF_A_CUSTOMER = 20

_TABLE: LiteralString = """
CREATE TABLE licences (LIKE assets INCLUDING DEFAULTS) PARTITION BY RANGE (purchase_date)
"""
# As full as the program's own table.
_PARTITION: LiteralString = (
    "CREATE TABLE {} PARTITION OF licences FOR VALUES FROM ({}) TO ({}) WITH (fillfactor = 70)"
)
# Each year has as many as the others, spread over it; customers and orders go through all years.
_ROWS: LiteralString = """
INSERT INTO licences (
  id, version, customer_id, billing_to_id, connection_id, order_id, client_transaction_id, status,
  purchase_date, sku, product, quantity, unit_type, price_amount, currency,
  provisioning_sync_status, key_last_five, key_hash, token_status, return_status, activation_date,
  checked_at, search_text)
SELECT id, 1, customer, customer % 500 + 1, 1, id / 3 + 1, gen_random_uuid()::text,
  CASE WHEN id % 5 = 0 THEN 'Cancelled' ELSE 'Active' END,
  make_timestamptz({year}, 1, 1, 0, 0, 0, 'UTC')
    + interval '364 days' * ((id - {first})::float8 / {count}),
  'EP2-0' || product, 'Office for business ' || product, 1, 'PerLicense', 2490000 + product, 'EUR',
  'Synchronized', five, encode(sha256(five::bytea || id::text::bytea), 'hex'),
  CASE WHEN id % 4 = 0 THEN 'Activated' ELSE 'Redeemed' END, 'NONE',
  CASE WHEN id % 4 = 0 THEN NULL ELSE now() END, now(),
  'so-' || id / 3 + 1 || ' office for business ' || product || ' ' || lower(five)
FROM (
  SELECT id, 1 + id::bigint * 7919 % {customers} AS customer, id % 40 AS product,
    upper(substr(md5(id::text), 1, 5)) AS five
  FROM generate_series({first}, {first} + {count} - 1) AS id
) AS invented
"""
_INDEXES: LiteralString = """
SELECT indexdef FROM pg_indexes
WHERE tablename = 'assets' AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
_SIZES: LiteralString = """
SELECT sum(pg_table_size(part.oid)),
  sum((SELECT sum(pg_relation_size(indexrelid)) FROM pg_index
       JOIN pg_class AS index ON index.oid = indexrelid
       WHERE indrelid = part.oid AND relam <> (SELECT oid FROM pg_am WHERE amname = 'gin'))),
  sum((SELECT sum(pg_relation_size(indexrelid)) FROM pg_index
       JOIN pg_class AS index ON index.oid = indexrelid
       WHERE indrelid = part.oid AND relam = (SELECT oid FROM pg_am WHERE amname = 'gin')))
FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
WHERE inhparent = 'licences'::regclass
"""
_COLUMNS: LiteralString = "id, customer_id, product, status, purchase_date, token_status"
_NEWEST: LiteralString = (
    f"SELECT {_COLUMNS} FROM licences WHERE deleted_at IS NULL {{}} "
    f"ORDER BY purchase_date DESC, id DESC LIMIT {_PAGE}"
)
# As the program looks a word up (migration 0014).
_FOUND: LiteralString = """
WITH found AS MATERIALIZED (SELECT id FROM licences
  WHERE (split_part(search_text, ' ', 1) LIKE esd_telling_part(%(word)s)
    OR substr(search_text, strpos(search_text, ' ')) LIKE %(word)s)
  AND search_text || '' LIKE %(word)s {})
"""
_OF_LAST_YEAR: LiteralString = (
    "AND purchase_date >= '2026-01-01Z' AND purchase_date < '2027-01-01Z'"
)
_UPDATE: LiteralString = (
    "UPDATE licences SET checked_at = now(), version = version + 1 WHERE id = ANY (%s)"
)
_UPDATE_IN_YEAR: LiteralString = f"{_UPDATE} {_OF_LAST_YEAR}"


@dataclass(frozen=True, slots=True)
class Store:
    """The server, and how many licences there are in all."""

    connection: psycopg.Connection
    total: int

    @property
    def of_a_year(self) -> int:
        return self.total // len(_YEARS)

    @property
    def is_whole(self) -> bool:
        """Whether each year has its rows."""
        return self.total <= _WHOLE_UP_TO

    @property
    def last_year(self) -> range:
        """The ids of what was bought in it."""
        return range(self.total - self.of_a_year + 1, self.total + 1)

    @property
    def customers(self) -> int:
        return max(1, self.total // _LICENCES_OF_A_CUSTOMER)

    def page(self, condition: LiteralString = "", *values: Any) -> None:
        """Read a page, newest first."""
        statement = _NEWEST.format(condition)
        self.connection.execute(statement, values).fetchall()

    def search(self, word: str, condition: LiteralString = "") -> None:
        """Look a word up as the program does, and read a page of what is found."""
        found: LiteralString = f"id IN (SELECT id FROM found) {condition}"
        statement = f"{_FOUND.format(condition)} {_NEWEST.format(f'AND {found}')}"
        self.connection.execute(statement, {"word": f"%{word}%"}).fetchall()

    def note_checked(self, statement: LiteralString, chance: Random) -> None:
        """What a mass work writes where nothing changed: 200 of them, in two statements."""
        with self.connection.transaction():
            for _ in range(2):
                ids = [chance.choice(self.last_year) for _ in range(100)]
                self.connection.execute(statement, [ids])


def main() -> None:
    """Measure at each of the sizes that were asked for."""
    postgresql.provide()
    for total in map(int, sys.argv[1:]):
        with (
            tempfile.TemporaryDirectory(prefix="esd-years-") as folder,
            PostgresServer(Path(folder) / "postgres.json") as server,
            server.store() as made,
            server.connect(made.name, ADMINISTRATOR) as connection,
        ):
            store = Store(connection, total)
            begun = time.monotonic()
            _fill(store)
            filled = len(_YEARS) if store.is_whole else 1
            took = time.monotonic() - begun
            say(f"{total:,} licences, {filled} of {len(_YEARS)} years filled: {took:.0f} s")
            _tell_sizes(store)
            chance = Random(1)
            measured = _of_last_year(store, chance)
            if store.is_whole:
                measured = {**_of_all_years(store, chance), **measured}
            for what, do in measured.items():
                _tell_times(what, do)


def _fill(store: Store) -> None:
    store.connection.execute("SET maintenance_work_mem = '2GB'")
    store.connection.execute(_TABLE)
    for number, year in enumerate(_YEARS):
        bounds = [sql.Literal(f"{each}-01-01 00:00:00Z") for each in (year, year + 1)]
        name = sql.Identifier(f"licences_{year}")
        store.connection.execute(sql.SQL(_PARTITION).format(name, *bounds))
        if not (store.is_whole or year == _YEARS[-1]):
            continue
        values = {
            "year": year,
            "first": number * store.of_a_year + 1,
            "count": store.of_a_year,
            "customers": store.customers,
        }
        literals: Mapping[str, Any] = {key: sql.Literal(value) for key, value in values.items()}
        store.connection.execute(sql.SQL(_ROWS).format(**literals))
    for (definition,) in store.connection.execute(_INDEXES).fetchall():
        _index(store, definition)
    # What is unique in one table is so within a partition only, or with the column that parts them.
    _index(store, "CREATE UNIQUE INDEX pk_licences ON public.assets (id, purchase_date)")
    _index(store, "CREATE INDEX ix_calls ON public.assets (connection_id, client_transaction_id)")
    store.connection.execute("VACUUM ANALYZE licences")


def _index(store: Store, definition: str) -> None:
    made = definition.replace("ix_assets", "ix_licences").replace("ix_asset_", "ix_licence_")
    begun = time.monotonic()
    store.connection.execute(made.replace("public.assets", "public.licences").encode())
    say(f"  {made.split(' ON ')[0]}: {time.monotonic() - begun:.0f} s")


def _of_all_years(store: Store, chance: Random) -> dict[str, Callable[[], None]]:
    def customer() -> int:
        return chance.randint(1, store.customers)

    def moment() -> str:
        return f"{chance.choice(_YEARS)}-{chance.randint(1, 12):02}-15Z"

    return {
        "newest page": store.page,
        "newest page, active": lambda: store.page("AND status = 'Active'"),
        "page from a moment on": lambda: store.page("AND purchase_date < %s", moment()),
        "page of one customer": lambda: store.page("AND customer_id = %s", customer()),
        "search for an order": lambda: store.search(_order(chance.randint(1, store.total))),
        "search for five of a key": lambda: store.search(f"{chance.randrange(16**5):05x}"),
        "one licence by its id": lambda: store.page("AND id = %s", chance.randint(1, store.total)),
        "200 answers noted": lambda: store.note_checked(_UPDATE, chance),
    }


def _of_last_year(store: Store, chance: Random) -> dict[str, Callable[[], None]]:
    def order() -> str:
        return _order(chance.choice(store.last_year))

    return {
        "page of one year": lambda: store.page(_OF_LAST_YEAR),
        "search for an order, the year known": lambda: store.search(order(), _OF_LAST_YEAR),
        "200 answers noted, the year known": lambda: store.note_checked(_UPDATE_IN_YEAR, chance),
    }


def _order(licence: int) -> str:
    return f"so-{licence // 3 + 1}"


def _tell_sizes(store: Store) -> None:
    sizes = store.connection.execute(_SIZES).fetchone() or ()
    words = ("rows", "indexes", "words for the search")
    told = (f"{word} {size / 2**30:.2f} GiB" for word, size in zip(words, sizes, strict=True))
    say(f"  {', '.join(told)}")


def _tell_times(what: str, do: Callable[[], None]) -> None:
    times = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        do()
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    p95 = times[int(_ROUNDS * 0.95)]
    say(f"  {what:<36}{statistics.median(times):8.2f} ms   p95 {p95:8.2f} ms")


if __name__ == "__main__":
    main()
