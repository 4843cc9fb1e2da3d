"""What migration 0004 puts into the database to chain the audit and to close it to changes.

Frozen like the migration itself: a later version changes it by a migration of its own.
"""

from __future__ import annotations

AUDIT_FINAL = "the audit is never changed"
RIGHTS_FINAL = "the rights of the roles are changed by a new version of the program only"

_FIELDS = (
    *("id", "at", "operator", "action", "sentence", "asset_id", "account_id"),
    *("changes", "correlation_id", "login"),
)
_NEW_AS_BYTES = ", ".join(f"CAST(NEW.{name} AS BLOB)" for name in _FIELDS)
READ_ON_SQLITE = ", ".join(f"CAST({name} AS BLOB)" for name in _FIELDS)

_CHAIN_ON_SQLITE = """
CREATE TRIGGER audit_chained AFTER INSERT ON audit WHEN NEW.hash IS NULL BEGIN
  UPDATE audit SET
    position = coalesce((SELECT max(position) FROM audit), 0) + 1,
    hash = esd_audit_hash(
      coalesce((SELECT hash FROM audit WHERE position = (SELECT max(position) FROM audit)), ''),
      {fields})
  WHERE id = NEW.id;
END
"""
# A row may be written to once, while it has no hash: when it is chained.
ON_SQLITE = (
    _CHAIN_ON_SQLITE.replace("{fields}", _NEW_AS_BYTES),
    f"""
CREATE TRIGGER audit_final_update BEFORE UPDATE ON audit WHEN OLD.hash IS NOT NULL
BEGIN SELECT RAISE(ABORT, '{AUDIT_FINAL}'); END
""",
    f"""
CREATE TRIGGER audit_final_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, '{AUDIT_FINAL}'); END
""",
    *(
        f"CREATE TRIGGER role_rights_final_{event.lower()} BEFORE {event} ON role_rights "
        f"BEGIN SELECT RAISE(ABORT, '{RIGHTS_FINAL}'); END"
        for event in ("INSERT", "UPDATE", "DELETE")
    ),
)

# {schema} is the store's schema, quoted: no function looks for a table anywhere else.
_ON_POSTGRESQL = (
    """
CREATE FUNCTION esd_part(field text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT coalesce(octet_length(convert_to(field, 'UTF8'))::text || ':' || field, '-') $$
""",
    """
CREATE FUNCTION esd_audit_text(line audit) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT esd_part(line.id::text)
    || esd_part(to_char(line.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'))
    || esd_part(line.operator)
    || esd_part(line.action)
    || esd_part(line.sentence)
    || esd_part(line.asset_id::text)
    || esd_part(line.account_id::text)
    || esd_part(line.changes::text)
    || esd_part(line.correlation_id)
    || esd_part(line.login)
$$
""",
    # Chains what follows ``after_id`` and is not chained yet, ten thousand rows at a time. Found by
    # its id: the index of positions is full of this transaction's own rows without one.
    """
CREATE FUNCTION esd_chain_rows(after_id bigint, written_in bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE
  ids bigint[];
  texts text[];
  last_position bigint;
  last_hash text;
BEGIN
  PERFORM pg_advisory_xact_lock(1163084865);
  SELECT position, hash INTO last_position, last_hash FROM audit
  WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1;
  last_position := coalesce(last_position, 0);
  last_hash := coalesce(last_hash, '');
  LOOP
    SELECT array_agg(line.id), array_agg(esd_audit_text(line)) INTO ids, texts FROM (
      SELECT * FROM audit
      WHERE id > after_id AND position IS NOT DISTINCT FROM NULL
        AND transaction_id IS NOT DISTINCT FROM written_in
      ORDER BY id LIMIT 10000
    ) AS line;
    EXIT WHEN ids IS NULL;
    FOR place IN 1 .. cardinality(texts) LOOP
      last_hash := encode(
        sha256(convert_to(length(last_hash)::text || ':' || last_hash || texts[place], 'UTF8')),
        'hex');
      texts[place] := last_hash;
    END LOOP;
    UPDATE audit SET position = last_position + link.place, hash = link.hash
    FROM unnest(ids, texts) WITH ORDINALITY AS link(id, hash, place) WHERE audit.id = link.id;
    last_position := last_position + cardinality(ids);
    after_id := ids[cardinality(ids)];
  END LOOP;
END $$
""",
    # Who is signed in is what the server says, not what the program says.
    """
CREATE FUNCTION esd_audit_received() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE person operators;
BEGIN
  NEW.login := session_user;
  NEW.transaction_id := pg_current_xact_id()::text::bigint;
  NEW.received_at := clock_timestamp();
  NEW.position := NULL;
  NEW.hash := NULL;
  SELECT * INTO person FROM operators WHERE login = session_user;
  IF FOUND AND NEW.operator NOT IN (person.login, person.name) THEN
    NEW.operator := person.login;
  END IF;
  RETURN NEW;
END $$
""",
    # At the commit, so that nobody waits for the chain while records are locked: what holds the
    # chain waits for nothing more. Each row calls it; the first one chains all of its transaction.
    """
CREATE FUNCTION esd_chain_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE chained_at bigint;
BEGIN
  SELECT position INTO chained_at FROM audit WHERE id = NEW.id;
  IF chained_at IS NULL THEN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE EXCEPTION 'a transaction that writes the audit has to see what others committed';
    END IF;
    PERFORM esd_chain_rows(NEW.id - 1, NEW.transaction_id);
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE FUNCTION esd_audit_head(
  at_position bigint, OUT head_position bigint, OUT head_hash text, OUT hash_at text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
  SELECT
    (SELECT max(position) FROM audit),
    (SELECT hash FROM audit WHERE position = (SELECT max(position) FROM audit)),
    (SELECT hash FROM audit WHERE position = at_position)
$$
""",
    f"""
CREATE FUNCTION refuse_to_change_audit() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{AUDIT_FINAL}'; END $$
""",
    f"""
CREATE FUNCTION refuse_to_change_rights() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{RIGHTS_FINAL}'; END $$
""",
    "SELECT esd_chain_rows(0, NULL)",
    """
CREATE TRIGGER audit_received BEFORE INSERT ON audit
FOR EACH ROW EXECUTE FUNCTION esd_audit_received()
""",
    """
CREATE CONSTRAINT TRIGGER audit_chained AFTER INSERT ON audit DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION esd_chain_audit()
""",
    """
CREATE TRIGGER audit_final_update BEFORE UPDATE ON audit
FOR EACH ROW WHEN (OLD.hash IS NOT NULL) EXECUTE FUNCTION refuse_to_change_audit()
""",
    """
CREATE TRIGGER audit_final_delete BEFORE DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION refuse_to_change_audit()
""",
    """
CREATE TRIGGER audit_final_truncate BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit()
""",
    """
CREATE TRIGGER role_rights_final BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON role_rights
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_rights()
""",
)


def statements(schema: str) -> list[str]:
    """Everything for PostgreSQL in order. ``schema`` is the store's schema as an SQL identifier."""
    return [each.replace("{schema}", schema) for each in _ON_POSTGRESQL]
