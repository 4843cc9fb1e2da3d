"""On PostgreSQL lists are read by their indexes alone, and a search is led by its rarest word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esd_desktop.models.store.migrations import words_0011

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    words_0011.widen(connection)
    schema = connection.execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
    for statement in words_0011.statements(str(schema)):
        # The driver would take a single percent sign for a parameter.
        connection.exec_driver_sql(statement.replace("%", "%%"))
