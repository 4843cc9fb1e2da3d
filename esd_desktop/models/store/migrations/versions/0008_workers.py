"""Work beyond one machine: the role of a worker and, on PostgreSQL, what workers share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esd_desktop.models.store.migrations import chain_0004, jobs_0008

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The role that models/rights.py has gained by this version.
_WORKER = (
    *("view", "update", "resend", "order", "cancel"),
    *("decide", "settle", "catalogue", "work"),
)


def upgrade() -> None:
    on_server = op.get_bind().dialect.name == "postgresql"
    _fill_rights(on_server=on_server)
    if on_server:
        schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
        for statement in jobs_0008.statements(str(schema)):
            # The driver would take a single percent sign for a parameter.
            op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def _fill_rights(*, on_server: bool) -> None:
    """Past the trigger that keeps the table of rights final."""
    table = sa.table("role_rights", sa.column("role"), sa.column("right_name"))
    rows = [{"role": "worker", "right_name": right} for right in _WORKER]
    if on_server:
        op.execute("ALTER TABLE role_rights DISABLE TRIGGER role_rights_final")
        op.get_bind().execute(table.insert(), rows)
        op.execute("ALTER TABLE role_rights ENABLE TRIGGER role_rights_final")
        return
    op.execute("DROP TRIGGER role_rights_final_insert")
    op.get_bind().execute(table.insert(), rows)
    (final,) = [each for each in chain_0004.ON_SQLITE if "role_rights_final_insert" in each]
    op.execute(final)
