"""The largest store is ten times another, and one whose records hold together."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bench.data.filling import fill
from bench.data.tenfold import tenfold

_COUNTED = ("accounts", "orders", "assets", "invoices", "invoice_items")


def test_everything_is_there_ten_times(tmp_path: Path) -> None:
    source, path, vault = tmp_path / "one.db", tmp_path / "ten.db", tmp_path / "vault.json"
    fill(source, vault, 60, lambda _: None)
    tenfold(source, path, vault)
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(path)) as ten:
        for table in _COUNTED:
            count = f"SELECT count(*) FROM {table}"  # noqa: S608 - no name from elsewhere
            assert ten.execute(count).fetchone()[0] == 10 * one.execute(count).fetchone()[0] > 0
        assert ten.execute("PRAGMA foreign_key_check").fetchall() == []
        by_id = ten.execute("SELECT purchase_date FROM assets ORDER BY id").fetchall()
        assert by_id == sorted(by_id)
        for asset_id, number in ten.execute(
            "SELECT assets.id, number FROM assets JOIN orders ON orders.id = order_id"
        ).fetchall():
            words = f'"{number.casefold()}"'
            found = ten.execute("SELECT rowid FROM asset_words WHERE asset_words MATCH ?", [words])
            assert (asset_id,) in found.fetchall()
