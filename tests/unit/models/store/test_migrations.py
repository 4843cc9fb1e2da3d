"""An older store with records in it, brought up to date: nothing is lost, everything fits."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from esd_desktop.models.store import migrations, schema
from esd_desktop.models.store.engine import Store, open_store
from esd_desktop.models.store.tables import invoices, metadata, offerings

# What the first version wrote: an invoice over two licences, and offerings that were read, one of
# which was sold.
_RECORDS = """
INSERT INTO accounts (id, version, kind, name, country, search_text, created_at)
VALUES (1, 1, 'Customer', 'Bluebird Architects', 'GB', 'bluebird', '2026-01-02 00:00:00');
INSERT INTO connections (id, version, name, resource_api, service_url, authority, tenant,
  channel_id, client_id, certificate_file, key_file, has_passphrase, algorithm, thumbprint,
  certificate_expires_at, country, language)
VALUES (1, 1, 'GB', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 0, 'PS256', 'i',
  '2027-01-02 00:00:00', 'GB', 'en-GB');
INSERT INTO offerings (id, version, connection_id, sku, name, description, unit_type,
  price_amount, currency, return_window_days, status) VALUES
 (1, 1, 1, 'EP2-06606', 'Office', '', 'licence', 2190000, 'EUR', 30, 'New'),
 (2, 1, 1, 'FQC-10572', 'Windows', '', 'licence', 1450000, 'EUR', 30, 'New'),
 (3, 1, 1, 'KW9-00664', 'Access', '', 'licence', 1390000, 'EUR', 30, 'Discontinued');
INSERT INTO orders (id, number, customer_id, billing_to_id, placed_at, placed_by)
VALUES (1, 'SO-00001', 1, 1, '2026-02-03 00:00:00', 'anna');
INSERT INTO assets (id, version, customer_id, billing_to_id, connection_id, order_id,
  client_transaction_id, status, purchase_date, sku, product, quantity, unit_type, price_amount,
  currency, provisioning_sync_status, return_status, search_text) VALUES
 (1, 1, 1, 1, 1, 1, 't1', 'Active', '2026-02-03 00:00:00', 'EP2-06606', 'Office', 1, 'licence',
  2190000, 'EUR', 'Unsynchronised', 'NONE', 'office'),
 (2, 1, 1, 1, 1, 1, 't2', 'Active', '2026-02-03 00:00:00', 'EP2-06606', 'Office', 1, 'licence',
  2200000, 'EUR', 'Unsynchronised', 'NONE', 'office');
INSERT INTO invoices (id, number, kind, account_id, order_id, currency, issued_at)
VALUES (1, 'INV-2026-00001', 'Invoice', 1, 1, 'EUR', '2026-02-03 00:00:00');
INSERT INTO invoice_items (id, invoice_id, asset_id, kind, description, amount) VALUES
 (1, 1, 1, 'Invoice', 'Office', 2190000), (2, 1, 2, 'Invoice', 'Office', 2200000);
"""
_CREDIT = """
INSERT INTO invoices (id, number, kind, account_id, order_id, currency, issued_at)
VALUES (2, 'CRN-2026-00001', 'Credit', 1, 1, 'EUR', '2026-02-04 00:00:00');
INSERT INTO invoice_items (id, invoice_id, asset_id, kind, description, amount)
VALUES (3, 2, 2, 'Credit', 'Return of Office', -2200000);
"""


def first_version(path: Path) -> None:
    """A store as the first version left it."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection, "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_RECORDS)


def upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__path__[0])))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@pytest.fixture
async def migrated(tmp_path: Path) -> Store:
    first_version(tmp_path / "esd.db")
    return await open_store(str(tmp_path / "esd.db"))


async def test_a_migrated_store_is_as_a_new_one(migrated: Store) -> None:
    await migrated.close()
    engine = create_engine(f"sqlite:///{migrated.name}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        (revision,) = connection.exec_driver_sql("SELECT * FROM alembic_version").one()
    engine.dispose()
    assert differences == []
    assert revision == schema.HEAD


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
