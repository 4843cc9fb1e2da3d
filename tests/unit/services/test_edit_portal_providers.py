"""Organisations whose people sign in by their own sign-in."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from esd_desktop.errors import ChangedMeanwhile, InvalidInput, NotFound
from esd_desktop.models.values import Secret
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.edit_portal_providers import (
    ProviderForm,
    add_portal_provider,
    change_portal_provider,
    portal_provider_list,
    remove_portal_provider,
)
from esd_desktop.services.portal.openid import secret_entry
from tests.support.sowing import Sown

_FORM = ProviderForm(
    " Mueller.Example ", " https://id.mueller.example/realm ", " portal ", Secret("hush")
)


@pytest.mark.both_stores
async def test_an_organisation_is_added_and_removed_with_its_secret(
    services: Services, sown: Sown
) -> None:
    await add_portal_provider(services, sown.customer, _FORM)
    (row,) = await portal_provider_list(services)
    assert (row.domain, row.issuer, row.client_id, row.account) == (
        *("mueller.example", "https://id.mueller.example/realm", "portal"),
        "Müller & Söhne KG",
    )
    kept = services.vault.get(secret_entry(row.id))
    assert kept is not None
    assert kept.reveal() == "hush"
    await remove_portal_provider(services, "MUELLER.example")
    assert await portal_provider_list(services) == []
    assert services.vault.get(secret_entry(row.id)) is None
    with pytest.raises(NotFound):
        await remove_portal_provider(services, "mueller.example")


async def test_a_domain_belongs_to_one_organisation(services: Services, sown: Sown) -> None:
    await add_portal_provider(services, sown.customer, _FORM)
    with pytest.raises(InvalidInput, match="already"):
        await add_portal_provider(services, sown.other_customer, _FORM)


@pytest.mark.parametrize(
    "wrong",
    [
        {"domain": "mueller"},
        {"domain": "a@mueller.example"},
        {"domain": ""},
        {"issuer": "http://id.mueller.example"},
        {"issuer": "https://id.mueller.example/?tenant=x"},
        {"issuer": "id.mueller.example"},
        {"issuer": "https://id.mueller.example/" + "x" * 500},
        {"client_id": ""},
        {"client_id": "x" * 201},
    ],
)
async def test_what_cannot_be_one_is_refused(
    services: Services, sown: Sown, wrong: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput):
        await add_portal_provider(services, sown.customer, replace(_FORM, **wrong))
    assert await portal_provider_list(services) == []


@pytest.mark.both_stores
async def test_it_is_changed_where_nobody_changed_it_meanwhile(
    services: Services, sown: Sown
) -> None:
    await add_portal_provider(services, sown.customer, _FORM)
    (row,) = await portal_provider_list(services)
    moved = replace(_FORM, issuer="https://id.mueller.example/new", secret=Secret(""))
    done = await change_portal_provider(services, row.id, row.version, moved)
    assert done.sentence == "The sign-in of mueller.example was changed."
    (now,) = await portal_provider_list(services)
    assert now.issuer == "https://id.mueller.example/new"
    kept = services.vault.get(secret_entry(row.id))
    assert kept is not None
    assert kept.reveal() == "hush", "an empty secret keeps the one that is there"
    again = await change_portal_provider(services, row.id, now.version, moved)
    assert again.result is Result.UNCHANGED
    with pytest.raises(ChangedMeanwhile, match=r"the sign-in of mueller\.example meanwhile"):
        await change_portal_provider(services, row.id, row.version, _FORM)
    with pytest.raises(NotFound):
        await change_portal_provider(services, 99, 1, _FORM)
