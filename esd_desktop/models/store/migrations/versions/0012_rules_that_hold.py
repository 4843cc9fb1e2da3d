"""On PostgreSQL the rules of rows are said so that the planner expects them to hold."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Of a truth that is asked once a statement the planner expects that half of the rows have it, and
# of ``IS NULL`` that hardly any has: of a work's million items it took that one was left, and went
# through all of them for each of the two hundred that were written. Of ``IS NOT NULL`` it expects
# that it is true, as of who may work here it is. Migration 0011 says it so of the assets.
_SAID_ANEW = r"""
DO $$
DECLARE
  rule record;
  may text := '\( SELECT (esd_may\(VARIADIC ARRAY\[[^]]*\]\)) AS esd_may\)';
  nobody_visits text := '\(\( SELECT (esd_visitor\(\)) AS esd_visitor\) IS NULL\)';
BEGIN
  FOR rule IN
    SELECT tablename, policyname, qual FROM pg_policies
    WHERE schemaname = current_schema() AND (qual ~ may OR qual ~ nobody_visits)
  LOOP
    EXECUTE format('ALTER POLICY %I ON %I USING (%s)', rule.policyname, rule.tablename,
      regexp_replace(
        regexp_replace(rule.qual, may, '((SELECT nullif(\1, false)) IS NOT NULL)', 'g'),
        nobody_visits, '((SELECT nullif(\1 IS NULL, false)) IS NOT NULL)', 'g'));
  END LOOP;
END $$
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        # The driver would take a single percent sign for a parameter.
        connection.exec_driver_sql(_SAID_ANEW.replace("%", "%%"))
