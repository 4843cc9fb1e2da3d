"""Queries about the people who share a store."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, bindparam, func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.operator import Operator
from esd_desktop.models.operator_rows import PersonRow, Standing
from esd_desktop.models.rights import Right
from esd_desktop.models.store.by_store import is_on_server
from esd_desktop.models.store.unit_of_work import UnitOfWork

# Who was shut out may not read the table; in a schema of the store's own, it is not even seen.
_SHUT_OUT = ("42501", "42P01")
_COLUMNS = (
    Operator.id,
    Operator.version,
    Operator.login,
    Operator.name,
    Operator.roles,
    Operator.active,
    Operator.added_by,
    Operator.added_at,
)


async def rights_of_login(connection: AsyncConnection, login: str) -> frozenset[Right]:
    """What this login may do: everything while the store has no operators, nothing where it is
    not, or no longer, one of them."""
    return (await standing_of(connection, login)).rights


async def standing_of(connection: AsyncConnection, login: str) -> Standing:
    """How this login stands, in one query: the row that is asked for at every verb, or else any
    other, which tells that somebody has been named. A database server does not even let somebody
    ask whom it has shut out."""
    query = _standing(is_on_server(connection))
    try:
        row = (await connection.execute(query, {"login": login})).first()
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) not in _SHUT_OUT:
            raise
        return Standing(login, None, is_open=False)
    if row is None:
        return Standing(login, None, is_open=True)
    person = dict(row._mapping)
    is_own = person.pop("is_own")
    return Standing(login, PersonRow(**person) if is_own else None, is_open=False)


# Saying it anew would take longer than the store takes to answer it.
@cache
def _standing(is_server: bool) -> Select[*tuple[Any, ...]]:
    own = and_(_is_login(is_server, bindparam("login", type_=String())), Operator.active)
    return select(*_COLUMNS, own.label("is_own")).order_by(own.desc()).limit(1)


async def any_operator(connection: AsyncConnection) -> bool:
    """Whether anybody has been named as an operator yet."""
    return (await connection.execute(select(Operator.id).limit(1))).first() is not None


async def everybody(connection: AsyncConnection) -> list[PersonRow]:
    """All people by name; those who were dismissed come last."""
    query = _people().order_by(Operator.active.desc(), Operator.name, Operator.id)
    return [_person(row) for row in await connection.execute(query)]


async def with_login(connection: AsyncConnection, login: str) -> PersonRow:
    """The person of a login. Raises NotFound."""
    found = await find_login(connection, login)
    if found is None:
        raise NotFound(f"Nobody among the people of this store has the login {login}.")
    return found


async def find_login(connection: AsyncConnection, login: str) -> PersonRow | None:
    """The person of a login, also one who was dismissed."""
    row = (
        await connection.execute(_people().where(_is_login(is_on_server(connection), login)))
    ).first()
    return None if row is None else _person(row)


async def everybody_for_change(work: UnitOfWork) -> list[Operator]:
    """All people, locked: who changes one of them decides by how all of them stand."""
    found = await work.session.scalars(select(Operator).order_by(Operator.id).with_for_update())
    return list(found)


async def admit(work: UnitOfWork, login: str) -> None:
    """Have a database server let a login work in this store, as far as its roles go; a file knows
    no logins. Raises InvalidInput where the server has no such login."""
    if not is_on_server(work.connection):
        return
    known = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :login AND rolcanlogin)")
    if not await work.connection.scalar(known, {"login": login}):
        raise InvalidInput(
            f"The database server has no login {login}.",
            advice="Have its administrator make one first: CREATE ROLE … LOGIN.",
        )
    await work.connection.execute(select(func.esd_admit(login)))


async def shut_out(work: UnitOfWork, login: str) -> None:
    """Have a database server let a login into this store no more."""
    if is_on_server(work.connection):
        await work.connection.execute(select(func.esd_dismiss(login)))


def _is_login(is_server: bool, login: ColumnElement[str] | str) -> ColumnElement[bool]:
    """Whether it is that person's. A server tells large letters from small ones; a computer writes
    the name of an account as it was typed when somebody signed in."""
    if is_server:
        return Operator.login == login
    return func.lower(Operator.login) == func.lower(login)


def _people() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS)


def _person(row: Row[Any]) -> PersonRow:
    return PersonRow(**row._mapping)
