"""What migration 0011 puts into a PostgreSQL store so that a person's login reads a list as quickly
as the owner of the tables, and a search is led by the accounts that a word leads to.

Frozen like the migration itself.
"""

from __future__ import annotations

import sqlalchemy as sa

# The index of each sort, and what else is asked of an asset to know that its row may be seen
# (migration 0009), or that it is found: so that the row itself need not be read.
_WHOSE = ("customer_id", "billing_to_id")
_FOUND_BY = ("search_text",)
_INCLUDED = {
    "ix_assets_purchase_date": (*_WHOSE, *_FOUND_BY),
    "ix_assets_status_purchase_date": _WHOSE,
    "ix_assets_order_id": _WHOSE,
    "ix_assets_product": _WHOSE,
    "ix_assets_status": _WHOSE,
    "ix_assets_provisioning": _WHOSE,
    "ix_assets_token_status": _WHOSE,
    "ix_assets_return_status": _WHOSE,
    "ix_assets_activation_date": _WHOSE,
    "ix_assets_price_amount": _WHOSE,
    "ix_assets_key_last_five": _WHOSE,
}
# As migration 0009 has it, but for how it is said that nobody visits: of this the planner expects
# that it is true. Of ``IS NULL`` it does not, and sorts what an index has in its order.
_OF_STAFF = """
ALTER POLICY assets_visitor ON assets USING (
  (SELECT nullif(esd_visitor() IS NULL, false)) IS NOT NULL
  OR customer_id = (SELECT esd_visitor()) OR billing_to_id = (SELECT esd_visitor())
)
"""

# An index can be asked for a pattern only by who sees every row. So these functions, as the one of
# migration 0006, look with the owner's eyes, for whom the store has let in and who may look at its
# records; a visitor of the portal is told only of what the visitor reaches.
_ACCOUNTS_OF_A_VISITOR = (
    "id = $2 OR reseller_id = $2 OR EXISTS (SELECT FROM assets"
    " WHERE (assets.customer_id = accounts.id OR assets.billing_to_id = accounts.id)"
    " AND (assets.customer_id = $2 OR assets.billing_to_id = $2))"
)
_ASSETS_OF_A_VISITOR = "customer_id = $2 OR billing_to_id = $2"
# Planned for the pattern itself: how much it finds decides how it is best looked for.
_LOOKING = """
CREATE FUNCTION {name}(pattern text{results}
LANGUAGE plpgsql STABLE SECURITY DEFINER {rows} SET search_path = {schema}, pg_temp AS $$
BEGIN
  IF has_table_privilege(session_user, '{table}', 'SELECT') AND esd_may('view') THEN
    {answer} EXECUTE 'SELECT {columns} FROM {table} WHERE search_text LIKE $1'
      || ' AND ($2 IS NULL OR {of_a_visitor})' {into} USING pattern, esd_visitor();
  END IF;
END $$
"""


_IDS = {
    "results": ") RETURNS SETOF bigint",
    "rows": "ROWS 1000",
    "answer": "RETURN QUERY",
    "columns": "id",
    "into": "",
}
# Counted as well, so that the ends are not looked for from the ends of the whole list.
_ENDS = {
    "results": ", OUT earliest timestamptz, OUT latest timestamptz, OUT counted bigint)",
    "rows": "",
    "answer": "",
    "columns": "min(purchase_date), max(purchase_date), count(*)",
    "into": "INTO earliest, latest, counted",
}
_ACCOUNTS = {"table": "accounts", "of_a_visitor": _ACCOUNTS_OF_A_VISITOR}
_ASSETS = {"table": "assets", "of_a_visitor": _ASSETS_OF_A_VISITOR}
FUNCTIONS = (
    {"name": "esd_accounts_with", **_IDS, **_ACCOUNTS},
    {"name": "esd_assets_with_own", **_IDS, **_ASSETS},
    {"name": "esd_bought_with", **_ENDS, **_ASSETS},
)


def statements(schema: str) -> list[str]:
    """The functions, and the rule. ``schema`` is the store's schema as an SQL identifier."""
    return [*(_LOOKING.format(schema=schema, **each) for each in FUNCTIONS), _OF_STAFF]


def widen(connection: sa.Connection) -> None:
    """Make the indexes anew, as they are and with what is to be in them as well."""
    for name, included in _INCLUDED.items():
        described = sa.text("SELECT pg_get_indexdef(to_regclass(:name))")
        definition = connection.execute(described, {"name": name}).scalar()
        connection.exec_driver_sql(f"DROP INDEX {name}")
        widened = f"{definition} INCLUDE ({', '.join(included)})"
        connection.exec_driver_sql(widened.replace("%", "%%"))
