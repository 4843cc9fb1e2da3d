"""``esd people``: who works with this store, in which roles, and what each role may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import moment
from esd_desktop.cli.table import Column
from esd_desktop.models.rights import WORDS, Right, Role

if TYPE_CHECKING:
    from esd_desktop.models.operator_rows import PersonRow
    from esd_desktop.services.changes import Outcome
    from esd_desktop.services.context import Services

commands = group("The people who share the store, and what each of them may do.")

Login = Annotated[
    str,
    typer.Argument(metavar="LOGIN", help="The database login, or the account of the computer."),
]
Roles = Annotated[
    list[Role] | None, typer.Option("--role", help="Give it once for each role.", metavar="ROLE")
]

_COLUMNS = (Column("Login"), Column("Name", flexible=True), Column("Roles", flexible=True))
_NOBODY = "Nobody is named; everybody who can open this store may do everything."


@command(commands, "list")
async def list_people(session: Session) -> None:
    """List the people. While there are none, everybody may do everything."""
    from esd_desktop.models.operator_rows import listed_roles
    from esd_desktop.services.edit_people import people_list

    def cells(row: PersonRow) -> tuple[object, ...]:
        roles = listed_roles(row.roles)
        return row.login, row.name, roles if row.active else f"dismissed ({roles})"

    rows = await people_list(await session.services())
    with Listing(session.out, _COLUMNS, cells, _shape) as told:
        told.add(rows)
    if not rows:
        session.out.note(_NOBODY)


@command(commands, "me")
async def who_am_i(session: Session) -> None:
    """Say who you are in this store, and what you may do."""
    from esd_desktop.services.rights import own_standing

    standing = await own_standing(await session.services())
    may = [right for right in Right if right in standing.rights]
    session.out.object(
        {
            "login": standing.login,
            "name": standing.person.name if standing.person else None,
            "roles": _listed(standing.person.roles) if standing.person else [],
            "everybody_may_everything": standing.is_open,
            "rights": [right.value for right in may],
        }
    )
    what = ". You may" if may else "."
    session.out.text(
        "\n".join([f"You are {standing.words}{what}", *(f"  {WORDS[right]}" for right in may)])
    )


@command(commands, "add")
async def add(
    session: Session,
    login: Login,
    role: Roles = None,
    name: Annotated[str | None, typer.Option(help="Without, the login.")] = None,
) -> None:
    """Add somebody. The first one is yourself, as an administrator."""
    from esd_desktop.services.edit_people import PersonForm, add_person

    form = PersonForm(login if name is None else name, frozenset(role or ()))
    done = await add_person(await session.services(), login, form)
    tell_one(session.out, done, {"login": login})


@command(commands, "change")
async def change(
    session: Session,
    login: Login,
    role: Roles = None,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
) -> None:
    """Change somebody's name or roles; what is not given stays, the roles are replaced."""
    from esd_desktop.services.edit_people import PersonForm, change_person, find_person

    services = await session.services()
    found = await find_person(services, login)
    form = PersonForm(
        found.name if name is None else name, found.roles if role is None else frozenset(role)
    )
    done = await change_person(services, found.id, found.version, form)
    tell_one(session.out, done, {"login": login})


@command(commands, "remove")
async def remove(session: Session, login: Login) -> None:
    """Dismiss somebody, who may do nothing from now on. What they did stays in the history."""
    from esd_desktop.services.edit_people import dismiss_person

    await _done_with(session, login, dismiss_person)


@command(commands, "restore")
async def restore(session: Session, login: Login) -> None:
    """Take somebody back who was dismissed, with the former roles."""
    from esd_desktop.services.edit_people import readmit_person

    await _done_with(session, login, readmit_person)


async def _done_with(
    session: Session, login: str, verb: Callable[[Services, int, int], Awaitable[Outcome]]
) -> None:
    from esd_desktop.services.edit_people import find_person

    services = await session.services()
    found = await find_person(services, login)
    tell_one(session.out, await verb(services, found.id, found.version), {"login": login})


def _listed(roles: frozenset[Role]) -> list[str]:
    return [role.value for role in Role if role in roles]


def _shape(row: PersonRow) -> dict[str, object]:
    return {
        "login": row.login,
        "name": row.name,
        "roles": _listed(row.roles),
        "active": row.active,
        "added_by": row.added_by,
        "added_at": moment(row.added_at),
    }
