"""C2, C4: the lines of the account browser, on both stores."""

from __future__ import annotations

import pytest

from esd_desktop.models.statuses import AccountKind
from esd_desktop.services.browse_accounts import (
    account_lines,
    account_number,
    asset_numbers,
    customer_lines,
    reseller_above,
)
from esd_desktop.services.context import Services
from tests.support.sowing import Sower, Sown


@pytest.mark.both_stores
async def test_who_is_below_no_reseller_is_not_lost(services: Services) -> None:
    cipher = await services.cipher.opened()
    async with services.store.change() as work:
        sower = Sower(work, cipher)
        buyer = await sower.account(AccountKind.CUSTOMER, "Aegean", "C-1")
        under_buyer = await sower.account(AccountKind.CUSTOMER, "Zephyr", "C-2", buyer)
        reseller = await sower.account(AccountKind.RESELLER, "Helios", "R-1", buyer)
        under_reseller = await sower.account(AccountKind.RESELLER, "Selene", "R-2", reseller)
        alone = {buyer.id, under_buyer.id, reseller.id, under_reseller.id}
        above = buyer.id, reseller.id
        await work.commit()
    lines = await account_lines(services)
    assert {line.id for line in lines if not line.customers} == alone
    assert await customer_lines(services, above) == []
    for words in ("zephyr", "helios", "selene"):
        # What they are below of leads nowhere.
        assert [line.found for line in await account_lines(services, words)] == [True]


@pytest.mark.both_stores
async def test_what_stands_where(services: Services, sown: Sown) -> None:
    top = {line.id: line for line in await account_lines(services)}
    assert top.keys() == {sown.reseller, sown.empty_customer}
    assert (top[sown.reseller].is_reseller, top[sown.reseller].customers) == (True, 2)
    below = {line.id: line for line in await customer_lines(services, [sown.reseller])}
    assert below.keys() == {sown.customer, sown.other_customer}
    assert below[sown.customer].name == "Müller & Söhne KG"
    assert below[sown.customer].reseller_id == sown.reseller
    assert await customer_lines(services, []) == []
    found = {line.id: line.found for line in await account_lines(services, "müller")}
    assert found == {sown.customer: True, sown.reseller: False}
    assert await account_lines(services, "nobody") == []
    assert await reseller_above(services, sown.customer) == sown.reseller
    assert await reseller_above(services, sown.empty_customer) is None
    assert await reseller_above(services, 9_999) is None
    assert await account_number(services) == 4
    numbers = await asset_numbers(services, [sown.reseller, sown.empty_customer])
    assert numbers == {sown.reseller: sown.listed, sown.empty_customer: 0}
