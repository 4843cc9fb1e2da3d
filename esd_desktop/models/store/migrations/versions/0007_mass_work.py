"""Work on many assets, and the result of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esd_desktop.models.store.migrations import guards_0007

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RUNNING = sa.text("state = 'Running'")


def upgrade() -> None:
    _make_works()
    _make_items()
    if op.get_bind().dialect.name == "postgresql":
        schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
        for statement in guards_0007.statements(str(schema)):
            # The driver would take a single percent sign for a parameter.
            op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def _make_works() -> None:
    op.create_table(
        "mass_works",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("run_by", sa.String(length=200), nullable=False),
        sa.Column("held_by", sa.String(length=100), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("total", "done", "unchanged", "warnings", "failed")
        ),
        sa.Column("per_second", sa.Float(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mass_works")),
    )
    op.create_index(
        "ix_mass_works_running",
        "mass_works",
        ["id"],
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )


def _make_items() -> None:
    op.create_table(
        "mass_items",
        sa.Column("work_id", ID, nullable=False),
        sa.Column("asset_id", ID, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("correlation_id", sa.String(length=64), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("work_id", "asset_id", name=op.f("pk_mass_items")),
        sa.ForeignKeyConstraint(["work_id"], ["mass_works.id"], name=op.f("fk_mass_items_work_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_mass_items_asset_id")),
        # An item is found by its work and asset: kept in that order itself, it is written once.
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mass_items_work_id_state", "mass_items", ["work_id", "state", "asset_id"])
