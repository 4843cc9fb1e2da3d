"""Who may sign in at the portal for an account: whom staff name, and the account's own address."""

from __future__ import annotations

import pytest

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.services.browse import account_history
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.edit_portal_users import (
    add_portal_user,
    portal_user_list,
    remove_portal_user,
    sign_out_portal_user,
)
from tests.support.sowing import Sown

_OWN = "it@mueller.example"


async def listed(services: Services, account_id: int) -> dict[str, bool]:
    return {row.address: row.active for row in await portal_user_list(services, account_id)}


@pytest.mark.both_stores
async def test_an_account_has_its_own_address_and_whom_staff_name(
    services: Services, sown: Sown
) -> None:
    assert await listed(services, sown.customer) == {_OWN: True}
    done = await add_portal_user(services, sown.customer, " Anna@Mueller.example ", " Anna  Papa ")
    assert done.sentence == (
        "anna@mueller.example may sign in to the portal for Müller & Söhne KG."
    )
    assert done.changes.accounts == {sown.customer}
    anna, own = await portal_user_list(services, sown.customer)
    assert (anna.address, anna.name, anna.active) == ("anna@mueller.example", "Anna Papa", True)
    assert (own.address, own.id) == (_OWN, None)
    (row, *_) = await account_history(services, sown.customer)
    assert row.action == "add_portal_user"


async def test_who_is_named_already_is_not_named_again(services: Services, sown: Sown) -> None:
    await add_portal_user(services, sown.customer, "anna@mueller.example", "Anna")
    again = await add_portal_user(services, sown.customer, "ANNA@mueller.example")
    assert again.result is Result.UNCHANGED
    await add_portal_user(services, sown.customer, "anna@mueller.example", "Anna Papa")
    (anna, _) = await portal_user_list(services, sown.customer)
    assert anna.name == "Anna Papa"


async def test_the_accounts_own_address_can_be_shut_out_and_let_in_again(
    services: Services, sown: Sown
) -> None:
    await remove_portal_user(services, sown.customer, _OWN)
    assert await listed(services, sown.customer) == {_OWN: False}
    with pytest.raises(NotFound, match="may not sign in"):
        await remove_portal_user(services, sown.customer, _OWN)
    await add_portal_user(services, sown.customer, _OWN)
    assert await listed(services, sown.customer) == {_OWN: True}


async def test_what_is_not_there_is_told(services: Services, sown: Sown) -> None:
    with pytest.raises(NotFound):
        await portal_user_list(services, 999)
    with pytest.raises(NotFound):
        await add_portal_user(services, 999, _OWN)
    with pytest.raises(NotFound):
        await remove_portal_user(services, sown.customer, "nobody@mueller.example")
    assert (await sign_out_portal_user(services, sown.customer, _OWN)).result is Result.UNCHANGED


@pytest.mark.parametrize("address", ["", "anna", "a@b, c@d", f"{'x' * 320}@mueller.example"])
async def test_what_is_no_address_is_refused(services: Services, sown: Sown, address: str) -> None:
    with pytest.raises(InvalidInput, match="e-mail address"):
        await add_portal_user(services, sown.customer, address)
    with pytest.raises(InvalidInput):
        await add_portal_user(services, sown.customer, _OWN, "x" * 201)
