"""What migration 0008 puts into a PostgreSQL store for work beyond one machine: procrastinate's
tables in a schema of their own, who may use them, and the pace that all share at Microsoft.

Everybody may reach for these tables and functions, and they ask whoever does so: for a right, and
that it was let into the store. Desktops find nothing in the tables, and call the functions. A
worker's login does what procrastinate does, since procrastinate's functions run in the name of who
calls them. Frozen like the migration itself.
"""

from __future__ import annotations

from importlib import resources

from esd_desktop.models.store.migrations.guards_0004 import may

_JOB_TABLES = (
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)
_ASKING_MICROSOFT = "'update', 'resend', 'cancel', 'order', 'decide', 'catalogue'"

# No policy lets anybody in: only the functions below read and write them.
_PACES = (
    """
CREATE TABLE esd_jobs.connection_paces (
  connection_id bigint PRIMARY KEY,
  paused_until timestamptz NOT NULL DEFAULT 'epoch',
  found integer NOT NULL DEFAULT 0,
  sharers integer NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL DEFAULT 'epoch'
)
""",
    """
CREATE TABLE esd_jobs.connection_shares (
  connection_id bigint NOT NULL REFERENCES esd_jobs.connection_paces ON DELETE CASCADE,
  process text NOT NULL,
  until timestamptz NOT NULL,
  in_flight integer NOT NULL,
  PRIMARY KEY (connection_id, process)
)
""",
    "ALTER TABLE esd_jobs.connection_paces ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE esd_jobs.connection_shares ENABLE ROW LEVEL SECURITY",
)

_FUNCTIONS = (
    # Where nobody is named, everybody who was let in has every right; a stranger has none.
    """
CREATE FUNCTION esd_may_here(VARIADIC wanted text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
  SELECT has_table_privilege(session_user, 'alembic_version', 'SELECT')
    AND esd_may(VARIADIC wanted)
$$
""",
    """
CREATE FUNCTION esd_check_here(what text, VARIADIC wanted text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = {schema}, pg_temp AS $$
BEGIN
  IF NOT esd_may_here(VARIADIC wanted) THEN
    RAISE EXCEPTION 'permission denied to %', what USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$
""",
    # Within the transaction that begins the work. One that waits in the queue is not queued twice.
    # Of works in the same lane one is done at a time, so that they never take all of a worker.
    """
CREATE FUNCTION esd_queue_work(work bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, esd_jobs, pg_temp AS $$
BEGIN
  PERFORM esd_check_here('queue work', 'update', 'resend', 'cancel');
  IF EXISTS (SELECT FROM mass_works WHERE id = work AND state = 'Running') THEN
    PERFORM procrastinate_defer_jobs_v1(ARRAY[
      ROW('works', 'mass_work', 0, 'lane ' || work % 4, 'mass work ' || work,
        jsonb_build_object('work_id', work), NULL)::procrastinate_job_to_defer_v1]);
  END IF;
EXCEPTION WHEN unique_violation THEN
  NULL;
END $$
""",
    # A process shares the pace of a connection for as long as it says so again within ten seconds.
    # What was found is how many calls all of them had in flight; it is kept while somebody comes or
    # goes, until the others have heard of it.
    """
CREATE FUNCTION esd_share_pace(connection bigint, sharer text, calls integer, pause float8)
RETURNS TABLE (sharers integer, found integer, paused_for float8)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = esd_jobs, {schema}, pg_temp AS $$
#variable_conflict use_column
DECLARE
  pace connection_paces;
  total integer;
  counted integer;
BEGIN
  PERFORM esd_check_here('share a pace', {asking});
  INSERT INTO connection_paces (connection_id) VALUES (connection) ON CONFLICT DO NOTHING;
  SELECT * INTO pace FROM connection_paces WHERE connection_id = connection FOR UPDATE;
  DELETE FROM connection_shares WHERE connection_id = connection AND until < clock_timestamp();
  INSERT INTO connection_shares (connection_id, process, until, in_flight)
    VALUES (connection, sharer, clock_timestamp() + interval '10 seconds', calls)
    ON CONFLICT (connection_id, process)
    DO UPDATE SET until = excluded.until, in_flight = excluded.in_flight;
  SELECT count(*), sum(in_flight) INTO counted, total
    FROM connection_shares WHERE connection_id = connection;
  IF counted <> pace.sharers THEN
    pace.sharers := counted;
    pace.changed_at := clock_timestamp();
  ELSIF pace.changed_at < clock_timestamp() - interval '2 seconds' THEN
    pace.found := total;
  END IF;
  IF pause > 0 THEN
    pace.paused_until := greatest(
      pace.paused_until, clock_timestamp() + least(pause, 86400) * interval '1 second');
  END IF;
  UPDATE connection_paces SET sharers = pace.sharers, changed_at = pace.changed_at,
    found = pace.found, paused_until = pace.paused_until WHERE connection_id = connection;
  RETURN QUERY SELECT pace.sharers, pace.found, greatest(
    0, extract(epoch FROM pace.paused_until - clock_timestamp()))::float8;
END $$
""",
    """
CREATE FUNCTION esd_leave_pace(connection bigint, sharer text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = esd_jobs, {schema}, pg_temp AS $$
BEGIN
  PERFORM esd_check_here('share a pace', {asking});
  DELETE FROM connection_shares WHERE connection_id = connection AND process = sharer;
END $$
""",
    # How the workers are, for esd doctor and for desktops that leave work to them.
    """
CREATE FUNCTION esd_worker_state()
RETURNS TABLE (workers bigint, seen_at timestamptz, waiting bigint, doing bigint, failed bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = esd_jobs, {schema}, pg_temp AS $$
BEGIN
  PERFORM esd_check_here('see the workers', 'view');
  RETURN QUERY SELECT
    (SELECT count(*) FROM procrastinate_workers
      WHERE last_heartbeat > clock_timestamp() - interval '30 seconds'),
    (SELECT max(last_heartbeat) FROM procrastinate_workers),
    (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'),
    (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'),
    (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed');
END $$
""",
    # Jobs whose worker does not say any more that it lives wait again; one for which another waits
    # already is not needed. Of two who say so together the second finds nothing left to do.
    """
CREATE FUNCTION esd_retry_stalled_jobs(silent_for float8) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = esd_jobs, {schema}, pg_temp AS $$
DECLARE
  stalled bigint;
  found bigint := 0;
BEGIN
  PERFORM esd_check_here('retry jobs', 'work');
  FOR stalled IN
    SELECT id FROM procrastinate_jobs AS job
    WHERE status = 'doing' AND NOT EXISTS (
      SELECT FROM procrastinate_workers AS worker WHERE worker.id = job.worker_id
        AND last_heartbeat > clock_timestamp() - silent_for * interval '1 second')
    FOR UPDATE SKIP LOCKED
  LOOP
    found := found + 1;
    BEGIN
      UPDATE procrastinate_jobs
        SET status = 'todo', attempts = attempts + 1, scheduled_at = NULL, worker_id = NULL,
          abort_requested = false
        WHERE id = stalled;
    EXCEPTION WHEN unique_violation THEN
      DELETE FROM procrastinate_jobs WHERE id = stalled;
    END;
  END LOOP;
  RETURN found;
END $$
""",
    # The audit says who asked for what a worker does; ``login`` says who was signed in.
    """
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
  ) THEN
    NEW.operator := person.login;
  END IF;
  RETURN NEW;
END $$
""",
    # A worker does what others ask for, with more rights than some of them have. So who asked is
    # who was signed in, with the right to it, and what was asked for stays what it was.
    """
CREATE FUNCTION esd_mass_work_asked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE
  asked boolean;
BEGIN
  IF NOT EXISTS (SELECT FROM operators) OR esd_is_owner(session_user) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    asked := true;
    NEW.asked_by := session_user;
  ELSE
    IF (NEW.id, NEW.kind, NEW.scope, NEW.comment, NEW.asked_by, NEW.asked_at)
      IS DISTINCT FROM (OLD.id, OLD.kind, OLD.scope, OLD.comment, OLD.asked_by, OLD.asked_at)
    THEN
      RAISE EXCEPTION 'what was asked for is final' USING ERRCODE = 'insufficient_privilege';
    END IF;
    asked := NEW.run_by <> OLD.run_by OR (NEW.state <> OLD.state AND NEW.state = 'Running');
  END IF;
  IF asked THEN
    NEW.run_by := session_user;
  END IF;
  IF (asked OR NEW.state <> OLD.state) AND NOT esd_may(CASE NEW.kind
    WHEN 'Update status' THEN 'update' WHEN 'Resend' THEN 'resend' ELSE 'cancel' END)
  THEN
    RAISE EXCEPTION 'permission denied for this work' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$
""",
    """
CREATE TRIGGER asked BEFORE INSERT OR UPDATE ON mass_works
FOR EACH ROW EXECUTE FUNCTION esd_mass_work_asked()
""",
)

# Nobody has this right: it is true for the owner, and where nobody is named.
_UNGUARDED = may("")
_OWN_WORK = (
    "EXISTS (SELECT FROM mass_works AS laid WHERE laid.id = work_id AND laid.run_by = session_user)"
)
_MASS = may("update", "resend", "cancel")
_ITEM_POLICIES = {
    "INSERT": f"WITH CHECK ({_MASS} AND ({_UNGUARDED} OR {_OWN_WORK}))",
    "UPDATE": f"USING ({_MASS} AND ({may('work')} OR {_OWN_WORK}))",
}


def statements(schema: str) -> list[str]:
    """Everything in order. ``schema`` is the store's schema as an SQL identifier."""
    return [
        "CREATE SCHEMA esd_jobs",
        "SET LOCAL search_path = esd_jobs",
        _procrastinate(),
        "SET LOCAL search_path TO DEFAULT",
        *_PACES,
        *(_filled(each, schema) for each in _FUNCTIONS),
        *(
            f"ALTER POLICY mass_items_{command.lower()} ON mass_items {condition}"
            for command, condition in _ITEM_POLICIES.items()
        ),
        *_opened(),
    ]


def _procrastinate() -> str:
    """What the library brings itself, in the version that pyproject.toml binds the program to: a
    later one changes its tables, and takes a migration here."""
    return resources.files("procrastinate").joinpath("sql", "schema.sql").read_text("utf-8")


def _filled(statement: str, schema: str) -> str:
    return statement.replace("{schema}", schema).replace("{asking}", _ASKING_MICROSOFT)


def _opened() -> list[str]:
    """Procrastinate's tables, for who has the right to work."""
    made = [
        "REVOKE ALL ON FUNCTION esd_mass_work_asked() FROM PUBLIC",
        "GRANT USAGE ON SCHEMA esd_jobs TO PUBLIC",
    ]
    for table in _JOB_TABLES:
        named = f"esd_jobs.{table}"
        made.append(f"ALTER TABLE {named} ENABLE ROW LEVEL SECURITY")
        made.append(f"CREATE POLICY working ON {named} USING ((SELECT esd_may_here('work')))")
        made.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {named} TO PUBLIC")
        made.append(f"GRANT USAGE ON SEQUENCE {named}_id_seq TO PUBLIC")
    return made
