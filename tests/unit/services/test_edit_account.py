"""C2: an account is corrected, by one person at a time, and its history says what changed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from esd_desktop.errors import ChangedMeanwhile, InvalidInput, NotFound
from esd_desktop.models.rows import AssetQuery
from esd_desktop.services.browse import account, account_history, asset_counts
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.edit_account import account_for_edit, edit_account
from tests.support.sowing import Sown


async def test_what_was_wrong_is_corrected_and_told(services: Services, sown: Sown) -> None:
    opened = await account_for_edit(services, sown.customer)
    form = replace(opened.form, email="licences@mueller.example", country="at")
    outcome = await edit_account(services, sown.customer, opened.version, form)
    row = await account(services, sown.customer)
    assert (row.email, row.country, row.name) == (
        "licences@mueller.example",
        "AT",
        "Müller & Söhne KG",
    )
    assert row.reseller_id == sown.reseller
    assert outcome.changes.accounts == {sown.customer}
    told = (await account_history(services, sown.customer))[0]
    assert told.changes == {
        "email": ["it@mueller.example", "licences@mueller.example"],
        "country": ["DE", "AT"],
    }


async def test_who_comes_second_is_told_and_overwrites_nothing(
    services: Services, sown: Sown
) -> None:
    opened = await account_for_edit(services, sown.customer)
    first = replace(opened.form, email="first@mueller.example")
    await edit_account(services, sown.customer, opened.version, first)
    second = replace(opened.form, email="second@mueller.example")
    with pytest.raises(ChangedMeanwhile, match="Müller & Söhne KG meanwhile") as caught:
        await edit_account(services, sown.customer, opened.version, second)
    assert "Email: it@mueller.example → first@mueller.example." in caught.value.advice
    assert (await account(services, sown.customer)).email == "first@mueller.example"


async def test_its_assets_are_found_by_the_old_name_and_the_new(
    services: Services, sown: Sown
) -> None:
    opened = await account_for_edit(services, sown.customer)
    before = await asset_counts(services, AssetQuery(search="müller"))
    form = replace(opened.form, name="Schmidt & Töchter KG")
    await edit_account(services, sown.customer, opened.version, form)
    for words in ("müller", "töchter"):
        found = await asset_counts(services, AssetQuery(search=words))
        assert found.found == before.found > 0


async def test_nothing_changed_is_no_change(services: Services, sown: Sown) -> None:
    opened = await account_for_edit(services, sown.customer)
    outcome = await edit_account(services, sown.customer, opened.version, opened.form)
    assert outcome.result is Result.UNCHANGED
    assert (await account_for_edit(services, sown.customer)).version == opened.version


async def test_what_cannot_be_kept_is_refused(services: Services, sown: Sown) -> None:
    opened = await account_for_edit(services, sown.customer)
    with pytest.raises(InvalidInput, match="that of Aegean Shipping SA already"):
        await edit_account(
            services, sown.customer, opened.version, replace(opened.form, reference="C-201")
        )
    with pytest.raises(InvalidInput, match="name is missing"):
        await edit_account(services, sown.customer, opened.version, replace(opened.form, name=""))
    with pytest.raises(NotFound):
        await account_for_edit(services, 99_999)
