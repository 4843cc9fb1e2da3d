"""Whether who works here may do what is asked: every verb asks first.

The answer is read from the store each time, so that a right taken away is gone at once. Calls that
lie within one another, such as an approval that cancels, ask once each.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from esd_desktop.errors import NotAllowed
from esd_desktop.models.operator_rows import Standing
from esd_desktop.models.rights import WORDS, Right, roles_with
from esd_desktop.models.store import operators
from esd_desktop.services.context import Services

if TYPE_CHECKING:
    from esd_desktop.models.store.engine import Reading


async def own_standing(services: Services) -> Standing:
    """Who works here, and what that person may do now. Everybody may know that of themselves."""
    async with services.store.read() as connection:
        return await operators.standing_of(connection, services.login)


async def own_rights(services: Services) -> frozenset[Right]:
    """What who works here may do now."""
    return (await own_standing(services)).rights


async def require(services: Services, right: Right, *others: Right) -> None:
    """Raises NotAllowed where who works here has neither the right nor one of the others, which
    would do as well."""
    async with services.store.read() as connection:
        await _check(services, connection, right, *others)


async def may(services: Services, *rights: Right) -> bool:
    """Whether who works here has one of these rights: for what goes on by itself, and is left out
    without a word where it may not."""
    return not (await own_rights(services)).isdisjoint(rights)


@asynccontextmanager
async def viewing(services: Services) -> AsyncIterator[Reading]:
    """A reading of the store for who may see its records. Raises NotAllowed."""
    async with services.store.read() as connection:
        await _check(services, connection, Right.VIEW)
        yield connection


@asynccontextmanager
async def serving(services: Services) -> AsyncIterator[Reading]:
    """A reading of the store for who may serve the portal. Raises NotAllowed."""
    async with services.store.read() as connection:
        await _check(services, connection, Right.SERVE)
        yield connection


def refusal(standing: Standing, *needs: Right) -> str | None:
    """Why what takes one of these rights is greyed for who stands so; None where it is not."""
    return not_allowed(standing, *needs).sentence if standing.rights.isdisjoint(needs) else None


async def _check(services: Services, connection: Reading, *rights: Right) -> None:
    standing = await operators.standing_of(connection, services.login)
    if standing.rights.isdisjoint(rights):
        raise not_allowed(standing, *rights)


def not_allowed(standing: Standing, right: Right, *_others: Right) -> NotAllowed:
    """The fault for a right that is missing, with who has it; of several the first is named."""
    if standing.person is None:
        return NotAllowed(
            "You are not among the people of this store.",
            advice=f"An administrator of it can add you; your login is {standing.login}.",
        )
    able = " or ".join(roles_with(right))
    return NotAllowed(
        f"Your role does not allow you to {WORDS[right]}.",
        advice=f"It takes the role {able}; an administrator of this store gives roles.",
    )
