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
_IDS = ("id", "customer_id", "billing_to_id", "account_id", "reseller_id", "order_id")
_IDS_OF_INVOICES = ("invoice_id", "credits_id", "asset_id")
_NUMBER = "printf('%06d', id * 10 - 9 + n)"
_NAME = "rtrim(name, '0123456789') || (id * 10 - 9 + n)"
_REFERENCE = "substr(reference, 1, 2) || (100000 + id * 10 - 9 + n)"
_EMAIL = "'licences@a' || (id * 10 - 9 + n) || '.example'"
_ORDER = "printf('%06d', order_id * 10 - 9 + n)"
_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "accounts": {
        "name": _NAME,
        "reference": _REFERENCE,
        "email": _EMAIL,
        "search_text": f"words({_NAME}, {_REFERENCE}, {_EMAIL})",
    },
    "orders": {"number": f"'SO-' || {_NUMBER}", "placement_id": "NULL"},
    "assets": {
        "client_transaction_id": "client_transaction_id || n",
        "key_hash": "substr(key_hash, 1, 63) || n",
        "search_text": f"'so-' || {_ORDER} || substr(search_text, instr(search_text, ' '))",
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
    ten = {name: f"{name} * 10 - 9 + n" for name in (*_IDS, *_IDS_OF_INVOICES)}
    selected = ", ".join({**ten, **otherwise}.get(name, name) for name in columns)
    numbers = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(TIMES))
    db.execute(
        f"INSERT INTO main.{table} ({', '.join(columns)}) "
        f"SELECT {selected} FROM source.{table} CROSS JOIN ({numbers}) ORDER BY source.{table}.id"
    )
