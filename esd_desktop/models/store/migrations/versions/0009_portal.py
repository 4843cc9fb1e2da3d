"""The portal: who may sign in, who is signed in, limits, and what visitors may reach."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esd_desktop.models.store.migrations import chain_0004, guards_0009

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_entries()
    _make_sessions()
    _make_limits()
    op.create_index("ix_accounts_email_folded", "accounts", [sa.text("lower(email)")])
    _name_the_portal()
    if op.get_bind().dialect.name == "postgresql":
        schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
        for statement in guards_0009.statements(str(schema)):
            # The driver would take a single percent sign for a parameter.
            op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
    else:
        for view in guards_0009.VIEWS:
            op.execute(view)


def _make_entries() -> None:
    op.create_table(
        "portal_users",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_users")),
        sa.UniqueConstraint(
            "account_id", "address", name=op.f("uq_portal_users_account_id_address")
        ),
        _account("portal_users"),
    )
    op.create_index("ix_portal_users_address", "portal_users", ["address"])
    op.create_table(
        "portal_providers",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("ca_file", sa.String(), nullable=True),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_providers")),
        sa.UniqueConstraint("domain", name=op.f("uq_portal_providers_domain")),
        _account("portal_providers"),
    )
    op.create_table(
        "portal_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_portal_links_token_hash")),
    )
    op.create_index("ix_portal_links_ends_at", "portal_links", ["ends_at"])


def _make_sessions() -> None:
    op.create_table(
        "portal_sessions",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("provider_id", ID, nullable=True),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_portal_sessions_token_hash")),
        _account("portal_sessions"),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["portal_providers.id"], name=op.f("fk_portal_sessions_provider_id")
        ),
    )
    op.create_index("ix_portal_sessions_address", "portal_sessions", ["address"])
    op.create_index("ix_portal_sessions_ends_at", "portal_sessions", ["ends_at"])


def _make_limits() -> None:
    op.create_table(
        "portal_limits",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_portal_limits")),
    )
    op.create_index("ix_portal_limits_since", "portal_limits", ["since"])
    op.create_table(
        "portal_refusals",
        sa.Column("who", sa.String(length=400), nullable=False),
        sa.Column("operator", sa.String(length=200), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("tried", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_portal_refusals")),
        _account("portal_refusals"),
    )


def _account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"], ["accounts.id"], name=op.f(f"fk_{table}_account_id")
    )


def _name_the_portal() -> None:
    """The role that the portal's own login has, past the trigger that keeps the table final."""
    table = sa.table("role_rights", sa.column("role"), sa.column("right_name"))
    rights = ("view", "update", "resend", "request", "reveal", "serve")
    rows = [{"role": "portal", "right_name": right} for right in rights]
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE role_rights DISABLE TRIGGER role_rights_final")
        op.get_bind().execute(table.insert(), rows)
        op.execute("ALTER TABLE role_rights ENABLE TRIGGER role_rights_final")
        return
    op.execute("DROP TRIGGER role_rights_final_insert")
    op.get_bind().execute(table.insert(), rows)
    (final,) = [each for each in chain_0004.ON_SQLITE if "role_rights_final_insert" in each]
    op.execute(final)
