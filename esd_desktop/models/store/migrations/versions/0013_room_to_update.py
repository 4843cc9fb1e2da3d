"""On PostgreSQL a page of assets keeps room, so that asking about them writes no index."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # A row whose new version fits beside the old one stays where every index has it. It holds
        # for what is written from now on; each update moves more of the older rows so.
        op.execute("ALTER TABLE assets SET (fillfactor = 70)")
