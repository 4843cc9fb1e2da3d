"""Operators and their rights, who settles a call, the audit's chain, rotation of the data key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "operators",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operators")),
        sa.UniqueConstraint("login", name=op.f("uq_operators_login")),
    )
    op.create_table(
        "role_rights",
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("right_name", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("role", "right_name", name=op.f("pk_role_rights")),
    )
    op.create_table(
        "pulses",
        sa.Column("process", sa.String(length=100), nullable=False),
        sa.Column("beats", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_pulses")),
    )
    op.add_column("operations", sa.Column("settled_in", sa.String(length=100), nullable=True))
    op.add_column(
        "operations", sa.Column("settling_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("data_keys", sa.Column("search_wrapped", sa.LargeBinary(), nullable=True))
    for column in (
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("login", sa.String(length=200), nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("audit", column)
    op.create_index("uq_audit_position", "audit", ["position"], unique=True)
