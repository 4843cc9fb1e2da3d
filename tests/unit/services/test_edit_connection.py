"""D1: connections are checked before they are kept, and never silently overwritten."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from esd_desktop.errors import ChangedMeanwhile, InvalidInput, Refused
from esd_desktop.models.values import Secret
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import connection_list
from esd_desktop.services.changes import Result
from esd_desktop.services.check_connection import check_connection
from esd_desktop.services.connect import passphrase_entry
from esd_desktop.services.context import Services
from esd_desktop.services.edit_connection import (
    add_connection,
    change_connection,
    remove_connection,
)
from esd_desktop.services.microsoft.errors import CertificateProblem, SignInFailed, Unreachable
from tests.support.connecting import form_for, order_one


async def test_what_is_typed_is_kept_with_the_thumbprint(
    services: Services, sandbox: SandboxControl
) -> None:
    await add_connection(services, form_for(sandbox.addresses))
    (row,) = await connection_list(services)
    assert row.thumbprint == sandbox.addresses.thumbprint
    assert row.service_url == sandbox.addresses.service_url
    assert row.country == "GB"


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("name", " ", "name"),
        ("tenant", "", "Azure Active Directory Tenant"),
        ("channel_id", "", "Channel ID"),
        ("service_url", "http://esd.example", "https://"),
        ("service_url", "esd.example", "https://"),
        ("authority", "http://login.example", "https://"),
        ("country", "Great Britain", "two letters"),
    ],
)
async def test_a_field_that_cannot_be_is_named_and_nothing_is_kept(
    services: Services, sandbox: SandboxControl, field: str, value: str, named: str
) -> None:
    form = replace(form_for(sandbox.addresses), **{field: value})
    with pytest.raises(InvalidInput, match=named):
        await add_connection(services, form)
    assert await connection_list(services) == []


async def test_a_certificate_that_cannot_be_used_is_refused(
    services: Services, sandbox: SandboxControl, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.pem"
    letter.write_text("Dear Sir or Madam,")
    for file in (letter, tmp_path / "nowhere.pem"):
        form = replace(form_for(sandbox.addresses), certificate_file=str(file))
        with pytest.raises(CertificateProblem):
            await add_connection(services, form)
    assert await connection_list(services) == []


async def test_the_second_writer_is_told(services: Services, sandbox: SandboxControl) -> None:
    saved = await add_connection(services, form_for(sandbox.addresses))
    (row,) = await connection_list(services)
    await change_connection(services, saved.id, row.version, form_for(sandbox.addresses, "First"))
    with pytest.raises(ChangedMeanwhile):
        await change_connection(
            services, saved.id, row.version, form_for(sandbox.addresses, "Second")
        )
    assert [row.name for row in await connection_list(services)] == ["First"]


async def test_the_passphrase_is_in_the_vault_and_goes_with_the_connection(
    services: Services, sandbox: SandboxControl
) -> None:
    form = replace(form_for(sandbox.addresses), passphrase=Secret("swordfish"))
    saved = await add_connection(services, replace(form, passphrase=None))
    (row,) = await connection_list(services)
    assert not row.has_passphrase
    services.vault.set(passphrase_entry(saved.id), Secret("swordfish"))
    await remove_connection(services, saved.id)
    assert await connection_list(services) == []


async def test_a_connection_with_assets_stays(services: Services, connected: int) -> None:
    await order_one(services, connected)
    with pytest.raises(Refused):
        await remove_connection(services, connected)


async def test_a_check_signs_in_and_reads_the_catalogue(services: Services, connected: int) -> None:
    outcome = await check_connection(services, connected)
    assert outcome.result is Result.DONE
    assert "works" in outcome.sentence


async def test_a_wrong_tenant_is_a_sentence(services: Services, sandbox: SandboxControl) -> None:
    form = replace(form_for(sandbox.addresses), tenant="11111111-2222-3333-4444-555555555555")
    saved = await add_connection(services, form)
    with pytest.raises(SignInFailed) as caught:
        await check_connection(services, saved.id)
    assert "tenant" in str(caught.value).lower()
    assert caught.value.advice


async def test_no_network_is_a_sentence(services: Services, sandbox: SandboxControl) -> None:
    form = replace(form_for(sandbox.addresses), authority="https://127.0.0.1:9")
    saved = await add_connection(services, form)
    with pytest.raises(Unreachable) as caught:
        await check_connection(services, saved.id)
    assert caught.value.advice
    assert not caught.value.in_doubt
