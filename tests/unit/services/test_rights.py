"""Who may do what: everybody everything, until somebody has been named."""

from __future__ import annotations

import pytest

from esd_desktop.errors import NotAllowed
from esd_desktop.models.rights import EVERY_RIGHT, RIGHTS, Right, Role
from esd_desktop.services.browse import account_list
from esd_desktop.services.context import Services
from esd_desktop.services.rights import may, own_rights, own_standing, refusal, require
from tests.support.people import named


async def test_a_store_without_people_is_its_users_own(services: Services) -> None:
    assert await own_rights(services) == EVERY_RIGHT
    assert (await own_standing(services)).is_open


async def test_several_roles_add_up(services: Services) -> None:
    await named(services, services.login, Role.AGENT, Role.AUDITOR)
    assert await own_rights(services) == RIGHTS[Role.AGENT] | RIGHTS[Role.AUDITOR]


async def test_an_administrator_sees_no_keys(services: Services) -> None:
    await named(services, services.login, Role.ADMINISTRATOR)
    await require(services, Right.PEOPLE)
    with pytest.raises(NotAllowed, match="licence keys") as refused:
        await require(services, Right.REVEAL)
    assert "agent or manager" in refused.value.advice


async def test_one_of_several_rights_is_enough(services: Services) -> None:
    await named(services, services.login, Role.APPROVER)
    await require(services, Right.ORDER, Right.DECIDE)
    assert await may(services, Right.ORDER, Right.DECIDE)
    assert not await may(services, Right.ORDER, Right.CANCEL)


@pytest.mark.parametrize("dismissed", [False, True])
async def test_who_is_not_among_the_people_may_do_and_see_nothing(
    services: Services, dismissed: bool
) -> None:
    await named(services, "somebody else", Role.ADMINISTRATOR)
    if dismissed:
        await named(services, services.login, Role.MANAGER, active=False)
    assert await own_rights(services) == frozenset()
    with pytest.raises(NotAllowed, match="not among the people of this store") as refused:
        await account_list(services)
    assert services.login in refused.value.advice


async def test_what_is_greyed_says_why(services: Services) -> None:
    await named(services, services.login, Role.VIEWER)
    standing = await own_standing(services)
    assert refusal(standing, Right.VIEW) is None
    assert refusal(standing, Right.ORDER) == "Your role does not allow you to order licences."
