"""A login of the database goes round the program: with psql and the password of one of the people
it may do what the program would do for that person, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from esd_desktop.errors import NotAllowed, StoreFault
from esd_desktop.models.rights import RIGHTS, Right, Role
from esd_desktop.models.setting import Setting
from esd_desktop.models.store.audit_chain import verify_chain
from esd_desktop.models.store.engine import open_store
from esd_desktop.services.context import Services
from tests.support.desktops import second_desktop
from tests.support.postgres import PostgresStore
from tests.support.postgres_keeper import ADMINISTRATOR, OWNER
from tests.support.sowing import Sown, sow

_BILLING = {Right.ORDER, Right.CANCEL, Right.DECIDE, Right.IMPORT}
_SETTLING = {Right.ORDER, Right.CANCEL, Right.DECIDE}
_ON_ASSETS = {
    *(Right.UPDATE, Right.RESEND, Right.ORDER, Right.ACCOUNTS, Right.IMPORT),
    *(Right.REQUEST, Right.DECIDE, Right.CANCEL, Right.DELETE, Right.SETTLE),
}
_NOBODY: set[Right] = set()
_ATTEMPTS = {
    "SELECT FROM asset_secrets": _NOBODY,
    "SELECT FROM assets": {Right.VIEW},
    "SELECT FROM audit WHERE asset_id IS NULL": {
        *(Right.AUDIT, Right.BACKUP, Right.CATALOGUE, Right.PRICES),
        *(Right.TEMPLATES, Right.CONNECTIONS, Right.PEOPLE),
    },
    "SELECT FROM audit WHERE asset_id IS NOT NULL": {Right.VIEW},
    "UPDATE assets SET status = 'Cancelled'": _ON_ASSETS,
    "DELETE FROM assets": _NOBODY,
    "UPDATE accounts SET name = 'Mine'": {Right.ACCOUNTS, Right.IMPORT},
    "DELETE FROM accounts": _NOBODY,
    "UPDATE orders SET placed_by = 'somebody else'": _NOBODY,
    "UPDATE invoices SET net_amount = 0": _NOBODY,
    "DELETE FROM invoices": _NOBODY,
    "UPDATE invoice_items SET amount = 0": _NOBODY,
    "INSERT INTO invoices (number, kind, account_id, currency, issued_at) "
    "SELECT 'CRN-0', 'Credit', id, 'EUR', now() FROM accounts LIMIT 1": _BILLING,
    "INSERT INTO number_series VALUES ('X', 0)": _BILLING,
    "UPDATE discrepancies SET settled_at = now()": {Right.UPDATE, Right.SETTLE, *_SETTLING},
    "UPDATE settings SET value = 'mine.example' WHERE name = 'mail.host'": {Right.SETTINGS},
    "INSERT INTO settings VALUES ('requests.four_eyes', 'no')": {Right.SETTINGS},
    "INSERT INTO settings VALUES ('company.name', 'Mine')": {Right.SETTINGS, Right.PRICES},
    "UPDATE connections SET service_url = 'https://mine.example'": {Right.CONNECTIONS},
    "INSERT INTO tax_rates VALUES ('DE', 1, 'VAT', 0)": {Right.PRICES},
    "INSERT INTO mail_templates "
    "(version, name, language, subject, text, html, changed_by, changed_at) "
    "VALUES (1, 'welcome', 'en', '', '', '', 'me', now())": {Right.TEMPLATES},
    "UPDATE operators SET roles = 'manager,administrator' WHERE login = session_user": {
        Right.PEOPLE
    },
    "INSERT INTO operators (version, login, name, roles, active, added_by, added_at) "
    "VALUES (1, 'me', 'Me', 'administrator', true, 'me', now())": {Right.PEOPLE},
    "DELETE FROM operators": _NOBODY,
    "INSERT INTO role_rights VALUES ('viewer', 'reveal')": _NOBODY,
    "DELETE FROM role_rights": _NOBODY,
    "UPDATE data_keys SET wrapped = ''": {Right.ROTATE},
    "UPDATE asset_secrets SET sealed_key = ''": _NOBODY,
    "DELETE FROM asset_secrets": _NOBODY,
    "UPDATE audit SET sentence = 'Nothing.'": _NOBODY,
    "DELETE FROM audit": _NOBODY,
    "TRUNCATE audit": _NOBODY,
    "UPDATE alembic_version SET version_num = '9999'": _NOBODY,
    "ALTER TABLE audit DISABLE TRIGGER ALL": _NOBODY,
    "ALTER TABLE asset_secrets DISABLE ROW LEVEL SECURITY": _NOBODY,
    "SET session_replication_role = replica": _NOBODY,
    f"SET ROLE {OWNER}": _NOBODY,
    f"SET SESSION AUTHORIZATION {OWNER}": _NOBODY,
    "SELECT esd_chain_rows(0, NULL)": _NOBODY,
    "SELECT esd_admit(session_user)": {Right.PEOPLE},
    "CREATE FUNCTION sha256(text) RETURNS text LANGUAGE sql AS 'SELECT $1'": _NOBODY,
}


@dataclass(frozen=True)
class Place:
    """A store with records in it and with one person of each role."""

    store: PostgresStore
    sown: Sown
    addresses: dict[Role, str]

    def as_(self, role: Role) -> psycopg.Connection:
        """A connection past the program as the person of a role."""
        return self.store.server.connect(self.store.name, self.login(role))

    def login(self, role: Role) -> str:
        return f"{role.value}_{self.store.name}"

    def as_administrator(self, statement: str) -> None:
        """What only the server's administrator can do: no rule of the database holds."""
        with self.store.server.connect(self.store.name, ADMINISTRATOR) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement.encode())


@pytest.fixture
async def place(postgres_services: Services, postgres_store: PostgresStore) -> Place:
    sown = await sow(postgres_services)
    with postgres_store.server.connect(postgres_store.name, OWNER) as owner:
        owner.execute("INSERT INTO settings VALUES ('mail.host', 'mail.example')")
        for asset_id in (sown.activated, None):
            owner.execute(
                "INSERT INTO audit (at, operator, action, sentence, asset_id, changes) "
                "VALUES (now(), 'somebody', 'test', 'It was so.', %s, '{}')",
                [asset_id],
            )
    return Place(
        postgres_store, sown, {role: postgres_store.person(role.value, role) for role in Role}
    )


def took_effect(connection: psycopg.Connection, statement: str) -> bool:
    """Whether a statement is let through and finds or changes a row; it is undone."""
    try:
        with connection.transaction(force_rollback=True):
            return connection.execute(statement.encode()).rowcount != 0
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException):
        return False


async def test_what_each_role_can_do_by_hand(place: Place) -> None:
    wrong = []
    # What the portal reaches depends on its visitor as well: tests/portal/test_row_security.py.
    for role in set(Role) - {Role.PORTAL}:
        with place.as_(role) as connection:
            for statement, rights in _ATTEMPTS.items():
                allowed = bool(rights & RIGHTS[role])
                if took_effect(connection, statement) != allowed:
                    wrong.append(
                        f"{role}: {statement} must{'' if allowed else ' not'} be let through"
                    )
    assert wrong == []


def released(connection: psycopg.Connection, asset_id: int, action: str) -> None:
    connection.execute(
        "INSERT INTO audit (at, operator, action, sentence, asset_id, changes) "
        "VALUES (now(), 'somebody else', %s, 'It is read by hand.', %s, '{}')",
        [action, asset_id],
    )


def keys_seen(connection: psycopg.Connection) -> list[int]:
    rows = connection.execute("SELECT asset_id FROM asset_secrets ORDER BY asset_id").fetchall()
    return [asset_id for (asset_id,) in rows]


async def test_a_sealed_key_is_read_only_after_its_audit_row(place: Place) -> None:
    mine, other = place.sown.activated, place.sown.redeemed
    with place.as_(Role.AGENT) as agent, place.as_(Role.MANAGER) as manager:
        with agent.transaction():
            released(agent, mine, "show_key")
            agent.execute("SET CONSTRAINTS ALL IMMEDIATE")
            assert keys_seen(agent) == [], "the row is not committed yet"
        assert keys_seen(agent) == [mine]
        assert keys_seen(manager) == [], "it is somebody else's row"
        released(manager, other, "export_key")
        assert keys_seen(manager) == [other]
        released(manager, other, "looked_at_key")
        released(agent, other, "export_key")
        assert keys_seen(agent) == [mine], "an agent exports no keys"
        place.as_administrator("UPDATE audit SET received_at = received_at - interval '11 minutes'")
        assert keys_seen(agent) == keys_seen(manager) == [], "that is long ago"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR])
async def test_an_audit_row_gives_no_right(place: Place, role: Role) -> None:
    with place.as_(role) as connection:
        for action in ("show_key", "copy_link", "export_key", "rotate_data_key"):
            released(connection, place.sown.activated, action)
        assert keys_seen(connection) == []


async def test_a_policy_that_hides_keys_hides_them_here_too(place: Place) -> None:
    with place.as_(Role.MANAGER) as manager:
        released(manager, place.sown.activated, "show_key")
        assert keys_seen(manager) == [place.sown.activated]
        place.as_administrator("INSERT INTO settings VALUES ('keys.reveal', 'no')")
        assert keys_seen(manager) == []
        released(manager, place.sown.activated, "send_key")
        assert keys_seen(manager) == [place.sown.activated]


@pytest.mark.parametrize(
    ("role", "action"), [(Role.ADMINISTRATOR, "back_up"), (Role.MANAGER, "rotate_data_key")]
)
async def test_all_keys_are_read_after_a_row_about_all(
    place: Place, role: Role, action: str
) -> None:
    insert = (
        "INSERT INTO audit (at, operator, action, sentence, changes) "
        "VALUES (now(), 'x', %s, 'All of them.', '{}')"
    )
    with place.as_(role) as connection, place.as_(Role.AGENT) as agent:
        connection.execute(insert, [action])
        agent.execute(insert, [action])
        assert len(keys_seen(connection)) == len(place.store.fetch("SELECT FROM asset_secrets"))
        assert keys_seen(agent) == []


async def test_who_wrote_an_audit_row_cannot_be_forged(place: Place) -> None:
    with place.as_(Role.AGENT) as agent:
        agent.execute(
            "INSERT INTO audit (at, operator, action, sentence, changes, login, received_at, "
            "transaction_id, position, hash) VALUES (now(), 'manager', 'delete', 'Not me.', '{}', "
            "'manager', '2000-01-01', 1, 1, 'x')"
        )
    ((operator, login, is_now, position),) = place.store.fetch(
        "SELECT operator, login, received_at > now() - interval '1 minute', position FROM audit "
        "WHERE sentence = 'Not me.'"
    )
    assert (operator, login) == (place.login(Role.AGENT), place.login(Role.AGENT))
    assert (is_now, position) == (True, 3)
    store = await open_store(place.store.address)
    async with store.read() as connection:
        assert (await verify_chain(connection)).broken is None
    await store.close()


async def test_a_stranger_is_not_let_in(place: Place, postgres_store: PostgresStore) -> None:
    address = postgres_store.person("mallory")
    with pytest.raises(NotAllowed, match="is not among the people of this store") as caught:
        await open_store(address)
    assert "Settings, People" in caught.value.advice
    with postgres_store.server.connect(
        postgres_store.name, f"mallory_{postgres_store.name}"
    ) as mallory:
        for table in ("assets", "asset_secrets", "audit", "operators", "settings", "secret_facts"):
            assert not took_effect(mallory, f"SELECT FROM {table}")
        assert not took_effect(mallory, "SELECT esd_admit(session_user)")


async def test_who_is_dismissed_is_shut_out(place: Place) -> None:
    login = place.login(Role.AGENT)
    with place.as_(Role.ADMINISTRATOR) as administrator, place.as_(Role.AGENT) as agent:
        assert took_effect(agent, "SELECT FROM assets")
        administrator.execute("UPDATE operators SET active = false WHERE login = %s", [login])
        assert not took_effect(agent, "SELECT FROM assets"), "at once"
        administrator.execute("SELECT esd_dismiss(%s)", [login])
        assert not took_effect(agent, "SELECT FROM operators")
        with pytest.raises(NotAllowed):
            await open_store(place.addresses[Role.AGENT])
        administrator.execute("UPDATE operators SET active = true WHERE login = %s", [login])
        administrator.execute("SELECT esd_admit(%s)", [login])
        assert took_effect(agent, "SELECT FROM assets")
        with pytest.raises(psycopg.errors.UndefinedObject, match="has no login"):
            administrator.execute("SELECT esd_admit('nobody')")


async def test_a_person_opens_the_store_and_only_its_owner_migrates_it(place: Place) -> None:
    address = place.addresses[Role.VIEWER]
    await (await open_store(address)).close()
    place.as_administrator("UPDATE alembic_version SET version_num = '0003'")
    with pytest.raises(StoreFault, match=f"which only {OWNER}, the owner") as caught:
        await open_store(address)
    assert "swordfish" not in f"{caught.value} {caught.value.advice}"


async def test_what_the_database_refuses_is_a_sentence(
    place: Place, postgres_services: Services
) -> None:
    async with second_desktop(postgres_services, place.addresses[Role.VIEWER]) as viewer:
        with pytest.raises(NotAllowed, match="does not allow this login"):
            await _set_the_port(viewer)


async def _set_the_port(services: Services) -> None:
    async with services.store.change() as work:
        work.add(Setting(name="mail.port", value="1"))
        await work.commit()


async def test_a_login_may_have_any_name(postgres_store: PostgresStore) -> None:
    address = postgres_store.person('o\'brien "the" müller', Role.VIEWER)
    await (await open_store(address)).close()


@pytest.mark.parametrize("table", ["assets", "orders", "invoices", "invoice_items", "audit"])
async def test_a_server_plans_for_somebody_who_sees_all(
    postgres_services: Services, postgres_store: PostgresStore, table: str
) -> None:
    """Expecting that hardly any row is left, it would go through all of them for each of others."""
    await sow(postgres_services, more=200)
    postgres_store.execute(
        "INSERT INTO audit (at, operator, action, sentence, changes) "
        "SELECT now(), 'somebody', 'test', 'It was so.', '{}' FROM generate_series(1, 200)"
    )
    postgres_store.execute("ANALYZE")
    manager = postgres_store.person("manager", Role.MANAGER, Role.AUDITOR)
    with psycopg.connect(manager) as connection:
        query = sql.SQL("EXPLAIN (FORMAT JSON) SELECT FROM {}").format(sql.Identifier(table))
        ((plan,),) = connection.execute(query).fetchone() or ()
        (seen,) = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        ).fetchone() or (0,)
    assert seen >= 200
    assert plan["Plan"]["Plan Rows"] > 0.9 * seen
