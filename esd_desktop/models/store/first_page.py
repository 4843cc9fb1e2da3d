"""The first page of the asset list, read before the rest of the program is loaded.

A window that starts shows its list at once; SQLAlchemy alone takes longer to load than all that is
painted by then. So this one statement is written by hand, for a store that is a file, and answers
what assets.page() answers: a test compares them. The file is opened to be read only, and given back
at once.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from esd_desktop.models.asset_rows import AssetQuery, AssetRow, AssetSort
from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.values import Money, in_units, masked_key

# The schema that the statement was last compared with; of another one nothing is read.
SCHEMA = "0014"
_PATIENCE_S = 0.08
_LOOK_EVERY_STEPS = 1_000

_SORTED_BY = {
    AssetSort.PURCHASE_DATE: "assets.purchase_date",
    AssetSort.CUSTOMER: "customer.name",
    AssetSort.BILLING_TO: "billed.name",
    AssetSort.PRODUCT: "assets.product",
    AssetSort.ORDER: "orders.number",
    AssetSort.STATUS: "assets.status",
    AssetSort.TOKEN_STATUS: "assets.token_status",
    AssetSort.PROVISIONING: "assets.provisioning_sync_status",
    AssetSort.RETURN_STATUS: "assets.return_status",
    AssetSort.ACTIVATION_DATE: "assets.activation_date",
    AssetSort.PRICE: "assets.price_amount",
    AssetSort.KEY: "assets.key_last_five",
}
_OF_STATUS = {"all": "", "active": "AND assets.status = 'Active'"}
_OF_STATUS["cancelled"] = "AND assets.status = 'Cancelled'"
_STATEMENT = """
SELECT assets.*, customer.name AS customer, billed.name AS billing_to,
       orders.number AS order_number, invoice_items.amount AS invoiced,
       EXISTS (SELECT 1 FROM discrepancies AS found
               WHERE found.asset_id = assets.id AND settled_at IS NULL) AS has_discrepancy,
       EXISTS (SELECT 1 FROM cancellation_requests AS asked
               WHERE asked.asset_id = assets.id AND asked.state IN ('Requested', 'Approving')
              ) AS requested
FROM assets
JOIN accounts AS customer ON customer.id = assets.customer_id
JOIN accounts AS billed ON billed.id = assets.billing_to_id
JOIN orders ON orders.id = assets.order_id
LEFT JOIN invoice_items ON invoice_items.asset_id = assets.id AND invoice_items.kind = 'Invoice'
WHERE deleted_at IS NULL {of_account} {of_status}
ORDER BY {by} {direction}, assets.id DESC
LIMIT :limit
"""
_OF_ACCOUNT = "AND (assets.customer_id = :account OR assets.billing_to_id = :account)"
_ROLES = """
SELECT (SELECT version_num FROM alembic_version), NOT EXISTS (SELECT 1 FROM operators),
       (SELECT roles FROM operators WHERE lower(login) = lower(:login) AND active)
"""


class NotAtOnce(Exception):
    """There is no first page to be had without the whole program, whatever the reason: it will
    tell, if it is one that people need to know."""


def read(
    file: Path, login: str, query: AssetQuery, limit: int
) -> tuple[str | None, list[AssetRow]]:
    """The roles of who works here, as ``operators`` keeps them (None while nobody is named), and
    the first rows of a list without view and search. Raises NotAtOnce."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as store:
            _give_up_in_time(store)
            schema, is_open, roles = store.execute(_ROLES, {"login": login}).fetchone()
            if schema != SCHEMA:
                raise NotAtOnce(f"the store has the schema {schema}")
            values = {"account": query.account_id, "limit": limit}
            store.row_factory = sqlite3.Row
            rows = store.execute(_statement(query), values).fetchall()
    except sqlite3.Error as error:
        raise NotAtOnce(str(error)) from error
    return None if is_open else roles or "", [_row(row) for row in rows]


def _give_up_in_time(store: sqlite3.Connection) -> None:
    """A sort without an index would hold up the window that waits for it."""
    until = time.monotonic() + _PATIENCE_S
    store.set_progress_handler(lambda: time.monotonic() > until, _LOOK_EVERY_STEPS)


def _statement(query: AssetQuery) -> str:
    return _STATEMENT.format(
        of_account="" if query.account_id is None else _OF_ACCOUNT,
        of_status=_OF_STATUS[query.status],
        by=_SORTED_BY[query.sort],
        # Of what has no value SQLite itself thinks as the list does: it is the least.
        direction="DESC" if query.descending else "ASC",
    )


def _row(row: sqlite3.Row) -> AssetRow:
    price, invoiced, currency = row["price_amount"], row["invoiced"], row["currency"]
    token, activated = row["token_status"], row["activation_date"]
    return AssetRow(
        id=row["id"],
        client_transaction_id=row["client_transaction_id"],
        customer=row["customer"],
        billing_to=row["billing_to"],
        product=row["product"],
        sku=row["sku"],
        order_number=row["order_number"],
        purchase_date=_moment(row["purchase_date"]),
        quantity=row["quantity"],
        unit_type=row["unit_type"],
        price=Money(in_units(price), currency),
        invoice_amount=None if invoiced is None else Money(in_units(invoiced), currency),
        status=AssetStatus(row["status"]),
        provisioning_sync_status=ProvisioningSyncStatus(row["provisioning_sync_status"]),
        token_status=None if token is None else TokenStatus(token),
        return_status=ReturnStatus(row["return_status"]),
        masked_key=masked_key(row["key_last_five"]) if row["key_last_five"] else None,
        activation_date=None if activated is None else _moment(activated),
        has_discrepancy=bool(row["has_discrepancy"]),
        requested=bool(row["requested"]),
    )


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)
