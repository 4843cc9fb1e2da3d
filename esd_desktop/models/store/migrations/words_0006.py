"""What migration 0006 puts into a store so that licences are found by their words.

An asset's own words are its order, product and the key's last five; those of whom it belongs to and
who pays for it lie with the accounts, so that renaming one writes one row and not all its licences.
Frozen like the migration itself.
"""

from __future__ import annotations

import sqlalchemy as sa

_TABLES = {"assets": "asset_words", "accounts": "account_words"}

# SQLite keeps each three letters of the words, and where they stand, in a table of its own, which
# triggers keep true within the transaction that writes. Its text is not kept twice.
_ON_SQLITE = (
    "CREATE VIEW {words}_source AS SELECT id, search_text AS words FROM {table}",
    """
CREATE VIRTUAL TABLE {words} USING fts5(
  words, content='{words}_source', content_rowid='id', columnsize=0,
  tokenize='trigram case_sensitive 1')
""",
    "INSERT INTO {words}({words}) VALUES ('rebuild')",
    """
CREATE TRIGGER {words}_insert AFTER INSERT ON {table} BEGIN
  INSERT INTO {words}(rowid, words) VALUES (NEW.id, NEW.search_text);
END
""",
    """
CREATE TRIGGER {words}_update AFTER UPDATE OF search_text ON {table}
WHEN OLD.search_text IS NOT NEW.search_text BEGIN
  INSERT INTO {words}({words}, rowid, words) VALUES ('delete', OLD.id, OLD.search_text);
  INSERT INTO {words}(rowid, words) VALUES (NEW.id, NEW.search_text);
END
""",
    """
CREATE TRIGGER {words}_delete AFTER DELETE ON {table} BEGIN
  INSERT INTO {words}({words}, rowid, words) VALUES ('delete', OLD.id, OLD.search_text);
END
""",
)

# An index can be asked for a pattern only by who sees every row of the table: with the policies of
# migration 0004, a person's query would read all of it. So the owner's eyes look for the ids, for
# whom the store has let in and who may look at its records. The rows themselves are read as ever.
ON_POSTGRESQL = """
CREATE FUNCTION esd_assets_with(patterns text[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = {schema}, pg_temp AS $$
DECLARE
  accounts_with text := '(SELECT id FROM accounts WHERE search_text LIKE %1$L)';
  fit text := '';
BEGIN
  IF NOT (has_table_privilege(session_user, 'assets', 'SELECT') AND esd_may('view')) THEN
    RETURN;
  END IF;
  FOR place IN 2 .. cardinality(patterns) LOOP
    fit := fit || format(
      ' AND (search_text LIKE %1$L OR customer_id IN ' || accounts_with
      || ' OR billing_to_id IN ' || accounts_with || ')', patterns[place]);
  END LOOP;
  RETURN QUERY EXECUTE
    format('SELECT id FROM assets WHERE search_text LIKE %1$L', patterns[1]) || fit
    || format(' UNION ALL SELECT id FROM assets WHERE customer_id = ANY (ARRAY' || accounts_with
      || ')', patterns[1]) || fit
    || format(' UNION ALL SELECT id FROM assets WHERE billing_to_id = ANY (ARRAY' || accounts_with
      || ')', patterns[1]) || fit;
END $$
"""
_IS_OFFERED = "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')"


def add(connection: sa.Connection) -> None:
    """The words' tables or indexes, filled from what is there."""
    if connection.dialect.name == "sqlite":
        for table, words in _TABLES.items():
            for statement in _ON_SQLITE:
                connection.exec_driver_sql(statement.format(table=table, words=words))
        return
    schema = connection.execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
    # The driver would take a single percent sign for a parameter.
    connection.exec_driver_sql(ON_POSTGRESQL.replace("{schema}", str(schema)).replace("%", "%%"))
    if _has_trigrams(connection):
        for table, words in _TABLES.items():
            connection.exec_driver_sql(
                f"CREATE INDEX ix_{words} ON {table} USING gin (search_text gin_trgm_ops)"
            )


def _has_trigrams(connection: sa.Connection) -> bool:
    """Without the extension words are found all the same, by reading every licence."""
    if not connection.scalar(sa.text(_IS_OFFERED)):
        return False
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError:  # it takes a right that the owner of this database has not got
        return False
    return True
