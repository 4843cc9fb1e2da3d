"""Lists that never wait: what each sort reads alone, and the words that licences are found by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esd_desktop.models.store.migrations import words_0006

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BEFORE = (
    "ix_assets_customer_id_purchase_date",
    "ix_assets_billing_to_id_purchase_date",
    "ix_assets_status_purchase_date",
    "ix_assets_purchase_date",
    "ix_assets_provisioning",
    "ix_assets_order_id",
    "ix_assets_at_odds",
)
# What is equal comes newest first: where much is, ascending order is read as it lies.
_NEWEST = sa.text("id DESC")
_REST = (_NEWEST, "status", "deleted_at")
# The first column is what a list is sorted or cut down by. The others are all else that is asked
# of an asset to know that it stands there, so that its row need not be read.
_INDEXES: dict[str, tuple[str | sa.TextClause, ...]] = {
    "ix_assets_purchase_date": ("purchase_date", "id", "status", "deleted_at"),
    "ix_assets_status_purchase_date": ("status", "purchase_date", "id", "deleted_at"),
    "ix_assets_customer_id_purchase_date": (
        *("customer_id", "purchase_date", "id"),
        *("status", "billing_to_id", "deleted_at"),
    ),
    "ix_assets_billing_to_id_purchase_date": (
        *("billing_to_id", "purchase_date", "id"),
        *("status", "customer_id", "deleted_at"),
    ),
    "ix_assets_order_id": ("order_id", *_REST),
    "ix_assets_product": ("product", *_REST),
    "ix_assets_status": ("status", _NEWEST, "deleted_at"),
    "ix_assets_provisioning": ("provisioning_sync_status", *_REST),
    "ix_assets_token_status": ("token_status", *_REST),
    "ix_assets_return_status": ("return_status", *_REST),
    "ix_assets_activation_date": ("activation_date", *_REST),
    "ix_assets_price_amount": ("price_amount", *_REST),
    "ix_assets_key_last_five": ("key_last_five", *_REST),
}
# A list has what is missing at its low end, which PostgreSQL has to be told.
_MAY_BE_MISSING = ("token_status", "activation_date", "key_last_five")
_DELETED = sa.text("deleted_at IS NOT NULL")
# Written so that no other index fits: each of the parts is true of a large part of all assets.
_AT_ODDS = sa.text(
    "status || '' = 'Active' AND token_status || '' = 'Return Accepted' "
    "OR status || '' = 'Cancelled' AND token_status || '' IN ('Activated', 'Redeemed') "
    "OR token_status || '' = 'Redeemed' AND activation_date IS NULL"
)


def upgrade() -> None:
    on_server = op.get_bind().dialect.name == "postgresql"
    for name in _BEFORE:
        op.drop_index(name, "assets")
    for name, columns in _INDEXES.items():
        op.create_index(name, "assets", _ordered(columns) if on_server else list(columns))
    _create_partly("ix_assets_deleted_at", "deleted_at", _DELETED)
    _create_partly("ix_assets_at_odds", "id", _AT_ODDS)
    words_0006.add(op.get_bind())


def _create_partly(name: str, column: str, where: sa.TextClause) -> None:
    op.create_index(name, "assets", [column], sqlite_where=where, postgresql_where=where)


def _ordered(columns: tuple[str | sa.TextClause, ...]) -> list[str | sa.TextClause]:
    first, *others = columns
    if first in _MAY_BE_MISSING:
        return [sa.text(f"{first} NULLS FIRST"), *others]
    return [first, *others]
