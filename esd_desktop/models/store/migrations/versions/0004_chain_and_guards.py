"""The audit chained by hash and closed to changes; on PostgreSQL, rights asked by the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esd_desktop.models.store.audit_hash import row_hash
from esd_desktop.models.store.migrations import chain_0004, guards_0004

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The matrix of models/rights.py as this version has it.
_AGENT = (
    *("view", "update", "resend", "order", "accounts", "import"),
    *("request", "cancel", "delete", "settle", "reveal", "export"),
)
_RIGHTS = {
    "viewer": ("view",),
    "agent": _AGENT,
    "approver": ("view", "update", "resend", "decide"),
    "manager": (
        *_AGENT,
        *("decide", "export keys", "catalogue", "prices", "templates", "rotate"),
    ),
    "auditor": ("view", "export", "audit"),
    "administrator": (
        *("view", "connections", "settings", "people"),
        *("audit", "backup", "restore"),
    ),
}
_AT_ONCE = 1_000
_ABOUT_ALL_KEYS = sa.text("action IN ('rotate_data_key', 'back_up')")


def upgrade() -> None:
    _fill_rights()
    op.create_index(
        "ix_audit_about_all_keys",
        "audit",
        ["received_at"],
        sqlite_where=_ABOUT_ALL_KEYS,
        postgresql_where=_ABOUT_ALL_KEYS,
    )
    if op.get_bind().dialect.name == "postgresql":
        schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
        for statement in chain_0004.statements(str(schema)) + guards_0004.statements(str(schema)):
            # The driver would take a single percent sign for a parameter.
            op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
    else:
        _chain_what_is_there()
        for statement in chain_0004.ON_SQLITE + guards_0004.ON_SQLITE:
            op.get_bind().exec_driver_sql(statement)


def _fill_rights() -> None:
    table = sa.table("role_rights", sa.column("role"), sa.column("right_name"))
    rows = [
        {"role": role, "right_name": right} for role, rights in _RIGHTS.items() for right in rights
    ]
    op.get_bind().execute(table.insert(), rows)


def _chain_what_is_there() -> None:
    """SQLite: row by row, as its trigger goes on afterwards."""
    read = f"SELECT id, {chain_0004.READ_ON_SQLITE} FROM audit WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608
    write = "UPDATE audit SET position = ?, hash = ? WHERE id = ?"
    position, digest, last_id = 0, "", 0
    while rows := op.get_bind().exec_driver_sql(read, (last_id, _AT_ONCE)).all():
        chained = []
        for last_id, *fields in rows:
            position, digest = position + 1, row_hash(digest, fields)
            chained.append((position, digest, last_id))
        op.get_bind().exec_driver_sql(write, chained)
