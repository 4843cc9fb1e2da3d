"""Import and export of the whole store, beside what csv and sqlite3 by themselves take for it."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from bench.data import filling
from bench.place import Measure, Place
from bench.services import opened
from bench.table import Row, at_most, compared
from bench.timing import in_turns
from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.values import KEY_ALPHABET
from esd_desktop.services.export_assets import export_assets
from esd_desktop.services.import_assets import import_assets

_TAKES_NO_TIME = 100_000
_WRITTEN_AT_ONCE = 1_000
_SEED = 7

_HEADER = (
    *("Customer", "Customer Number", "Customer E-mail", "Billing To", "Billing To Number"),
    *("Order", "Purchase Date", "Product", "SKU", "Price", "Currency"),
    *("Token", "Token Status", "Link", "Client Transaction ID"),
)
# What there is to read of each licence of a store, without its key.
_LICENCES = """
SELECT customer.name, customer.reference, customer.email, billed.name, billed.reference,
       orders.number, assets.purchase_date, assets.product, assets.sku,
       assets.price_amount / 10000.0, assets.currency, assets.client_transaction_id
FROM assets
JOIN accounts AS customer ON customer.id = assets.customer_id
JOIN accounts AS billed ON billed.id = assets.billing_to_id
JOIN orders ON orders.id = assets.order_id
ORDER BY assets.id
"""
# The same table with the same indexes, from nothing but the cells.
_PLAIN = """
INSERT INTO assets (version, customer_id, billing_to_id, connection_id, order_id,
                    client_transaction_id, status, purchase_date, sku, product, quantity,
                    unit_type, price_amount, currency, provisioning_sync_status, key_last_five,
                    key_hash, token_status, return_status, search_text)
VALUES (1, ?, ?, 1, ?, ?, 'Active', ?, ?, ?, 1, 'licence', ?, ?, 'Synchronized', ?, ?, ?, 'NONE', ?)
"""
_LISTED = """
SELECT customer.name, billed.name, assets.product, assets.sku, orders.number,
       assets.purchase_date, assets.quantity, assets.unit_type, assets.key_last_five,
       assets.status, assets.token_status, assets.provisioning_sync_status,
       assets.return_status, assets.activation_date, assets.price_amount, assets.currency,
       invoice_items.amount, assets.currency, assets.client_transaction_id
FROM assets
JOIN accounts AS customer ON customer.id = assets.customer_id
JOIN accounts AS billed ON billed.id = assets.billing_to_id
JOIN orders ON orders.id = assets.order_id
LEFT JOIN invoice_items ON invoice_items.asset_id = assets.id AND invoice_items.kind = 'Invoice'
WHERE assets.deleted_at IS NULL
ORDER BY assets.purchase_date DESC, assets.id DESC
"""


def import_(place: Place) -> Iterator[Row]:
    """A file with all licences into an empty store."""
    with place.folder() as folder:
        source, empty = folder / "years.csv", folder / "empty.db"
        _write_source(place.file, source)
        filling.begin(empty, folder / "vault.json")
        targets = iter(range(1_000))

        def ours() -> None:
            asyncio.run(_import(_copied(empty, next(targets)), source))

        def plain() -> None:
            _insert(_copied(empty, next(targets)), source)

        pair = in_turns(ours, plain, rounds=_rounds(place), warm_up=0)
    what = f"{place.size:,} lines of CSV: checked, compared, sealed, invoiced, in the history"
    yield compared("import", what, pair, "csv, executemany into the same table", at_most(3))


def export(place: Place) -> Iterator[Row]:
    """The whole list, as it is sorted at first, into a file."""
    with place.folder() as folder, place.copy() as copy:

        def ours() -> None:
            asyncio.run(_export(copy.file, folder / "ours.csv"))

        pair = in_turns(
            ours, lambda: _write(copy.file, folder / "plain.csv"), rounds=_rounds(place), warm_up=0
        )
    what = f"{place.size:,} rows to CSV, all columns"
    yield compared("export", what, pair, "the same rows by sqlite3 and csv", at_most(3))


def _rounds(place: Place) -> int:
    return place.few if place.size <= _TAKES_NO_TIME else 1


def _write_source(store: Path, target: Path) -> None:
    random = Random(_SEED)
    with (
        closing(sqlite3.connect(store)) as db,
        target.open("w", encoding="utf-8", newline="") as file,
    ):
        rows = csv.writer(file)
        rows.writerow(_HEADER)
        for row in db.execute(_LICENCES):
            letters = "".join(random.choices(KEY_ALPHABET, k=25))
            key = "-".join(letters[first : first + 5] for first in range(0, 25, 5))
            link = f"https://setup.office.com/?token={row[-1]}&ctid={row[-1]}"
            rows.writerow((*row[:-1], key, "Activated", link, row[-1]))


def _copied(empty: Path, number: int) -> Path:
    target = empty.with_name(f"{number}.db")
    target.write_bytes(empty.read_bytes())
    return target


async def _import(store: Path, source: Path) -> None:
    async with opened(store, store.with_name("vault.json")) as services:
        report = await import_assets(services, source, dry_run=False)
        assert report.applied, report


def _insert(store: Path, source: Path) -> None:
    with (
        closing(sqlite3.connect(store)) as db,
        source.open(encoding="utf-8", newline="") as file,
    ):
        lines = csv.reader(file)
        next(lines)
        db.executemany(_PLAIN, map(_cells, lines))
        db.commit()


def _cells(line: list[str]) -> tuple[Any, ...]:
    customer, number, _, billed, biller, order, at, product, sku, *rest = line
    price, currency, key, token, _, transaction = rest
    words = f"{customer} {billed} {order} {product} {sku} {key[-5:]}".lower()
    bought = (number, biller, order, transaction, at, sku, product, price, currency)
    return (*bought, key[-5:], key, token, words)


async def _export(store: Path, target: Path) -> None:
    async with opened(store) as services:
        await export_assets(services, AssetChoice(AssetQuery()), (), target, replace_file=True)


def _write(store: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(store)) as db,
        target.open("w", encoding="utf-8", newline="") as file,
    ):
        rows, found = csv.writer(file), db.execute(_LISTED)
        rows.writerow([column[0] for column in found.description])
        while some := found.fetchmany(_WRITTEN_AT_ONCE):
            rows.writerows(some)


MEASURES: dict[str, Measure] = {"import": import_, "export": export}
