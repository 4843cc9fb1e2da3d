"""The people of a store as they are read, and how one of them stands."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from esd_desktop.models.rights import EVERY_RIGHT, Right, Role, rights_of


class PersonRow(Struct, frozen=True):
    """One of the people who share a store. Somebody dismissed stays on the list, not ``active``."""

    id: int
    version: int
    login: str
    name: str
    roles: frozenset[Role]
    active: bool
    added_by: str
    added_at: datetime


class Standing(Struct, frozen=True):
    """How a login stands in a store. ``person`` is who it belongs to, None where it is nobody's or
    that person was dismissed; ``is_open``: nobody has been named yet, so everybody may do all."""

    login: str
    person: PersonRow | None
    is_open: bool

    @property
    def rights(self) -> frozenset[Right]:
        """What it may do."""
        if self.person is not None:
            return rights_of(self.person.roles)
        return EVERY_RIGHT if self.is_open else frozenset()

    @property
    def words(self) -> str:
        """Who that is, to be told after "You are"."""
        if self.person is not None:
            return f"{with_login(self.person)}: {listed_roles(self.person.roles)}"
        if self.is_open:
            return f"{self.login}; nobody is named yet, so everybody may do everything"
        return f"{self.login}, who is not among the people of this store"


class Named(Protocol):
    """One of the people, as a row or as the record itself."""

    @property
    def login(self) -> str: ...
    @property
    def name(self) -> str: ...


def with_login(person: Named) -> str:
    """Somebody for people: "Anna Papa (anna)"."""
    return person.name if person.name == person.login else f"{person.name} ({person.login})"


def listed_roles(roles: frozenset[Role]) -> str:
    """Roles for people, in their order: "agent, auditor"."""
    return ", ".join(role for role in Role if role in roles)
