"""The people who share a store: add one, change a name or roles, dismiss and take back.

While nobody is named, everybody who can open the store may do everything. So the first to be named
is who names them, as an administrator; from then on there is always one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from esd_desktop.errors import InvalidInput, NotFound, Refused
from esd_desktop.models.operator import Operator
from esd_desktop.models.operator_rows import PersonRow, listed_roles, with_login
from esd_desktop.models.rights import Right, Role
from esd_desktop.models.store import operators
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.record import record
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.second_writer import changed_meanwhile

_LONGEST = 200
_CHANGED = Changes(settings=True)
# What is done with somebody, and how the history says it after the name.
_CHANGES = {
    "change_person": "was changed: ",
    "dismiss_person": "was dismissed and ",
    "readmit_person": "is back as ",
}
# What some scripts put between letters; nobody sees it there, and it belongs there.
_JOINERS = re.compile("[\u200c\u200d]")


class PersonForm(Struct, frozen=True):
    """What is said of somebody: the name for people, and the roles."""

    name: str
    roles: frozenset[Role]


async def people_list(services: Services) -> list[PersonRow]:
    """Everybody by name, those who were dismissed last."""
    async with viewing(services) as connection:
        return await operators.everybody(connection)


async def find_person(services: Services, login: str) -> PersonRow:
    """The person of a login. Raises NotFound."""
    async with viewing(services) as connection:
        return await operators.with_login(connection, login)


async def add_person(services: Services, login: str, form: PersonForm) -> Outcome:
    """Name somebody by the login that the store knows them by. Raises InvalidInput for a login that
    is taken or a form that cannot be kept, Refused where the first one is anybody else than who
    names them, as an administrator."""
    await require(services, Right.PEOPLE)
    login, form = _checked("login", login), _checked_form(form)
    async with services.store.change() as work:
        people = await operators.everybody_for_change(work)
        await _check_login(work, login)
        if not people:
            _check_first(services, login, form)
        await operators.admit(work, login)
        person = Operator(
            login=login,
            name=form.name,
            roles=form.roles,
            active=True,
            added_by=services.operator,
            added_at=services.now(),
        )
        work.add(person)
        sentence = f"{with_login(person)} was added as {listed_roles(person.roles)}."
        record(services, work, "add_person", sentence, changes=_differences({}, person))
        await work.commit()
    if not people:
        # From now on what is done here carries the login that the store knows.
        services.operator = services.login
    return Outcome(sentence, changes=_CHANGED)


async def change_person(
    services: Services, person_id: int, version: int, form: PersonForm
) -> Outcome:
    """Give somebody another name or other roles. ``version`` is what was opened: where somebody
    saved since, ChangedMeanwhile says so. Raises Refused where nobody would be left to administer.
    """
    await require(services, Right.PEOPLE)
    form = _checked_form(form)
    async with services.store.change() as work:
        person, others = await _one(work, person_id, version)
        before = _state(person)
        person.name, person.roles = form.name, form.roles
        _check_administered(person, others)
        changes = _differences(before, person)
        if not changes:
            return Outcome(f"Nothing about {with_login(person)} was changed.", Result.UNCHANGED)
        sentence = f"{with_login(person)} {_CHANGES['change_person']}{_said(changes)}."
        record(services, work, "change_person", sentence, changes=changes)
        await work.commit()
    return Outcome(sentence, changes=_CHANGED)


async def dismiss_person(services: Services, person_id: int, version: int) -> Outcome:
    """Take every right from somebody, who stays on the list. ``version`` as above. Raises Refused
    where nobody would be left to administer."""
    await require(services, Right.PEOPLE)
    return await _set_active(services, person_id, version, active=False)


async def readmit_person(services: Services, person_id: int, version: int) -> Outcome:
    """Give somebody who was dismissed the former roles again. ``version`` as above."""
    await require(services, Right.PEOPLE)
    return await _set_active(services, person_id, version, active=True)


async def _set_active(services: Services, person_id: int, version: int, *, active: bool) -> Outcome:
    async with services.store.change() as work:
        person, others = await _one(work, person_id, version)
        told = with_login(person)
        if person.active == active:
            are = "is among the people of this store" if active else "is dismissed"
            return Outcome(f"{told} {are} already.", Result.UNCHANGED)
        before = _state(person)
        person.active = active
        _check_administered(person, others)
        action = "readmit_person" if active else "dismiss_person"
        rest = listed_roles(person.roles) if active else "may do nothing in this store any more"
        sentence = f"{told} {_CHANGES[action]}{rest}."
        record(services, work, action, sentence, changes=_differences(before, person))
        await work.flush()
        if active:
            await operators.admit(work, person.login)
        else:
            await operators.shut_out(work, person.login)
        await work.commit()
    return Outcome(sentence, changes=_CHANGED)


async def _one(
    work: UnitOfWork, person_id: int, version: int
) -> tuple[Operator, Sequence[Operator]]:
    """The person as it was opened, and all the others."""
    people = await operators.everybody_for_change(work)
    found = [person for person in people if person.id == person_id]
    if not found:
        raise NotFound("There is no such person in this store.")
    if found[0].version != version:
        told = with_login(found[0])
        begins = [f"{told} {words}" for words in _CHANGES.values()]
        raise await changed_meanwhile(work, told, list(_CHANGES), begins=begins)
    return found[0], [person for person in people if person.id != person_id]


async def _check_login(work: UnitOfWork, login: str) -> None:
    person = await operators.find_login(work.connection, login)
    if person is not None:
        is_back = "" if person.active else " That person was dismissed and can be taken back."
        raise InvalidInput(f"The login {login} is that of {person.name} already.{is_back}")


def _check_first(services: Services, login: str, form: PersonForm) -> None:
    if login != services.login or Role.ADMINISTRATOR not in form.roles:
        raise Refused(
            "The first person of a store is who names them, as an administrator.",
            advice=f"Add yourself first, with the login {services.login} and the role "
            "administrator; otherwise nobody could let anybody in.",
        )


def _check_administered(changed: Operator, others: Sequence[Operator]) -> None:
    if not any(
        person.active and Role.ADMINISTRATOR in person.roles for person in (changed, *others)
    ):
        raise Refused(
            f"{with_login(changed)} is the last administrator of this store.",
            advice="Make somebody else an administrator first.",
        )


def _checked_form(form: PersonForm) -> PersonForm:
    if not form.roles:
        raise InvalidInput("Somebody without a role could do nothing; give at least one.")
    return PersonForm(_checked("name", form.name), form.roles)


def _checked(what: str, text: str) -> str:
    kept = " ".join(text.split())
    if not kept:
        raise InvalidInput(f"The {what} is missing.")
    if not _JOINERS.sub("", kept).isprintable():
        raise InvalidInput(
            f"The {what} has a character that nobody can see.",
            advice="Type it instead of pasting it.",
        )
    if len(kept) > _LONGEST:
        raise InvalidInput(f"The {what} has {len(kept)} characters; it may have {_LONGEST}.")
    return kept


def _state(person: Operator) -> dict[str, str]:
    return {
        "name": person.name,
        "roles": listed_roles(person.roles),
        "active": "yes" if person.active else "no",
    }


def _differences(before: dict[str, str], person: Operator) -> dict[str, list[str | None]]:
    """What is another by now: field → old and new."""
    return {
        field: [before.get(field), value]
        for field, value in _state(person).items()
        if before.get(field) != value
    }


def _said(changes: dict[str, list[str | None]]) -> str:
    return ", ".join(f"{field} {old} → {new}" for field, (old, new) in changes.items())
