"""D1: connections are checked before they are kept, and never silently overwritten."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from esd_desktop.errors import ChangedMeanwhile, InvalidInput, Refused, VaultFault
from esd_desktop.models.values import Secret
from esd_desktop.models.wording import as_day
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
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.services.vault import KeyringVault, Vault
from tests.support.connecting import form_for, order_one
from tests.support.keyrings import UNUSABLE, FailingKeyring, keyring_is


class LockedVault:
    """Waits for its owner at the first use, as a locked keyring does."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.asked, self.unlocked = threading.Event(), threading.Event()

    @property
    def description(self) -> str:
        return self._vault.description

    def get(self, name: str) -> Secret | None:
        self._ask()
        return self._vault.get(name)

    def set(self, name: str, secret: Secret) -> None:
        self._ask()
        self._vault.set(name, secret)

    def delete(self, name: str) -> None:
        self._ask()
        self._vault.delete(name)

    def _ask(self) -> None:
        self.asked.set()
        assert self.unlocked.wait(20)


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
        ("name", " ", "System Name"),
        ("tenant", "", "Azure Active Directory Tenant"),
        ("channel_id", "", "Channel ID"),
        ("service_url", "http://esd.example", "https://"),
        ("service_url", "esd.example", "https://"),
        ("service_url", "https://[half/esd", "https://"),
        ("service_url", "https://esd.example:many/esd", "https://"),
        ("authority", "http://login.example", "https://"),
        ("country", "Great Britain", "two letters"),
    ],
)
async def test_a_field_that_cannot_be_is_named_and_nothing_is_kept(
    services: Services, sandbox: SandboxControl, field: str, value: Any, named: str
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
    with pytest.raises(ChangedMeanwhile, match="“First” meanwhile") as caught:
        await change_connection(
            services, saved.id, row.version, form_for(sandbox.addresses, "Second")
        )
    assert f"Name: {row.name} → First." in caught.value.advice
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


async def test_a_name_that_is_taken_is_refused_for_a_change_too(
    services: Services, sandbox: SandboxControl
) -> None:
    await add_connection(services, form_for(sandbox.addresses, "First"))
    second = await add_connection(services, form_for(sandbox.addresses, "Second"))
    with pytest.raises(InvalidInput, match="First"):
        await change_connection(services, second.id, 1, form_for(sandbox.addresses, "First"))
    await change_connection(services, second.id, 1, form_for(sandbox.addresses, "Second"))


async def test_a_connection_without_a_passphrase_needs_no_keyring(
    services: Services, sandbox: SandboxControl
) -> None:
    saved = await add_connection(services, form_for(sandbox.addresses))
    services.vault = KeyringVault()
    with keyring_is(FailingKeyring(UNUSABLE["it is locked"])):
        await change_connection(services, saved.id, 1, form_for(sandbox.addresses, "Renamed"))
        await check_connection(services, saved.id)
    assert [row.name for row in await connection_list(services)] == ["Renamed"]


async def test_without_a_keyring_a_passphrase_is_not_taken_and_nothing_changes(
    services: Services, sandbox: SandboxControl
) -> None:
    saved = await add_connection(services, form_for(sandbox.addresses))
    before = await connection_list(services)
    form = replace(form_for(sandbox.addresses, "Renamed"), passphrase=Secret("swordfish"))
    services.vault = KeyringVault()
    with keyring_is(FailingKeyring(UNUSABLE["it is locked"])):
        with pytest.raises(VaultFault):
            await change_connection(services, saved.id, 1, form)
        with pytest.raises(VaultFault):
            await add_connection(services, replace(form, name="Another"))
    assert await connection_list(services) == before


async def test_a_keyring_that_asks_for_its_owner_does_not_hold_the_store(
    services: Services, sandbox: SandboxControl
) -> None:
    vault = LockedVault(services.vault)
    services.vault = vault
    form = replace(form_for(sandbox.addresses), passphrase=Secret("swordfish"))
    adding = asyncio.create_task(add_connection(services, form))
    await asyncio.to_thread(vault.asked.wait, 5)
    await change_settings(services, {"keys.reveal": "no"})
    vault.unlocked.set()
    await adding
    assert [row.has_passphrase for row in await connection_list(services)] == [True]


async def test_a_change_that_comes_too_late_leaves_the_passphrase_in_use(
    services: Services, sandbox: SandboxControl
) -> None:
    form = replace(form_for(sandbox.addresses), passphrase=Secret("in use"))
    saved = await add_connection(services, form)
    late = replace(form, name="Late", passphrase=Secret("another"))
    with pytest.raises(ChangedMeanwhile):
        await change_connection(services, saved.id, 7, late)
    assert services.vault.get(passphrase_entry(saved.id)) == Secret("in use")


async def test_a_removed_connection_whose_passphrase_stays_says_so(
    services: Services, sandbox: SandboxControl
) -> None:
    form = replace(form_for(sandbox.addresses), passphrase=Secret("swordfish"))
    saved = await add_connection(services, form)
    services.vault = KeyringVault()
    with keyring_is(FailingKeyring(UNUSABLE["it is locked"])):
        outcome = await remove_connection(services, saved.id)
    assert outcome.result is Result.WARNING
    assert "passphrase is still in the keyring" in outcome.sentence
    assert await connection_list(services) == []


async def test_a_connection_with_assets_stays(services: Services, connected: int) -> None:
    await order_one(services, connected)
    with pytest.raises(Refused):
        await remove_connection(services, connected)


async def test_a_check_signs_in_and_reads_the_catalogue(services: Services, connected: int) -> None:
    outcome = await check_connection(services, connected)
    assert outcome.result is Result.DONE
    assert "works" in outcome.sentence


async def test_a_check_warns_of_a_certificate_that_ends_soon(
    services: Services, connected: int
) -> None:
    (row,) = await connection_list(services)
    services.clock = lambda: row.certificate_expires_at - timedelta(days=1, hours=1)
    outcome = await check_connection(services, connected)
    assert outcome.result is Result.WARNING
    last_day = as_day(row.certificate_expires_at)
    assert f"expires in 1 day, on {last_day}." in outcome.sentence
    assert outcome.advice


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
