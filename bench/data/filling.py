"""From an empty store to a full one by the shortest way: rows go straight into the tables, indexes
are made at the end. What the store's own triggers do for each row they do here too."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from bench.data import people as accounts
from bench.data import sales
from esd_desktop.models.connection import Connection
from esd_desktop.models.store.audit_hash import register_hash
from esd_desktop.models.store.engine import open_store
from esd_desktop.models.values import new_id, utc_now
from esd_desktop.services.keys import KeyCipher, OpenCipher
from esd_desktop.services.vault import FileVault

_SEED = 2026
_BATCH = 20_000
_FEWEST_ACCOUNTS = 20
_LICENCES_OF_AN_ACCOUNT = 20

Tell = Callable[[int], None]


def fill(path: Path, vault: Path, licences: int, tell: Tell) -> None:
    """Make a store at ``path`` with so many licences, its wrapping key in the file ``vault``.
    ``tell`` hears how many there are already."""
    cipher = begin(path, vault)
    random = Random(_SEED)
    people = accounts.people(random, max(_FEWEST_ACCOUNTS, licences // _LICENCES_OF_AN_ACCOUNT))
    with closing(sqlite3.connect(path, isolation_level=None)) as db, in_haste(db):
        db.executemany(_insert("accounts", accounts.COLUMNS), people.rows())
        selling = sales.Sales(random, people, cipher, licences)
        for batch in selling.batches(_BATCH):
            for table, rows in batch.items():
                db.executemany(_insert(table, sales.COLUMNS[table]), rows)
            tell(selling.sold)


def begin(path: Path, vault: Path) -> OpenCipher:
    """Make a store with nothing in it but a data key, whose wrapping key is in the file ``vault``,
    and a connection."""
    return asyncio.run(_begun(path, vault))


async def _begun(path: Path, vault: Path) -> OpenCipher:
    store = await open_store(str(path))
    try:
        cipher = await KeyCipher(store, FileVault(vault)).opened()
        async with store.change() as work:
            work.add(_connection())
            await work.commit()
    finally:
        await store.close()
    return cipher


def _connection() -> Connection:
    return Connection(
        name="Microsoft ESD (GB)",
        resource_api="https://api.esd.example/",
        service_url="https://127.0.0.1:9/esd",
        authority="https://127.0.0.1:9",
        tenant="contoso.example",
        channel_id="BT-1000",
        client_id=new_id(),
        certificate_file="certificate.pem",
        key_file="key.pem",
        has_passphrase=False,
        algorithm="PS256",
        thumbprint="00" * 20,
        certificate_expires_at=utc_now() + timedelta(days=700),
        country="GB",
        language="en-GB",
    )


@contextmanager
def in_haste(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction without the indexes that can wait and without a journal: a store that was not
    finished is thrown away."""
    register_hash(db)
    db.execute("PRAGMA main.journal_mode = OFF")
    db.execute("PRAGMA main.synchronous = OFF")
    db.execute(f"PRAGMA cache_size = -{512 * 1024}")
    waiting = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    # The chain of the audit is looked for by position with each row.
    indexes = [each for each in db.execute(waiting) if each[0] != "uq_audit_position"]
    db.execute("BEGIN")
    for name, _ in indexes:
        db.execute(f'DROP INDEX "{name}"')
    yield
    for _, made in indexes:
        db.execute(made)
    db.execute("COMMIT")
    db.execute("PRAGMA main.journal_mode = WAL")


def _insert(table: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
