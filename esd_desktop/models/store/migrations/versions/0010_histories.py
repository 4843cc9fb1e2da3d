"""On PostgreSQL a notice of what was done also names the accounts in whose history it stands."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER tell_insert ON audit")
    op.execute(
        "CREATE TRIGGER tell_insert AFTER INSERT ON audit REFERENCING NEW TABLE AS written "
        "FOR EACH STATEMENT EXECUTE FUNCTION esd_tell_written('asset_id', 'account_id')"
    )
