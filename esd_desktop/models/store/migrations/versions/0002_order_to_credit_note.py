"""Offered prices and their history, requests to cancel, mail templates, tax, final invoices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNDECIDED = sa.text("state IN ('Requested', 'Approving')")
_AT_ODDS = sa.text(
    "status = 'Active' AND token_status = 'Return Accepted' "
    "OR status = 'Cancelled' AND token_status IN ('Activated', 'Redeemed') "
    "OR token_status = 'Redeemed' AND activation_date IS NULL"
)
_FINAL = ("invoices", "invoice_items")


def upgrade() -> None:
    _requests()
    _templates()
    _catalogue()
    _orders()
    _invoices()
    _mails()
    _discrepancies()
    _make_invoices_final()


def _requests() -> None:
    op.create_table(
        "cancellation_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asset_id", ID, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("requester", sa.String(length=32), nullable=False),
        sa.Column("requested_by", sa.String(length=320), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("instructions", sa.String(), nullable=False),
        sa.Column("confirm_by_mail", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(length=320), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_comment", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_cancellation_requests_asset_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellation_requests")),
    )
    op.create_index(
        op.f("ix_cancellation_requests_asset_id"), "cancellation_requests", ["asset_id"]
    )
    op.create_index(
        "ix_cancellation_requests_state_requested_at",
        "cancellation_requests",
        ["state", "requested_at"],
    )
    op.create_index(
        "uq_cancellation_requests_undecided_asset",
        "cancellation_requests",
        ["asset_id"],
        unique=True,
        sqlite_where=_UNDECIDED,
        postgresql_where=_UNDECIDED,
    )


def _templates() -> None:
    op.create_table(
        "mail_templates",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_templates")),
        sa.UniqueConstraint("name", "language", name=op.f("uq_mail_templates_name_language")),
    )


def _catalogue() -> None:
    for column in (
        sa.Column("offered_name", sa.String(length=300), nullable=True),
        sa.Column("offered_unit_type", sa.String(length=50), nullable=True),
        sa.Column("offered_price_amount", sa.BigInteger(), nullable=True),
        sa.Column("offered_currency", sa.String(length=3), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("offerings", column)
    op.create_table(
        "offering_prices",
        sa.Column("id", ID, nullable=False),
        sa.Column("offering_id", ID, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("unit_type", sa.String(length=50), nullable=False),
        sa.Column("price_amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offerings.id"], name=op.f("fk_offering_prices_offering_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering_prices")),
    )
    op.create_index("ix_offering_prices_offering_id_id", "offering_prices", ["offering_id", "id"])
    # What has been sold was accepted by whoever sold it.
    op.execute(
        "UPDATE offerings SET status = 'Active' WHERE status = 'New' AND EXISTS ("
        "SELECT 1 FROM assets WHERE assets.connection_id = offerings.connection_id "
        "AND assets.sku = offerings.sku)"
    )


def _orders() -> None:
    _add_reference("orders", "connection_id", "connections")
    op.add_column("orders", sa.Column("placement_id", sa.String(length=64), nullable=True))
    op.create_index("uq_orders_placement_id", "orders", ["placement_id"], unique=True)
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])


def _invoices() -> None:
    op.create_table(
        "tax_rates",
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("country", name=op.f("pk_tax_rates")),
    )
    _add_reference("invoices", "credits_id", "invoices")
    op.create_index(op.f("ix_invoices_credits_id"), "invoices", ["credits_id"])
    op.create_index("ix_invoices_issued_at", "invoices", ["issued_at"])
    nothing = sa.text("0")
    for column in (
        sa.Column("net_amount", sa.BigInteger(), nullable=False, server_default=nothing),
        sa.Column("tax_amount", sa.BigInteger(), nullable=False, server_default=nothing),
        sa.Column("tax_name", sa.String(length=50), nullable=True),
        sa.Column("seller_name", sa.String(length=200), nullable=True),
        sa.Column("seller_address", sa.String(), nullable=True),
        sa.Column("seller_tax_number", sa.String(length=100), nullable=True),
        sa.Column("billed_name", sa.String(length=200), nullable=True),
        sa.Column("billed_country", sa.String(length=2), nullable=True),
    ):
        op.add_column("invoices", column)
    for name in ("tax_rate", "tax_amount"):
        op.add_column(
            "invoice_items",
            sa.Column(name, sa.BigInteger(), nullable=False, server_default=nothing),
        )
    op.execute(
        "UPDATE invoices SET net_amount = (SELECT coalesce(sum(amount), 0) FROM invoice_items "
        "WHERE invoice_items.invoice_id = invoices.id), "
        "billed_name = (SELECT name FROM accounts WHERE accounts.id = invoices.account_id), "
        "billed_country = (SELECT country FROM accounts WHERE accounts.id = invoices.account_id)"
    )
    op.execute(
        "UPDATE invoices SET credits_id = (SELECT min(charged.invoice_id) "
        "FROM invoice_items AS charged JOIN invoice_items AS credited "
        "ON credited.asset_id = charged.asset_id "
        "WHERE credited.invoice_id = invoices.id AND charged.kind = 'Invoice') "
        "WHERE kind = 'Credit'"
    )


def _mails() -> None:
    op.add_column("outbox", sa.Column("language", sa.String(length=16), nullable=True))
    _add_reference("outbox", "request_id", "cancellation_requests")


def _discrepancies() -> None:
    for column in (
        sa.Column(
            "kind", sa.String(length=32), nullable=False, server_default=sa.text("'contradiction'")
        ),
        sa.Column("said", sa.String(length=32), nullable=True),
        sa.Column("accepted_by", sa.String(length=200), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
    ):
        op.add_column("discrepancies", column)
    op.add_column("operations", sa.Column("started_in", sa.String(length=100), nullable=True))
    op.create_index(
        "ix_assets_at_odds",
        "assets",
        ["id"],
        sqlite_where=_AT_ODDS,
        postgresql_where=_AT_ODDS,
    )


def _add_reference(table: str, column: str, target: str) -> None:
    """A column that refers to another table's id. Alembic cannot add one to SQLite in place."""
    kind = ID.compile(op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} "
        f"CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
    )


def _make_invoices_final() -> None:
    """An issued invoice is neither changed nor deleted, whoever tries."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_to_change_invoices() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'an issued invoice is final'; END $$"
        )
    for table in _FINAL:
        for event in ("UPDATE", "DELETE"):
            name = f"{table}_final_{event.lower()}"
            if op.get_bind().dialect.name == "postgresql":
                body = "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_invoices()"
            else:
                body = "BEGIN SELECT RAISE(ABORT, 'an issued invoice is final'); END"
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {body}")
