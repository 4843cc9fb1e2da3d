"""On PostgreSQL an order's number is found by the letters of such numbers alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esd_desktop.models.store.migrations import words_0014

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    words_0014.divide(connection)
    schema = connection.execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
    for statement in words_0014.statements(str(schema)):
        # The driver would take a single percent sign for a parameter.
        connection.exec_driver_sql(statement.replace("%", "%%"))
