"""Every change is told to the other programs: by notices on PostgreSQL, by pulses in a file."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The columns of each table that say which record a row belongs to; of the others it is told only
# that something in them changed.
_NAMED_BY = {
    "accounts": ("id",),
    "assets": ("id",),
    "asset_secrets": ("asset_id",),
    "audit": ("asset_id",),
    "cancellation_requests": ("id", "asset_id"),
    "connections": ("id",),
    "discrepancies": ("asset_id",),
    "invoices": ("id",),
    "invoice_items": ("invoice_id",),
    "mail_templates": (),
    "offerings": ("id",),
    "offering_prices": ("offering_id",),
    "operations": ("asset_id",),
    "operators": (),
    "orders": ("id",),
    "outbox": ("id", "asset_id"),
    "role_rights": (),
    "settings": (),
    "tax_rates": (),
}
_TRANSITIONS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}

# A notice holds less than 8,000 bytes; twice a hundred ids of 19 digits fit. Equal notices of one
# transaction are sent once, so that an import in many statements says "many" once a table.
_TELL = """
CREATE FUNCTION esd_tell_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ids jsonb := '{}';
  found bigint[];
  named_by text;
BEGIN
  IF NOT EXISTS (SELECT FROM written) THEN
    RETURN NULL;
  END IF;
  FOR place IN 0 .. TG_NARGS - 1 LOOP
    named_by := TG_ARGV[place];
    EXECUTE format(
      'SELECT array_agg(named) FROM (SELECT DISTINCT %1$I AS named FROM written'
      ' WHERE %1$I IS NOT NULL LIMIT 101) AS rows_named', named_by) INTO found;
    ids := ids || jsonb_build_object(
      named_by, CASE WHEN cardinality(found) > 100 THEN NULL ELSE coalesce(found, '{}') END);
  END LOOP;
  PERFORM pg_notify('esd_written', json_build_object(
    'by', current_setting('application_name'), 'table', TG_TABLE_NAME, 'ids', ids)::text);
  RETURN NULL;
END $$
"""

# The rows of programs that are long gone. Only the first beat of a program is an insertion.
_FORGET_OLD_PULSES = """
CREATE TRIGGER forget_old_pulses AFTER INSERT ON pulses BEGIN
  DELETE FROM pulses WHERE beats < NEW.beats - 1000;
END
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_FORGET_OLD_PULSES)
        return
    op.execute(_TELL)
    for table, named_by in _NAMED_BY.items():
        columns = ", ".join(f"'{column}'" for column in named_by)
        for event, rows in _TRANSITIONS.items():
            if table == "audit" and event != "INSERT":
                continue  # its rows are written to once more only when they are chained
            op.execute(
                f"CREATE TRIGGER tell_{event.lower()} AFTER {event} ON {table} "
                f"REFERENCING {rows} TABLE AS written "
                f"FOR EACH STATEMENT EXECUTE FUNCTION esd_tell_written({columns})"
            )
