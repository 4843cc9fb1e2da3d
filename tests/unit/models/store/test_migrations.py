"""An older store with records in it, brought up to date: nothing is lost, everything fits."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from esd_desktop.models.store import schema
from esd_desktop.models.store.engine import Store, open_store
from esd_desktop.models.store.tables import invoices, metadata, offerings
from tests.support.older_stores import first_version

_CREDIT = """
INSERT INTO invoices (id, number, kind, account_id, order_id, currency, issued_at)
VALUES (2, 'CRN-2026-00001', 'Credit', 1, 1, 'EUR', '2026-02-04 00:00:00');
INSERT INTO invoice_items (id, invoice_id, asset_id, kind, description, amount)
VALUES (3, 2, 2, 'Credit', 'Return of Office', -2200000);
"""


@pytest.fixture
async def migrated(tmp_path: Path) -> Store:
    first_version(tmp_path / "esd.db")
    return await open_store(str(tmp_path / "esd.db"))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_a_migrated_store_is_as_a_new_one(migrated: Store) -> None:
    await migrated.close()
    engine = create_engine(f"sqlite:///{migrated.name}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_mapped})
        differences = compare_metadata(context, metadata)
        (revision,) = connection.exec_driver_sql("SELECT * FROM alembic_version").one()
    engine.dispose()
    assert differences == []
    assert revision == schema.HEAD


def _is_mapped(name: str | None, kind: str, _parents: object) -> bool:
    """The tables that SQLite finds words by are its own."""
    return kind != "table" or "_words" not in str(name)


async def test_what_was_billed_gets_its_totals_and_its_party(migrated: Store) -> None:
    async with migrated.read() as connection:
        (invoice,) = (await connection.execute(invoices.select())).all()
    await migrated.close()
    assert (invoice.net_amount, invoice.tax_amount) == (Decimal("439.00"), Decimal("0.00"))
    assert (invoice.billed_name, invoice.billed_country) == ("Bluebird Architects", "GB")


async def test_what_was_credited_says_which_invoice_it_takes_back(tmp_path: Path) -> None:
    first_version(tmp_path / "esd.db")
    with closing(sqlite3.connect(tmp_path / "esd.db")) as database:
        database.executescript(_CREDIT)
    store = await open_store(str(tmp_path / "esd.db"))
    async with store.read() as connection:
        rows = (await connection.execute(invoices.select().order_by(invoices.c.id))).all()
    await store.close()
    assert [(row.credits_id, row.net_amount) for row in rows] == [
        (None, Decimal("439.00")),
        (1, Decimal("-220.00")),
    ]


async def test_what_was_sold_need_not_be_accepted_again(migrated: Store) -> None:
    async with migrated.read() as connection:
        rows = (await connection.execute(offerings.select().order_by(offerings.c.id))).all()
    await migrated.close()
    assert [row.status.value for row in rows] == ["Active", "New", "Discontinued"]


@pytest.mark.parametrize("table", ["invoices", "invoice_items"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
async def test_what_was_issued_is_final(migrated: Store, table: str, change: str) -> None:
    await migrated.close()
    with (
        closing(sqlite3.connect(migrated.name)) as database,
        pytest.raises(sqlite3.IntegrityError, match="final"),
    ):
        database.execute(change.format(table))


async def test_a_copy_of_the_older_store_is_kept(migrated: Store) -> None:
    await migrated.close()
    (backup,) = Path(migrated.name).parent.glob("esd.db.before-*")
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert copy.execute("SELECT count(*) FROM invoice_items").fetchone() == (2,)
