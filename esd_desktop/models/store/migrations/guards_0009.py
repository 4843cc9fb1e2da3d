"""What migration 0009 puts into a store for the portal; on PostgreSQL, the rows that its visitors
reach, decided by the database itself.

A login with the role "portal" reaches nothing of the accounts until its transaction says for whom
it works (``esd.visitor_account``), and then what is that account's. Any other login that says so is
bound by it as well. These rules come on top of the rights: they only take away.
Frozen like the migration itself: a later version changes it by a migration of its own.
"""

from __future__ import annotations

from esd_desktop.models.store.migrations.guards_0004 import (
    TABLES,
    admitting,
    guarded,
    may,
    policies,
)
from esd_desktop.models.store.migrations.guards_0007 import _NEW_TABLES as MASS_TABLES

# What is known of an account before it is clear who asks; and who may sign in: those whom staff
# named, and each account's own address unless it was shut out.
VIEWS = (
    "CREATE VIEW portal_accounts AS SELECT id, name, kind FROM accounts",
    """
CREATE VIEW portal_entries AS
SELECT accounts.id AS account_id, accounts.name AS account, portal_users.address AS address,
  portal_users.name AS name
FROM portal_users JOIN accounts ON accounts.id = portal_users.account_id
WHERE portal_users.active
UNION ALL
SELECT accounts.id, accounts.name, lower(accounts.email), accounts.name
FROM accounts
WHERE accounts.email IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM portal_users
  WHERE portal_users.account_id = accounts.id AND portal_users.address = lower(accounts.email)
)
""",
)

_SERVES = may("serve")
_EDITS = may("accounts")
_SIGN_INS = may("serve", "settings")
_OWN = guarded(_SERVES, insert=_SERVES, update=_SERVES, delete=_SERVES)
_NEW_TABLES = {
    "portal_users": guarded(may("view", "serve"), insert=_EDITS, update=_EDITS),
    "portal_providers": guarded(
        may("view", "serve"),
        insert=may("settings"),
        update=may("settings"),
        delete=may("settings"),
    ),
    "portal_links": _OWN,
    "portal_sessions": guarded(
        may("serve", "accounts", "settings"),
        insert=_SERVES,
        update=_SERVES,
        delete=may("serve", "accounts", "settings"),
    ),
    "portal_limits": _OWN,
    "portal_refusals": _OWN,
}

_VISITOR = """
CREATE FUNCTION esd_visitor() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
  SELECT CASE
    WHEN coalesce(current_setting('esd.visitor_account', true), '') <> ''
      THEN current_setting('esd.visitor_account', true)::bigint
    WHEN EXISTS (SELECT FROM operators WHERE login = session_user AND active
      AND 'portal' = ANY (string_to_array(roles, ',')))
      THEN 0
  END
$$
"""
# A visitor has no login: the audit takes the name from the portal, which can give no other names.
_RECEIVED = """
CREATE OR REPLACE FUNCTION esd_audit_received() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE person operators;
BEGIN
  NEW.login := session_user;
  NEW.transaction_id := pg_current_xact_id()::text::bigint;
  NEW.received_at := clock_timestamp();
  NEW.position := NULL;
  NEW.hash := NULL;
  SELECT * INTO person FROM operators WHERE login = session_user;
  IF FOUND AND NEW.operator NOT IN (person.login, person.name) AND NOT (
    esd_may('work') AND EXISTS (SELECT FROM operators WHERE login = NEW.operator)
    OR esd_may('serve') AND NEW.operator LIKE 'Portal: %'
  ) THEN
    NEW.operator := person.login;
  END IF;
  RETURN NEW;
END $$
"""
_WHO = "(SELECT esd_visitor())"
_OF_AN_ASSET = "EXISTS (SELECT FROM assets WHERE assets.id = {column})"
# What a visitor reaches of each table; staff are not asked. An asset's rules hold in what asks for
# it, so that what hangs on one is seen by whoever sees the asset.
_REACHED = {
    "accounts": f"id = {_WHO} OR reseller_id = {_WHO} OR EXISTS (SELECT FROM assets "
    "WHERE assets.customer_id = accounts.id OR assets.billing_to_id = accounts.id)",
    "assets": f"customer_id = {_WHO} OR billing_to_id = {_WHO}",
    "asset_secrets": _OF_AN_ASSET.format(column="asset_id"),
    "audit": f"(account_id IS NULL AND asset_id IS NULL) OR account_id = {_WHO} OR "
    + _OF_AN_ASSET.format(column="asset_id"),
    "cancellation_requests": _OF_AN_ASSET.format(column="asset_id"),
    "discrepancies": _OF_AN_ASSET.format(column="asset_id"),
    "invoices": f"account_id = {_WHO}",
    "invoice_items": "EXISTS (SELECT FROM invoices WHERE invoices.id = invoice_id)",
    "mass_items": "false",
    "mass_works": "false",
    "operations": _OF_AN_ASSET.format(column="asset_id"),
    "orders": f"customer_id = {_WHO} OR billing_to_id = {_WHO}",
    "outbox": _OF_AN_ASSET.format(column="asset_id"),
    "portal_users": f"account_id = {_WHO}",
}
# A view looks with its owner's eyes, for which the rules of the tables do not hold.
_FACTS = f"""
CREATE OR REPLACE VIEW secret_facts AS
SELECT asset_id, key_id, sealed_link IS NOT NULL AS has_link FROM asset_secrets
WHERE {may("view")} AND ({_WHO} IS NULL OR EXISTS (
  SELECT FROM assets WHERE assets.id = asset_id
  AND (customer_id = {_WHO} OR billing_to_id = {_WHO})))
"""
_ADMIT_MORE = (
    "  EXECUTE format('GRANT SELECT ON portal_accounts, portal_entries TO %I', person);\n"
    "  EXECUTE format('GRANT EXECUTE ON FUNCTION esd_visitor() TO %I', person);\n"
)
# A search looks with its owner's eyes as well (migration 0006): a visitor's finds what is the
# visitor's.
_SEARCHED = (
    "ALTER FUNCTION esd_assets_with(text[]) RENAME TO esd_all_assets_with",
    "REVOKE ALL ON FUNCTION esd_all_assets_with(text[]) FROM PUBLIC",
    """
CREATE FUNCTION esd_assets_with(patterns text[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = {schema}, pg_temp AS $$
DECLARE visitor bigint := esd_visitor();
BEGIN
  IF visitor IS NULL THEN
    RETURN QUERY SELECT * FROM esd_all_assets_with(patterns);
  ELSE
    RETURN QUERY SELECT found.id FROM esd_all_assets_with(patterns) AS found(id)
      JOIN assets ON assets.id = found.id
      WHERE assets.customer_id = visitor OR assets.billing_to_id = visitor;
  END IF;
END $$
""",
)
_VIEWS = ("portal_accounts", "portal_entries")
# Whoever was let in before has no grants on what is new.
_GRANT = """
DO $$
DECLARE person text;
BEGIN
  FOR person IN SELECT login FROM operators JOIN pg_roles ON rolname = login WHERE active LOOP
    PERFORM esd_admit(person);
  END LOOP;
END $$
"""


def statements(schema: str) -> list[str]:
    """Everything in order. ``schema`` is the store's schema as an SQL identifier."""
    admit = admitting(schema, {**TABLES, **MASS_TABLES, **_NEW_TABLES})
    return [
        *(each.replace("{schema}", schema) for each in (_VISITOR, _RECEIVED, *_SEARCHED)),
        *VIEWS,
        _FACTS,
        admit.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
            "END $$", f"{_ADMIT_MORE}END $$"
        ),
        *policies(_NEW_TABLES),
        *(
            f"CREATE POLICY {table}_visitor ON {table} AS RESTRICTIVE FOR ALL "
            f"USING ({_WHO} IS NULL OR {reached})"
            for table, reached in _REACHED.items()
        ),
        *(f"REVOKE ALL ON {table} FROM PUBLIC" for table in (*_NEW_TABLES, *_VIEWS)),
        "REVOKE ALL ON FUNCTION esd_visitor() FROM PUBLIC",
        *(
            f"REVOKE ALL ON SEQUENCE {table}_id_seq FROM PUBLIC"
            for table in ("portal_users", "portal_providers", "portal_links", "portal_sessions")
        ),
        _GRANT,
        *_notices(),
    ]


def _notices() -> list[str]:
    """Staff see what others change of who may sign in; the rest is the portal's own."""
    return [
        f"CREATE TRIGGER tell_{event.lower()} AFTER {event} ON {table} "
        f"REFERENCING {rows} TABLE AS written "
        "FOR EACH STATEMENT EXECUTE FUNCTION esd_tell_written()"
        for table in ("portal_users", "portal_providers")
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ]
