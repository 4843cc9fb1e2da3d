"""A store with ten times as many licences as another: each account, order, licence and invoice
becomes ten of them, one after the other, so that ids still come in the order of time.

Selling so many one by one would take an hour. Who has keys and history is the other store alone:
the lists, their counts and the search, which are measured on this one, read neither.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from bench.data.filling import begin, in_haste
from esd_desktop.models.base import search_text

TIMES = 10

# What of each table is written otherwise; ``n`` goes from 0 to 9, and an id becomes ten.
_TEN = {
    name: f"({name} * {TIMES} - {TIMES - 1} + n)"
    for name in (
        *("id", "customer_id", "billing_to_id", "account_id", "reseller_id", "order_id"),
        *("invoice_id", "credits_id", "asset_id"),
    )
}
_NAME = f"rtrim(name, '0123456789') || {_TEN['id']}"
_REFERENCE = f"substr(reference, 1, 2) || (100000 + {_TEN['id']})"
_EMAIL = f"'licences@a' || {_TEN['id']} || '.example'"
_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "accounts": {
        "name": _NAME,
        "reference": _REFERENCE,
        "email": _EMAIL,
        "search_text": f"words({_NAME}, {_REFERENCE}, {_EMAIL})",
    },
    "orders": {"number": f"printf('SO-%06d', {_TEN['id']})", "placement_id": "NULL"},
    "assets": {
        "client_transaction_id": "client_transaction_id || n",
        "key_hash": "substr(key_hash, 1, 63) || n",
        "search_text": f"printf('so-%06d', {_TEN['order_id']})"
        " || substr(search_text, instr(search_text, ' '))",
    },
    "invoices": {"number": "number || n"},
    "invoice_items": {},
}


def tenfold(source: Path, path: Path, vault: Path) -> None:
    """Make a store at ``path`` from the one in ``source``, its wrapping key in the file
    ``vault``."""
    begin(path, vault)
    with closing(sqlite3.connect(path, isolation_level=None, uri=True)) as db:
        db.create_function("words", -1, search_text, deterministic=True)
        db.execute("ATTACH ? AS source", (f"{source.as_uri()}?mode=ro",))
        with in_haste(db):
            for table, otherwise in _OTHERWISE.items():
                _copy(db, table, otherwise)


def _copy(db: sqlite3.Connection, table: str, otherwise: Mapping[str, str]) -> None:
    columns = [name for _, name, *_ in db.execute(f"PRAGMA source.table_info({table})")]
    selected = ", ".join({**_TEN, **otherwise}.get(name, name) for name in columns)
    numbers = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(TIMES))
    db.execute(
        f"INSERT INTO main.{table} ({', '.join(columns)}) "
        f"SELECT {selected} FROM source.{table} CROSS JOIN ({numbers}) ORDER BY source.{table}.id"
    )
