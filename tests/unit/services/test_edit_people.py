"""Naming people: the first names itself, one administrator always stays, all of it is audited."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from esd_desktop.errors import ChangedMeanwhile, InvalidInput, NotAllowed, Refused
from esd_desktop.models.operator_rows import PersonRow
from esd_desktop.models.rights import Right, Role
from esd_desktop.services.add_account import AccountForm, add_account
from esd_desktop.services.browse import account_list, latest_history
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.edit_people import (
    PersonForm,
    add_person,
    change_person,
    dismiss_person,
    find_person,
    people_list,
    readmit_person,
)
from esd_desktop.services.rights import may
from esd_desktop.settings import Folders, load_settings
from tests.conftest import opened
from tests.support.desktops import second_desktop
from tests.support.postgres import PostgresServer, PostgresStore

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
AGENT = frozenset({Role.AGENT})


async def begin(services: Services) -> PersonRow:
    """Name oneself as the administrator."""
    await add_person(services, services.login, PersonForm("Me Myself", ADMINISTRATOR))
    return await find_person(services, services.login)


@pytest.mark.parametrize(
    ("is_self", "roles"), [(False, ADMINISTRATOR), (True, AGENT), (False, AGENT)]
)
async def test_the_first_is_an_administrator_who_names_himself(
    services: Services, is_self: bool, roles: frozenset[Role]
) -> None:
    login = services.login if is_self else "anna"
    with pytest.raises(Refused, match="The first person") as refused:
        await add_person(services, login, PersonForm("Somebody", roles))
    assert services.login in refused.value.advice
    assert await people_list(services) == []


@pytest.mark.on_a_file
async def test_every_change_is_audited_with_old_and_new(services: Services) -> None:
    await begin(services)
    await add_person(services, "anna", PersonForm("Anna  Papa", AGENT))
    anna = await find_person(services, "anna")
    both = PersonForm("Anna Papa", AGENT | {Role.AUDITOR})
    changed = await change_person(services, anna.id, anna.version, both)
    anna = await find_person(services, "anna")
    await dismiss_person(services, anna.id, anna.version)
    assert changed.changes.settings
    told = {row.action: row.changes for row in await latest_history(services, limit=3)}
    assert told == {
        "dismiss_person": {"active": ["yes", "no"]},
        "change_person": {"roles": ["agent", "agent, auditor"]},
        "add_person": {
            "name": [None, "Anna Papa"],
            "roles": [None, "agent"],
            "active": [None, "yes"],
        },
    }


@pytest.mark.on_a_file
async def test_one_administrator_always_stays(services: Services) -> None:
    me = await begin(services)
    with pytest.raises(Refused, match="last administrator"):
        await dismiss_person(services, me.id, me.version)
    with pytest.raises(Refused, match="last administrator"):
        await change_person(services, me.id, me.version, PersonForm("Me", AGENT))
    await add_person(services, "anna", PersonForm("Anna", ADMINISTRATOR))
    await dismiss_person(services, me.id, me.version)
    with pytest.raises(NotAllowed, match="not among the people"):
        await account_list(services)


@pytest.mark.on_a_file
async def test_a_dismissed_administrator_is_no_longer_counted(services: Services) -> None:
    me = await begin(services)
    await add_person(services, "anna", PersonForm("Anna", ADMINISTRATOR))
    anna = await find_person(services, "anna")
    await dismiss_person(services, anna.id, anna.version)
    with pytest.raises(Refused, match="last administrator"):
        await dismiss_person(services, me.id, me.version)


@pytest.mark.on_a_file
async def test_who_was_dismissed_is_taken_back_with_the_former_roles(services: Services) -> None:
    await begin(services)
    await add_person(services, "anna", PersonForm("Anna", AGENT))
    anna = await find_person(services, "anna")
    await dismiss_person(services, anna.id, anna.version)
    gone = await find_person(services, "anna")
    again = await dismiss_person(services, anna.id, gone.version)
    assert again.result is Result.UNCHANGED
    with pytest.raises(InvalidInput, match="can be taken back"):
        await add_person(services, "ANNA", PersonForm("Anna", AGENT))
    await readmit_person(services, gone.id, gone.version)
    back = await find_person(services, "anna")
    assert (back.active, back.roles) == (True, AGENT)


@pytest.mark.on_a_file
async def test_the_second_writer_is_told(services: Services) -> None:
    await begin(services)
    await add_person(services, "anna", PersonForm("Anna", AGENT))
    seen = await find_person(services, "anna")
    await change_person(services, seen.id, seen.version, PersonForm("Anna P.", AGENT))
    with pytest.raises(ChangedMeanwhile, match="nothing was overwritten"):
        await change_person(services, seen.id, seen.version, PersonForm("Anna Q.", AGENT))
    assert (await find_person(services, "anna")).name == "Anna P."


@pytest.mark.parametrize(
    ("login", "form", "why"),
    [
        (" ", PersonForm("Anna", AGENT), "login is missing"),
        ("an\0na", PersonForm("Anna", AGENT), "login has a character that nobody can see"),
        ("anna", PersonForm("\x1b[31mAnna", AGENT), "name has a character that nobody can see"),
        ("anna", PersonForm("Anna \u202eapaP", AGENT), "name has a character"),
        ("anna", PersonForm("An\ud800na", AGENT), "name has a character"),
        ("anna", PersonForm(" ", AGENT), "name is missing"),
        ("anna", PersonForm("A" * 201, AGENT), "may have 200"),
        ("anna", PersonForm("Anna", frozenset()), "at least one"),
    ],
)
async def test_what_cannot_be_kept_is_refused(
    services: Services, login: str, form: PersonForm, why: str
) -> None:
    await begin(services)
    with pytest.raises(InvalidInput, match=why):
        await add_person(services, login, form)
    assert len(await people_list(services)) == 1


@pytest.mark.both_stores
async def test_every_name_that_can_be_read_is_kept(services: Services) -> None:
    me = await begin(services)
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    for name in ("100% _x_ \\ 'q' \"d\" <b>", persian, "Σ. Παππάς, Jr."):
        now = await find_person(services, me.login)
        form = PersonForm(name, ADMINISTRATOR)
        changed = await change_person(services, me.id, now.version, form)
        assert changed.sentence.startswith(f"{name} ({me.login}) was changed: ")
        assert (await find_person(services, me.login)).name == name
        with pytest.raises(ChangedMeanwhile, match=r"changed .* meanwhile, on"):
            await dismiss_person(services, me.id, now.version)


async def test_the_second_writer_is_not_told_of_another_whose_name_begins_alike(
    services: Services,
) -> None:
    await begin(services)
    await add_person(services, "anna", PersonForm("anna", AGENT))
    await add_person(services, "jo", PersonForm("anna papa", AGENT))
    seen, other = [await find_person(services, login) for login in ("anna", "jo")]
    auditor = PersonForm("anna", frozenset({Role.AUDITOR}))
    await change_person(services, seen.id, seen.version, auditor)
    await change_person(services, other.id, other.version, PersonForm("anna papa (jr)", AGENT))
    with pytest.raises(ChangedMeanwhile) as told:
        await dismiss_person(services, seen.id, seen.version)
    assert "agent → auditor" in told.value.advice


@pytest.mark.on_a_file
async def test_on_a_file_a_login_is_the_same_however_its_letters_are_written(
    services: Services,
) -> None:
    """A computer tells the name of an account as it was typed by who signed in."""
    await begin(services)
    await add_person(services, "Maria", PersonForm("Maria", AGENT))
    with pytest.raises(InvalidInput, match="is that of Maria already"):
        await add_person(services, "maria", PersonForm("Maria", AGENT))
    services.operator = "MARIA"
    assert await account_list(services) == []
    services.operator = "Mario"
    with pytest.raises(NotAllowed):
        await account_list(services)


async def test_a_server_tells_logins_apart_by_their_letters(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    await begin(postgres_services)
    for name in ("maria", "MARIA"):
        postgres_store.person(name)
        form = PersonForm(name, AGENT)
        await add_person(postgres_services, postgres_store.logins[-1], form)
    assert len(await people_list(postgres_services)) == 3


async def test_an_administrator_of_a_server_can_dismiss_himself(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    await begin(postgres_services)
    address = postgres_store.person("anna", Role.ADMINISTRATOR)
    async with second_desktop(postgres_services, address) as hers:
        me = await find_person(hers, hers.login)
        await dismiss_person(hers, me.id, me.version)
        with pytest.raises(NotAllowed, match="not among the people"):
            await account_list(hers)
    (last, *_) = await latest_history(postgres_services)
    assert (last.action, last.operator) == ("dismiss_person", me.login)


async def test_who_is_dismissed_from_a_schema_of_its_own_is_told_so(
    postgres: PostgresServer, places: Folders
) -> None:
    """There the tables are not forbidden afterwards, they are not seen at all."""
    with postgres.store(tables=False) as store:
        with postgres.connect(store.name) as connection:
            connection.execute("CREATE SCHEMA desk AUTHORIZATION esd_owner")
        in_desk = "?options=-csearch_path%3Ddesk"
        settings = replace(load_settings(places), store=store.address + in_desk)
        async with opened(places, settings) as own:
            await begin(own)
            address = store.person("anna") + in_desk
            login = store.logins[-1]
            await add_person(own, login, PersonForm("Anna", AGENT))
            async with second_desktop(own, address) as hers:
                assert await account_list(hers) == []
                anna = await find_person(own, login)
                await dismiss_person(own, anna.id, anna.version)
                with pytest.raises(NotAllowed, match="not among the people"):
                    await account_list(hers)
                assert not await may(hers, Right.VIEW)
                gone = await find_person(own, login)
                await readmit_person(own, gone.id, gone.version)
                assert await account_list(hers) == []


async def test_a_server_lets_in_who_was_added_and_nobody_else(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    await begin(postgres_services)
    assert postgres_services.operator == postgres_services.login
    with pytest.raises(InvalidInput, match="has no login nobody"):
        await add_person(postgres_services, "nobody", PersonForm("Nobody", AGENT))
    address = postgres_store.person("anna")
    login = postgres_store.logins[0]
    await add_person(postgres_services, login, PersonForm("Anna", frozenset({Role.VIEWER})))
    async with second_desktop(postgres_services, address) as hers:
        assert await account_list(hers) == []
        with pytest.raises(NotAllowed, match="add or change accounts"):
            await add_account(hers, AccountForm("New Ltd"))
        anna = await find_person(postgres_services, login)
        await dismiss_person(postgres_services, anna.id, anna.version)
        with pytest.raises(NotAllowed, match="not among the people"):
            await account_list(hers)
        assert not await may(hers, Right.VIEW)
        gone = await find_person(postgres_services, login)
        await readmit_person(postgres_services, gone.id, gone.version)
        assert await account_list(hers) == []


async def test_among_people_what_is_done_carries_the_login(
    places: Folders, postgres_store: PostgresStore
) -> None:
    address = postgres_store.person("anna", Role.VIEWER)
    settings = replace(load_settings(places), store=address)
    async with opened(places, settings) as hers:
        assert hers.operator == postgres_store.logins[0]
