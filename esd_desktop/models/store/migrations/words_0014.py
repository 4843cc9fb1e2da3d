"""What migration 0014 puts into a PostgreSQL store so that a word is looked up by what tells most.

An index of trigrams reads a long list for each one that is frequent, and every record that has all
of them, in whichever places. So two things are told apart, and neither changes what is found:

- An asset's first word, which is its order's number, from the rest: the digits of orders are not
  mixed up with those of product numbers, of which each stands in a large part of all assets.
- Of a pattern with signs in it, the longest part with a digit: of an order's number the digits, of
  an address what differs from one to the next. The whole of it is asked of what that leads to.

Frozen like the migration itself.
"""

from __future__ import annotations

import sqlalchemy as sa

from esd_desktop.models.store.migrations import words_0006, words_0011

# A word has no space in it, so that it stands in the first one or in the rest.
_FIRST = "split_part(search_text, ' ', 1)"
_REST = "substr(search_text, strpos(search_text, ' '))"
_DIVIDED = (
    f"CREATE INDEX ix_asset_words ON assets USING gin ({_FIRST} gin_trgm_ops, {_REST} gin_trgm_ops)"
)
# With something joined to the text no index is asked.
_WHOLE = "search_text || '' LIKE {pattern}"
_IN_AN_ACCOUNT = f"search_text LIKE {{part}} AND {_WHOLE}"
_IN_AN_ASSET = f"({_FIRST} LIKE {{part}} OR {_REST} LIKE {{pattern}}) AND {_WHOLE}"

# What is between signs and wildcards stands in all that the pattern is found in. In this language
# it is planned once a session, and not each time.
_TELLING = r"""
CREATE FUNCTION esd_telling_part(pattern text) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN coalesce((
    SELECT '%' || part || '%' FROM regexp_split_to_table(pattern, '[^[:alnum:]]+') AS part
    WHERE length(part) >= 3 AND part ~ '[0-9]' ORDER BY length(part) DESC LIMIT 1
  ), pattern);
END $$
"""
# As migration 0006 has it, but for how assets are found by their own words.
_BY_OWN_WORDS = _IN_AN_ASSET.format(pattern="%1$L", part="%2$L").replace("'", "''")
_ALL_ASSETS = words_0006.ON_POSTGRESQL.replace(
    "CREATE FUNCTION esd_assets_with", "CREATE OR REPLACE FUNCTION esd_all_assets_with"
).replace(
    "search_text LIKE %1$L', patterns[1])",
    f"{_BY_OWN_WORDS}', patterns[1], esd_telling_part(patterns[1]))",
)
# As migration 0011 has them. Planned for the pattern itself: how much it finds decides how it is
# best looked for.
_LOOKING = """
CREATE OR REPLACE FUNCTION {name}(pattern text{results}
LANGUAGE plpgsql STABLE SECURITY DEFINER {rows} SET search_path = {schema}, pg_temp AS $$
BEGIN
  IF has_table_privilege(session_user, '{table}', 'SELECT') AND esd_may('view') THEN
    {answer} EXECUTE $query$
      SELECT {columns} FROM {table} WHERE {found} AND ($2 IS NULL OR {of_a_visitor})
    $query$ {into} USING pattern, esd_visitor(), esd_telling_part(pattern);
  END IF;
END $$
"""


def statements(schema: str) -> list[str]:
    """The functions. ``schema`` is the store's schema as an SQL identifier."""
    found = {
        "esd_accounts_with": _IN_AN_ACCOUNT,
        "esd_assets_with_own": _IN_AN_ASSET,
        "esd_bought_with": _IN_AN_ASSET,
    }
    looking = (
        _LOOKING.format(
            **each, schema=schema, found=found[each["name"]].format(pattern="$1", part="$3")
        )
        for each in words_0011.FUNCTIONS
    )
    return [_TELLING, _ALL_ASSETS.replace("{schema}", schema), *looking]


def divide(connection: sa.Connection) -> None:
    """Make the index of the assets' words anew, where there is one."""
    if connection.scalar(sa.text("SELECT to_regclass('ix_asset_words')")) is not None:
        connection.exec_driver_sql("DROP INDEX ix_asset_words")
        connection.exec_driver_sql(_DIVIDED)
