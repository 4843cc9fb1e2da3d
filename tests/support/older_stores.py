"""Stores as older versions left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from esd_desktop.models.store.upgrading import upgrade_file

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


def first_version(path: Path) -> None:
    """A store as the first version left it."""
    upgrade_file(path, "0001")
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_RECORDS)
