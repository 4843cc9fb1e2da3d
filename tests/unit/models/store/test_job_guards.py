"""What a login may do by hand with the jobs, the paces and what others asked a worker for."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import LiteralString

import psycopg
import pytest
from procrastinate.schema import SchemaManager

from esd_desktop.models.mass_rows import MassKind
from esd_desktop.models.rights import RIGHTS, Right, Role
from esd_desktop.services.context import Services
from tests.support.mass import begun
from tests.support.postgres import PostgresStore
from tests.support.postgres_keeper import OWNER
from tests.support.sowing import Sown, sow

_LAID: LiteralString = (
    "INSERT INTO mass_works (kind, scope, asked_by, asked_at, state, reason, advice, run_by, "
    "total, done, unchanged, warnings, failed, per_second) "
    "VALUES ('{kind}', 'All', 'manager', now(), 'Running', '', '', 'manager', "
    "1, 0, 0, 0, 0, 0) RETURNING id, asked_by, run_by"
)
_UPDATE_WORK = _LAID.replace("{kind}", "Update status")
_CANCEL_WORK = _LAID.replace("{kind}", "Cancel")


class Place:
    """A store with one person of each role that matters here."""

    def __init__(self, store: PostgresStore, sown: Sown, work_id: int) -> None:
        self.store = store
        self.asset = sown.activated
        self.work = work_id
        for role in (Role.VIEWER, Role.AGENT, Role.APPROVER, Role.WORKER):
            store.person(role.value, role)

    def as_(self, role: Role) -> psycopg.Connection:
        """A connection past the program."""
        return self.store.server.connect(self.store.name, f"{role.value}_{self.store.name}")


@pytest.fixture
async def place(postgres_services: Services, postgres_store: PostgresStore) -> Place:
    """The owner has asked for a cancellation."""
    sown = await sow(postgres_services)
    work_id = await begun(postgres_services, MassKind.CANCEL, [sown.activated])
    postgres_store.name_person(OWNER, Role.ADMINISTRATOR)
    return Place(postgres_store, sown, work_id)


def refused(connection: psycopg.Connection, statement: str) -> bool:
    """Whether the database refuses it, or finds nothing that it may change; it is undone."""
    try:
        with connection.transaction(force_rollback=True):
            return connection.execute(statement.encode()).rowcount == 0
    except psycopg.errors.InsufficientPrivilege:
        return True


_OF_3_10 = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


def test_the_tables_are_those_of_the_library() -> None:
    """Where this fails, the library was updated: what it changed belongs into a migration."""
    assert sha256(SchemaManager.get_schema().encode()).hexdigest() == _OF_3_10


async def test_only_a_worker_reaches_the_jobs(place: Place) -> None:
    for role in (Role.VIEWER, Role.AGENT, Role.WORKER):
        allowed = Right.WORK in RIGHTS[role]
        with place.as_(role) as connection:
            connection.execute("SET search_path = public, esd_jobs")
            for statement in (
                "SELECT FROM esd_jobs.procrastinate_jobs",
                "UPDATE esd_jobs.procrastinate_jobs SET status = 'doing'",
                "INSERT INTO esd_jobs.procrastinate_workers DEFAULT VALUES",
                "SELECT esd_retry_stalled_jobs(30)",
            ):
                assert refused(connection, statement) != allowed, statement
            for statement in (
                "SELECT FROM esd_jobs.connection_paces",
                "INSERT INTO esd_jobs.connection_paces VALUES (1)",
                "ALTER TABLE esd_jobs.procrastinate_jobs DISABLE TRIGGER ALL",
            ):
                assert refused(connection, statement), statement
            assert not refused(connection, "SELECT * FROM esd_worker_state()")


async def test_who_may_do_some_mass_work_queues_it_and_shares_the_pace(place: Place) -> None:
    queue = f"SELECT esd_queue_work({place.work})"
    for statement in (queue, "SELECT esd_share_pace(1, 'me', 8, 0)"):
        with place.as_(Role.VIEWER) as viewer, place.as_(Role.APPROVER) as approver:
            assert refused(viewer, statement)
            assert not refused(approver, statement)


@pytest.fixture
def stranger(place: Place) -> Iterator[psycopg.Connection]:
    place.store.person("mallory")
    login = f"mallory_{place.store.name}"
    with place.store.server.connect(place.store.name, login) as connection:
        yield connection


async def test_a_stranger_reaches_nothing(place: Place, stranger: psycopg.Connection) -> None:
    """Not even where nobody is named, and everybody who was let in may do everything."""
    for _ in range(2):
        for statement in (
            "SELECT FROM esd_jobs.procrastinate_jobs",
            "INSERT INTO esd_jobs.procrastinate_workers DEFAULT VALUES",
            "SELECT * FROM public.esd_worker_state()",
            f"SELECT public.esd_queue_work({place.work})",
            "SELECT public.esd_leave_pace(1, 'me')",
        ):
            assert refused(stranger, statement), statement
        place.store.execute("DELETE FROM operators")


async def test_who_asks_is_who_is_signed_in_and_may_do_it(place: Place) -> None:
    with place.as_(Role.APPROVER) as approver:
        ((_, asked_by, run_by),) = approver.execute(_UPDATE_WORK.encode()).fetchall()
        assert asked_by == run_by == f"approver_{place.store.name}"
        assert refused(approver, _CANCEL_WORK), "an approver does not cancel"


async def test_what_others_asked_for_stays_what_it_is(place: Place) -> None:
    """Or whoever may update a status could have the worker cancel, in somebody else's name."""
    item = (
        "INSERT INTO mass_items (work_id, asset_id, state, sentence, advice) "
        "SELECT {work}, max(id), 'Waiting', '', '' FROM assets"
    )
    with place.as_(Role.APPROVER) as approver, place.as_(Role.AGENT) as agent:
        for statement in (
            "UPDATE mass_works SET comment = 'Mine'",
            "UPDATE mass_works SET state = 'Stopped'",
            "UPDATE mass_works SET run_by = session_user",
            "UPDATE mass_items SET state = 'Waiting'",
            item.format(work=place.work),
        ):
            assert refused(approver, statement), statement
        assert not refused(agent, "UPDATE mass_works SET state = 'Stopped'")
        assert refused(agent, "UPDATE mass_works SET kind = 'Resend'")
        ((mine, *_),) = approver.execute(_UPDATE_WORK.encode()).fetchall()
        assert not refused(approver, item.format(work=mine))
        assert refused(agent, item.format(work=mine))
        assert refused(approver, "UPDATE mass_works SET kind = 'Cancel'")
    with place.as_(Role.WORKER) as worker:
        assert not refused(worker, "UPDATE mass_items SET state = 'Done'")
        assert not refused(worker, "UPDATE mass_works SET held_by = 'me', done = 1")
        assert refused(worker, item.format(work=place.work))
        taken = "UPDATE mass_works SET run_by = 'manager' RETURNING run_by"
        assert set(worker.execute(taken).fetchall()) == {(f"worker_{place.store.name}",)}


async def test_the_audit_names_who_asked_a_worker(place: Place) -> None:
    told: LiteralString = (
        "INSERT INTO audit (at, operator, action, sentence, changes) "
        "VALUES (now(), %s, 'test', 'Done.', '{}') RETURNING operator, login"
    )
    agent, login = (f"{role}_{place.store.name}" for role in ("agent", "worker"))
    with place.as_(Role.WORKER) as worker, place.as_(Role.APPROVER) as approver:
        assert worker.execute(told, [agent]).fetchone() == (agent, login)
        assert worker.execute(told, ["nobody"]).fetchone() == (login, login)
        mine = f"approver_{place.store.name}"
        assert approver.execute(told, [agent]).fetchone() == (mine, mine)
