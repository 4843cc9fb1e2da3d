"""What migration 0007 puts into a PostgreSQL store for mass work: the rights to it, asked by the
database itself, and the notices by which other desktops hear of it.

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

_MASS = may("update", "resend", "cancel")
_NEW_TABLES = {
    "mass_works": guarded(may("view"), insert=_MASS, update=_MASS),
    "mass_items": guarded(may("view"), insert=_MASS, update=_MASS, delete=_MASS),
}

# Whoever was let in before has no grants on what is new.
_GRANT = """
DO $$
DECLARE person text;
BEGIN
  FOR person IN SELECT login FROM operators JOIN pg_roles ON rolname = login WHERE active LOOP
{grants}
    EXECUTE format('GRANT USAGE ON SEQUENCE mass_works_id_seq TO %I', person);
  END LOOP;
END $$
"""


def statements(schema: str) -> list[str]:
    """Everything in order. ``schema`` is the store's schema as an SQL identifier."""
    grants = "\n".join(
        f"    EXECUTE format('GRANT {', '.join(allowed)} ON {table} TO %I', person);"
        for table, allowed in _NEW_TABLES.items()
    )
    admit = admitting(schema, {**TABLES, **_NEW_TABLES})
    return [
        admit.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
        *policies(_NEW_TABLES),
        *(f"REVOKE ALL ON {table} FROM PUBLIC" for table in _NEW_TABLES),
        "REVOKE ALL ON SEQUENCE mass_works_id_seq FROM PUBLIC",
        _GRANT.replace("{grants}", grants),
        # An item changes together with its work, so that the work's notice tells of both.
        *(
            f"CREATE TRIGGER tell_{event.lower()} AFTER {event} ON mass_works "
            "REFERENCING NEW TABLE AS written "
            "FOR EACH STATEMENT EXECUTE FUNCTION esd_tell_written('id')"
            for event in ("INSERT", "UPDATE")
        ),
    ]
