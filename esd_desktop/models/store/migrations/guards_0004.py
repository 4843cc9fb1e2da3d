"""What migration 0004 puts into a PostgreSQL store so that the database asks for rights itself.

A person's login then may by hand what the program would do for it, and no more. The owner of the
database is outside of this: it migrates, and the server's administrator can always become it.
Frozen like the migration itself: a later version changes it by a migration of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

Guards = Mapping[str, Mapping[str, str]]

# Whoever settles a lost answer writes what the call for it would have written.
_SETTLING = ("order", "cancel", "decide")
_BILLING = (*_SETTLING, "import")
_ON_ASSETS = (
    *("update", "resend", "order", "accounts", "import", "request"),
    *("decide", "cancel", "delete", "settle"),
)
_SEALING = (*_BILLING, "resend", "rotate")


def may(*rights: str) -> str:
    """The condition that one of these rights is there, asked once for each statement."""
    listed = ", ".join(f"'{right}'" for right in rights)
    return f"(SELECT esd_may({listed}))"


def guarded(read: str, *, insert: str = "", update: str = "", delete: str = "") -> dict[str, str]:
    wanted = {"SELECT": read, "INSERT": insert, "UPDATE": update, "DELETE": delete}
    return {command: condition for command, condition in wanted.items() if condition}


_VIEW = may("view")
_SETTING = (
    f"{may('settings')} OR (name LIKE 'company.%' AND {may('prices')}) "
    f"OR (name LIKE 'backup.%' AND {may('backup')})"
)
# Whoever edits what several people edit is told who did so meanwhile.
_AUDIT_READ = (
    "login = session_user "
    f"OR {may('audit', 'backup', 'catalogue', 'prices', 'templates', 'connections', 'people')} "
    f"OR ({_VIEW} AND (asset_id IS NOT NULL OR account_id IS NOT NULL))"
)
_SECRET_READ = "(SELECT esd_all_released()) OR esd_released(asset_id)"

# For each table the commands and when they are allowed; what is not named here never is.
TABLES = {
    "accounts": guarded(_VIEW, insert=may("accounts", "import"), update=may("accounts", "import")),
    "asset_secrets": guarded(
        _SECRET_READ,
        insert=may(*_BILLING),
        update=f"{may('rotate')} AND (SELECT esd_all_released())",
    ),
    "assets": guarded(_VIEW, insert=may("order", "import"), update=may(*_ON_ASSETS)),
    "audit": guarded(_AUDIT_READ, insert=_VIEW),
    "cancellation_requests": guarded(
        _VIEW, insert=may("request"), update=may("request", *_SETTLING)
    ),
    "connections": guarded(
        _VIEW,
        insert=may("connections"),
        update=may("connections"),
        delete=may("connections"),
    ),
    # A data key that is overwritten takes every licence key with it.
    "data_keys": guarded(_VIEW, insert=may(*_SEALING), update=may("rotate"), delete=may("rotate")),
    "discrepancies": guarded(
        _VIEW,
        insert=may("update", "settle", *_SETTLING),
        update=may("update", "settle", *_SETTLING),
    ),
    "invoice_items": guarded(_VIEW, insert=may(*_BILLING)),
    "invoices": guarded(_VIEW, insert=may(*_BILLING)),
    "mail_templates": guarded(
        _VIEW, insert=may("templates"), update=may("templates"), delete=may("templates")
    ),
    "number_series": guarded(_VIEW, insert=may(*_BILLING), update=may(*_BILLING)),
    "offering_prices": guarded(_VIEW, insert=may("catalogue"), delete=may("connections")),
    "offerings": guarded(
        _VIEW,
        insert=may("catalogue"),
        update=may("catalogue"),
        delete=may("connections"),
    ),
    "operations": guarded(_VIEW, insert=may(*_SETTLING), update=may(*_SETTLING)),
    "operators": guarded("true", insert=may("people"), update=may("people")),
    "orders": guarded(_VIEW, insert=may("order", "import")),
    "outbox": guarded(
        _VIEW,
        insert=may("resend", "request", *_SETTLING),
        update=may("resend", "settings"),
    ),
    "pulses": guarded("true"),
    "role_rights": guarded("true"),
    "settings": guarded(_VIEW, insert=_SETTING, update=_SETTING),
    "tax_rates": guarded(_VIEW, insert=may("prices"), update=may("prices"), delete=may("prices")),
}

# What is known of an asset's key without reading it. A view looks with its owner's eyes.
_FACTS = """
CREATE VIEW secret_facts AS
SELECT asset_id, key_id, sealed_link IS NOT NULL AS has_link FROM asset_secrets
"""
ON_SQLITE = (_FACTS,)

# {schema} is the store's schema, quoted: no function looks for a table anywhere else.
_FUNCTIONS = (
    """
CREATE FUNCTION esd_is_owner(login name) RETURNS boolean
LANGUAGE sql STABLE SET search_path = {schema}, pg_temp AS $$
  SELECT pg_has_role(login, relowner, 'USAGE') FROM pg_class WHERE oid = 'audit'::regclass
$$
""",
    """
CREATE FUNCTION esd_may(VARIADIC wanted text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM operators) OR esd_is_owner(session_user) OR EXISTS (
    SELECT FROM operators AS person
    JOIN role_rights AS given ON given.role = ANY (string_to_array(person.roles, ','))
    WHERE person.login = session_user AND person.active AND given.right_name = ANY (wanted)
  )
$$
""",
    # A sealed key is read only after an audit row that says so was committed: by the same login,
    # in an earlier transaction, not long before this one began.
    """
CREATE FUNCTION esd_is_release(line audit) RETURNS boolean
LANGUAGE sql STABLE SET search_path = {schema}, pg_temp AS $$
  SELECT line.login = session_user
    AND line.position IS NOT NULL
    AND line.transaction_id IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
    AND line.received_at > now() - interval '10 minutes'
$$
""",
    """
CREATE FUNCTION esd_released(wanted bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM audit AS line WHERE line.asset_id = wanted AND esd_is_release(line) AND (
      line.action = 'send_key' AND esd_may('resend')
      OR NOT EXISTS (SELECT FROM settings WHERE name = 'keys.reveal' AND value = 'no') AND (
        line.action IN ('show_key', 'copy_key', 'show_link', 'copy_link') AND esd_may('reveal')
        OR line.action = 'export_key' AND esd_may('export keys')
      )
    )
  )
$$
""",
    """
CREATE FUNCTION esd_all_released() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
  SELECT esd_may('rotate', 'backup') AND EXISTS (
    SELECT FROM audit AS line
    WHERE line.action IN ('rotate_data_key', 'back_up')
      AND line.received_at > now() - interval '10 minutes' AND esd_is_release(line)
      AND (line.action = 'rotate_data_key' AND esd_may('rotate')
        OR line.action = 'back_up' AND esd_may('backup'))
  )
$$
""",
)

_ADMIT = """
CREATE FUNCTION esd_admit(person text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
BEGIN
  IF NOT esd_may('people') THEN
    RAISE EXCEPTION 'permission denied to admit people' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = person AND rolcanlogin) THEN
    RAISE EXCEPTION 'the server has no login %', person USING ERRCODE = 'undefined_object';
  END IF;
  EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), person);
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', {schema_text}, person);
  EXECUTE format('GRANT SELECT ON alembic_version TO %I', person);
{grants}
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO %I', {schema_text}, person);
  EXECUTE format('GRANT EXECUTE ON FUNCTION {callable} TO %I', person);
END $$
"""
_DISMISS = """
CREATE FUNCTION esd_dismiss(person text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
BEGIN
  IF person <> session_user AND NOT esd_may('people') THEN
    RAISE EXCEPTION 'permission denied to dismiss people' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- The owner needs no grant, and would lose its own.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = person) OR esd_is_owner(person::name) THEN
    RETURN;
  END IF;
  EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', {schema_text}, person);
  EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I', {schema_text}, person);
  EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %I FROM %I', {schema_text}, person);
  EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', {schema_text}, person);
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), person);
END $$
"""
_CALLABLE = (
    "esd_may(text[])",
    "esd_released(bigint)",
    "esd_all_released()",
    "esd_audit_head(bigint)",
    "esd_admit(text)",
    "esd_dismiss(text)",
)


def statements(schema: str) -> list[str]:
    """Everything in order. ``schema`` is the store's schema as an SQL identifier."""
    functions = [_in_schema(each, schema) for each in (*_FUNCTIONS, _DISMISS)]
    facts = f"{_FACTS} WHERE {_VIEW}"
    return [
        *functions,
        admitting(schema, TABLES),
        facts,
        *policies(TABLES),
        *_closed(schema),
    ]


def admitting(schema: str, tables: Guards) -> str:
    """The function that lets people in, and grants them what is allowed on these tables."""
    return _in_schema(_ADMIT.replace("{grants}", _grants(tables)), schema)


def _in_schema(function: str, schema: str) -> str:
    as_text = "'" + schema.removeprefix('"').removesuffix('"').replace("'", "''") + "'"
    return (
        function.replace("{schema_text}", as_text)
        .replace("{schema}", schema)
        .replace("{callable}", ", ".join(_CALLABLE))
    )


def _grants(tables: Guards) -> str:
    lines = ["  EXECUTE format('GRANT SELECT ON secret_facts TO %I', person);"]
    for table, allowed in tables.items():
        commands = ", ".join(allowed)
        lines.append(f"  EXECUTE format('GRANT {commands} ON {table} TO %I', person);")
    return "\n".join(lines)


def policies(tables: Guards) -> list[str]:
    """The rules by which rows of these tables are read and written."""
    made = []
    for table, allowed in tables.items():
        made.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for command, condition in allowed.items():
            how = "WITH CHECK" if command == "INSERT" else "USING"
            made.append(
                f"CREATE POLICY {table}_{command.lower()} ON {table} FOR {command} "
                f"{how} ({condition})"
            )
    return made


def _closed(schema: str) -> list[str]:
    """Nobody but the owner gets in without being admitted, whatever the server gives to all."""
    return [
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC",
        *(
            f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC"
            for function in (
                *_CALLABLE,
                "esd_part(text)",
                "esd_audit_text(audit)",
                "esd_chain_rows(bigint, bigint)",
                "esd_audit_received()",
                "esd_chain_audit()",
                "esd_is_owner(name)",
                "esd_is_release(audit)",
            )
        ),
    ]
