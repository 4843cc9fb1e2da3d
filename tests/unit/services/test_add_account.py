"""C2, D3: a new customer is added once, with an address that a mail can be sent to."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.statuses import AccountKind
from esd_desktop.services.add_account import AccountForm, LooksTheSame, add_account
from esd_desktop.services.browse import account, account_history, account_list
from esd_desktop.services.context import Services
from tests.support.sowing import Sown

FORM = AccountForm(
    name="  Olympia   Logistics ",
    email=" it@olympia.example ",
    country="gr",
    language="el",
    reference="C-900",
)


async def test_what_is_typed_is_kept_tidied_and_found(services: Services, sown: Sown) -> None:
    form = replace(FORM, reseller_id=sown.reseller)
    added = await add_account(services, form)
    row = await account(services, added.id)
    assert (row.name, row.email, row.country, row.language, row.reference) == (
        "Olympia Logistics",
        "it@olympia.example",
        "GR",
        "el",
        "C-900",
    )
    assert (row.kind, row.reseller_id) == (AccountKind.CUSTOMER, sown.reseller)
    assert added.outcome.changes.accounts == {added.id}
    assert [found.id for found in await account_list(services, "olympia c-900")] == [added.id]
    (told,) = await account_history(services, added.id)
    assert told.sentence == "The customer Olympia Logistics was added."


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": "  "}, "name is missing"),
        ({"email": "it@olympia"}, None),
        ({"email": "a@b.example;c@d.example"}, "is not one plain address"),
        ({"email": "nobody"}, "is not one plain address"),
        ({"country": "Greece"}, "code of two letters"),
        ({"country": "ΕΛ"}, "code of two letters"),
        ({"language": "Greek language"}, "tag such as en"),
        ({"name": "x" * 201}, "has 201 characters; it may have 200"),
        ({"reference": "C-200"}, "The reference C-200 is that of Müller & Söhne KG already"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_a_sentence(
    services: Services, sown: Sown, changed: dict[str, Any], sentence: str | None
) -> None:
    before = len(await account_list(services))
    form = replace(FORM, **changed)
    if sentence is None:
        await add_account(services, form)
        return
    with pytest.raises(InvalidInput, match=sentence):
        await add_account(services, form)
    assert len(await account_list(services)) == before


@pytest.mark.parametrize(
    ("name", "email", "what"),
    [
        ("aegean shipping sa", "other@aegean.example", "name"),
        ("Another One", "OFFICE@aegean.example", "e-mail address"),
    ],
)
async def test_one_who_looks_the_same_is_added_only_where_it_is_meant(
    services: Services, sown: Sown, name: str, email: str, what: str
) -> None:
    form = AccountForm(name=name, email=email)
    with pytest.raises(LooksTheSame, match=f"with this {what} already: Aegean Shipping SA"):
        await add_account(services, form)
    added = await add_account(services, form, although_alike=True)
    assert (await account(services, added.id)).name == name


async def test_only_a_reseller_can_be_billed_for_others(services: Services, sown: Sown) -> None:
    with pytest.raises(InvalidInput, match="is not a reseller"):
        await add_account(services, AccountForm("New", reseller_id=sown.customer))
    with pytest.raises(NotFound):
        await add_account(services, AccountForm("New", reseller_id=99_999))
