"""The portal with a login of its own on PostgreSQL: it does all that its visitors may, and the
database itself lets it reach nothing that is not the visitor's of that moment."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from html import unescape
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from esd_desktop.models.rights import Role
from esd_desktop.models.statuses import RequestState
from esd_desktop.models.store import tables
from esd_desktop.portal import cookies
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history
from esd_desktop.services.context import Services
from esd_desktop.services.edit_portal_users import (
    add_portal_user,
    portal_user_list,
    remove_portal_user,
)
from tests.portal.serving import PortalUnderTest, form_token, served
from tests.support.connecting import connect, order_one
from tests.support.desktops import second_desktop
from tests.support.postgres import PostgresStore
from tests.support.postgres_keeper import OWNER
from tests.support.requesting import latest, requested
from tests.support.sowing import Sown, sow

_BUYER = "office@aegean.example"
_LINK = re.compile(r'href="(/(?!static/)[^"]*)"')
_NUMBER = re.compile(r"\d+")
_PAGES_OF_ALL = {"/", "/assets", "/assets/N"}
_PAGES_OF_A_RESELLER = {
    *("/assets/customers", "/customers/N", "/customers/N/assets", "/invoices/N.pdf")
}
# What belongs to accounts, and how many rows of it the customer of the sown records reaches.
_OF_THE_CUSTOMER = {
    "accounts": 2,  # himself, and who is billed for his licences
    "assets": 3,
    "secret_facts": 3,
    "orders": 3,
    "invoices": 0,
    "invoice_items": 0,
    "discrepancies": 0,
    "cancellation_requests": 1,
    "outbox": 2,
}
_OF_THE_RESELLER = {
    "accounts": 3,
    "assets": 7,
    "secret_facts": 5,
    "orders": 7,
    "invoices": 7,
    "invoice_items": 7,
    "discrepancies": 1,
    "cancellation_requests": 1,
    "outbox": 2,
}


@dataclass
class AtHand:
    """The portal's login, with psql in its hands."""

    connection: psycopg.Connection
    sown: Sown

    def rows(self, table: str) -> int:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        counted = self.connection.execute(query).fetchone()
        assert counted
        return int(counted[0])

    def visits(self, account_id: int) -> None:
        """Within the transaction, as the program does it."""
        self.connection.execute(
            "SELECT set_config('esd.visitor_account', %s, true)", [str(account_id)]
        )

    def reached(self, account_id: int) -> dict[str, int]:
        with self.connection.transaction():
            self.visits(account_id)
            return {table: self.rows(table) for table in _OF_THE_CUSTOMER}


@pytest.fixture
async def at_hand(
    postgres_services: Services, postgres_store: PostgresStore
) -> AsyncIterator[AtHand]:
    sown = await sow(postgres_services)
    await requested(postgres_services, sown.activated)
    login = f"portal_{postgres_store.name}"
    postgres_store.person("portal", Role.PORTAL)
    with postgres_store.server.connect(postgres_store.name, login) as connection:
        yield AtHand(connection, sown)


async def test_each_visitor_reaches_what_is_his(at_hand: AtHand) -> None:
    assert at_hand.reached(at_hand.sown.customer) == _OF_THE_CUSTOMER
    assert at_hand.reached(at_hand.sown.reseller) == _OF_THE_RESELLER
    nothing = dict.fromkeys(_OF_THE_CUSTOMER, 0)
    assert at_hand.reached(at_hand.sown.empty_customer) == nothing | {"accounts": 1}
    for nobody in (0, -1, 10**9):
        assert at_hand.reached(nobody) == nothing


async def test_a_search_finds_what_is_the_visitors(at_hand: AtHand) -> None:
    search = "SELECT count(DISTINCT id) FROM esd_assets_with(ARRAY['%office%']) AS id"
    found = []
    for account_id in (at_hand.sown.reseller, at_hand.sown.customer, at_hand.sown.empty_customer):
        with at_hand.connection.transaction():
            at_hand.visits(account_id)
            found += at_hand.connection.execute(search).fetchall()
    found += at_hand.connection.execute(search).fetchall()
    assert found == [(7,), (3,), (0,), (0,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        at_hand.connection.execute("SELECT esd_all_assets_with(ARRAY['%office%'])")


# The accounts with a word; the assets with one of their own, and when they were bought.
_LOOKED_UP: tuple[LiteralString, ...] = (
    "SELECT count(*) FROM esd_accounts_with('%%')",
    "SELECT count(*) FROM esd_assets_with_own('%office%')",
    "SELECT counted FROM esd_bought_with('%office%')",
)


async def test_words_lead_to_what_the_visitor_reaches(at_hand: AtHand) -> None:
    def looked_up() -> list[int | None]:
        rows = [at_hand.connection.execute(each).fetchone() for each in _LOOKED_UP]
        return [row[0] for row in rows if row]

    sown, found = at_hand.sown, []
    for account_id in (sown.reseller, sown.customer, sown.empty_customer):
        with at_hand.connection.transaction():
            at_hand.visits(account_id)
            found.append(looked_up())
            reached = [at_hand.rows("accounts"), at_hand.rows("assets"), at_hand.rows("assets")]
            assert found[-1] == reached
    assert found == [[3, 7, 7], [2, 3, 3], [1, 0, 0]]
    assert looked_up() == [0, 0, 0], "nobody visits"


async def test_without_a_visitor_it_reaches_nothing(at_hand: AtHand) -> None:
    at_hand.reached(at_hand.sown.customer)
    assert {table: at_hand.rows(table) for table in _OF_THE_CUSTOMER} == dict.fromkeys(
        _OF_THE_CUSTOMER, 0
    ), "what was said for a transaction ends with it"
    for table in ("mass_works", "mass_items", "asset_secrets", "portal_users"):
        assert at_hand.rows(table) == 0


# What a visitor's page might try with what is another's, or what no page may.
_ATTEMPTS: tuple[LiteralString, ...] = (
    "UPDATE assets SET status = 'Cancelled' WHERE id = %(another)s",
    "UPDATE assets SET customer_id = %(nobody)s, billing_to_id = %(nobody)s",
    (
        "INSERT INTO cancellation_requests (version, asset_id, state, requester, requested_by, "
        "entered_by, requested_at, instructions, confirm_by_mail) "
        "VALUES (1, %(another)s, 'Requested', 'Customer', 'x', 'x', now(), '', false)"
    ),
    (
        "INSERT INTO outbox (message_id, template, asset_id, to_address, state, attempts, "
        "next_attempt_at, queued_by, queued_at) "
        "VALUES ('<x>', 'welcome', %(another)s, 'me@here.example', 'Queued', 0, now(), 'x', now())"
    ),
    "UPDATE outbox SET to_address = 'me@here.example' WHERE asset_id = %(another)s",
    "UPDATE accounts SET email = 'me@here.example'",
    (
        "INSERT INTO portal_users (version, account_id, address, name, active, added_by, added_at) "
        "VALUES (1, %(account)s, 'me@here.example', 'Me', true, 'x', now())"
    ),
    "UPDATE operators SET roles = 'manager'",
    "UPDATE settings SET value = 'mine.example' WHERE name = 'mail.host'",
)


@pytest.mark.parametrize("statement", _ATTEMPTS)
async def test_what_a_visitor_may_not_is_not_let_through(
    at_hand: AtHand, statement: LiteralString
) -> None:
    sown, done = at_hand.sown, 0
    values = {"another": sown.odd, "account": sown.customer, "nobody": sown.empty_customer}
    with (
        suppress(psycopg.errors.InsufficientPrivilege),
        at_hand.connection.transaction(force_rollback=True),
    ):
        at_hand.visits(sown.customer)
        done = at_hand.connection.execute(statement, values).rowcount
    assert done == 0


async def test_a_key_is_opened_only_after_its_row_and_only_the_visitors(at_hand: AtHand) -> None:
    mine, another = at_hand.sown.activated, at_hand.sown.odd

    def note(asset_id: int) -> None:
        at_hand.connection.execute(
            "INSERT INTO audit (at, operator, action, sentence, asset_id, changes) VALUES "
            "(now(), 'Portal: it@mueller.example', 'show_key', 'Shown.', %s, '{}')",
            [asset_id],
        )

    with at_hand.connection.transaction(force_rollback=True):
        at_hand.visits(at_hand.sown.customer)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            note(another)
    with at_hand.connection.transaction():
        at_hand.visits(at_hand.sown.customer)
        note(mine)
        assert at_hand.rows("asset_secrets") == 0
    with at_hand.connection.transaction():
        at_hand.visits(at_hand.sown.customer)
        assert at_hand.rows("asset_secrets") == 1
    with at_hand.connection.transaction():
        at_hand.visits(at_hand.sown.other_customer)
        assert at_hand.rows("asset_secrets") == 0


async def test_the_portal_writes_in_no_colleagues_name(
    at_hand: AtHand, postgres_store: PostgresStore
) -> None:
    for name in ("anna", "Portal: it@mueller.example"):
        at_hand.connection.execute(
            "INSERT INTO audit (at, operator, action, sentence, changes) "
            "VALUES (now(), %s, 'test', 'It was so.', '{}')",
            [name],
        )
    rows = postgres_store.fetch("SELECT operator FROM audit WHERE action = 'test' ORDER BY id")
    assert rows == [(f"portal_{postgres_store.name}",), ("Portal: it@mueller.example",)]


@asynccontextmanager
async def served_by_login(
    owner: Services, store: PostgresStore, sandbox: SandboxControl
) -> AsyncIterator[PortalUnderTest]:
    """The portal served by its own login."""
    address = store.person("portal", Role.PORTAL)
    async with (
        second_desktop(owner, address) as services,
        served(services, sandbox.addresses) as portal,
    ):
        yield portal


@pytest.fixture
async def by_login(
    postgres_services: Services, postgres_store: PostgresStore, sandbox: SandboxControl
) -> AsyncIterator[tuple[PortalUnderTest, int]]:
    """The portal served by its own login, and a licence that Microsoft knows."""
    postgres_store.name_person(OWNER, Role.MANAGER, Role.ADMINISTRATOR)
    connection_id = await connect(postgres_services, sandbox.addresses)
    asset_id = await order_one(postgres_services, connection_id)
    async with served_by_login(postgres_services, postgres_store, sandbox) as portal:
        yield portal, asset_id


async def test_all_that_a_visitor_may_goes_by_the_portals_own_login(
    by_login: tuple[PortalUnderTest, int], postgres_services: Services, sandbox: SandboxControl
) -> None:
    portal, asset_id = by_login
    client = portal.client()
    link = await portal.link_for(client, _BUYER, sandbox)
    shown = await client.get(link)
    token = link.partition("token=")[2]
    await client.post("/sign-in/link", data={"form_token": form_token(shown), "token": token})
    for page in ("/", "/assets", "/assets?search=office", f"/assets/{asset_id}"):
        assert (await client.get(page)).status_code == 200, page
    licence = f"/assets/{asset_id}"
    key = await portal.post(client, f"{licence}/key", page=licence)
    assert "DEMOX" in key.text
    detail = await asset_detail(postgres_services, asset_id)
    sandbox.redeem(detail.client_transaction_id)
    mails = len(sandbox.mails())
    sent = await portal.post(client, f"{licence}/resend", page=licence, address=_BUYER)
    assert sent.status_code == 200
    assert len(sandbox.mails()) == mails + 1
    asked = await portal.post(client, f"{licence}/request", page=licence, comment="Bought twice")
    assert asked.status_code == 303
    request = await latest(postgres_services, asset_id)
    withdrawn = await portal.post(
        client, f"/requests/{request.id}/withdraw", page=licence, version=str(request.version)
    )
    assert withdrawn.status_code == 303
    assert (await latest(postgres_services, asset_id)).state is RequestState.WITHDRAWN
    assert (await portal.post(client, f"{licence}/update", page=licence)).status_code == 200
    assert (await asset_detail(postgres_services, asset_id)).activation_date is not None
    assert (await client.get("/assets/999")).status_code == 404
    history = await asset_history(postgres_services, asset_id)
    by_visitor = {row.action for row in history if row.operator == f"Portal: {_BUYER}"}
    assert {"show_key", "resend", "request_cancellation", "update_status"} <= by_visitor
    assert (await portal.post(client, "/sign-out/everywhere", page="/")).status_code == 303


async def walk(portal: PortalUnderTest, token: str) -> dict[str, tuple[int, str]]:
    """Every page that links lead to, by its path, with its status and what it says."""
    client, seen = portal.client(), dict[str, tuple[int, str]]()
    client.cookies.set(cookies.SESSION, token, domain="127.0.0.1", path="/")
    ahead = ["/"]
    while ahead:
        path = ahead.pop()
        answer = await client.get(path)
        is_page = answer.headers["content-type"].startswith("text/html")
        text = answer.text if is_page else answer.headers["content-type"]
        seen[path] = (answer.status_code, text)
        links = (unescape(link) for link in _LINK.findall(text))
        ahead += sorted({link for link in links if link not in seen and link not in ahead})
    return seen


async def test_every_page_is_the_same_by_the_portals_own_login(
    postgres_services: Services, postgres_store: PostgresStore, sandbox: SandboxControl
) -> None:
    """E1 to E3: nothing that a visitor should see is missing, and no page fails for want of a
    grant: what the owner of the tables serves is what the login serves."""
    postgres_store.name_person(OWNER, Role.MANAGER, Role.ADMINISTRATOR, Role.PORTAL)
    sown = await sow(postgres_services)
    await requested(postgres_services, sown.activated)
    async with (
        served(postgres_services, sandbox.addresses) as by_owner,
        served_by_login(postgres_services, postgres_store, sandbox) as by_itself,
    ):
        for account_id, address in (
            (sown.customer, "it@mueller.example"),
            (sown.reseller, "desk@helios.example"),
        ):
            await add_portal_user(postgres_services, account_id, address)
            token = await by_owner.session(account_id, address)
            whole, own = await walk(by_owner, token), await walk(by_itself, token)
            assert own == whole
            assert {status for status, _ in own.values()} == {200}
            patterns = {_NUMBER.sub("N", path.partition("?")[0]) for path in own}
            assert patterns >= _PAGES_OF_ALL, address
        assert patterns >= _PAGES_OF_A_RESELLER


async def test_the_rounds_go_by_the_portals_own_login(
    by_login: tuple[PortalUnderTest, int], postgres_services: Services
) -> None:
    portal, asset_id = by_login
    detail = await asset_detail(postgres_services, asset_id)
    client = portal.client()
    await portal.sign_in(client, detail.customer_id, _BUYER)
    for number in range(22):
        await client.get(f"/assets/{1000 + number}")
    await portal.desk.round()
    async with postgres_services.store.read() as connection:
        query = tables.audit.select().where(tables.audit.c.action == "portal_refused")
        rows = (await connection.execute(query)).all()
    assert sum(int(row.changes["attempts"][1]) for row in rows) == 22


async def test_staff_see_to_the_people_by_a_login_of_their_own(
    by_login: tuple[PortalUnderTest, int],
    postgres_services: Services,
    postgres_store: PostgresStore,
) -> None:
    """An agent sees who is signed in and ends it; a viewer is told nothing of sessions."""
    portal, asset_id = by_login
    account_id = (await asset_detail(postgres_services, asset_id)).customer_id
    agent = postgres_store.person("agent", Role.AGENT)
    viewer = postgres_store.person("viewer", Role.VIEWER)
    client = portal.client()
    await portal.sign_in(client, account_id, _BUYER)
    async with (
        second_desktop(postgres_services, agent) as by_agent,
        second_desktop(postgres_services, viewer) as by_viewer,
    ):
        (seen,) = await portal_user_list(by_agent, account_id)
        assert (seen.address, seen.sessions) == (_BUYER, 1)
        assert seen.signed_in_at is not None
        (seen,) = await portal_user_list(by_viewer, account_id)
        assert (seen.address, seen.sessions) == (_BUYER, None)
        await add_portal_user(by_agent, account_id, "eleni@aegean.example")
        await remove_portal_user(by_agent, account_id, _BUYER)
    assert (await client.get("/")).headers["location"] == "/sign-in"
