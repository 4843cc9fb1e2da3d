"""The store's data key: made once, and never before the vault is known to give it back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from esd_desktop.errors import VaultFault
from esd_desktop.models.store.settings import data_keys
from esd_desktop.models.values import ProductKey
from esd_desktop.services.context import Services
from esd_desktop.services.keys import KeyCipher, OpenCipher
from esd_desktop.services.vault import FileVault, KeyringVault
from tests.support.keyrings import ForgetfulKeyring, keyring_is

KEY = ProductKey("DEMOX-BCDFG-HJKMP-QRTVW-XY234")


async def keys_in(services: Services) -> int:
    async with services.store.read() as connection:
        return len(await data_keys(connection))


async def test_what_is_sealed_is_opened_by_the_next_start(services: Services) -> None:
    cipher = await services.cipher.opened()
    sealed = cipher.seal(7, KEY)
    again = await KeyCipher(services.store, services.vault).opened()
    assert again.unseal(sealed, 1, 7) == KEY.reveal()
    assert again.fingerprint(KEY) == cipher.fingerprint(KEY)
    with pytest.raises(VaultFault):
        again.unseal(sealed, 1, 8)


async def test_a_vault_that_forgets_leaves_the_store_as_it_was(services: Services) -> None:
    with keyring_is(ForgetfulKeyring()), pytest.raises(VaultFault) as caught:
        await KeyCipher(services.store, KeyringVault()).opened()
    assert caught.value.advice
    assert await keys_in(services) == 0
    await services.cipher.opened()


async def test_two_desktops_that_begin_together_have_one_key(
    services: Services, tmp_path: Path
) -> None:
    ciphers = [
        KeyCipher(services.store, FileVault(tmp_path / name)) for name in ("one.json", "two.json")
    ]
    answers = await asyncio.gather(*(each.opened() for each in ciphers), return_exceptions=True)
    assert await keys_in(services) == 1
    # The slower one is told; it must not seal with a key that nobody else can open.
    assert {type(answer) for answer in answers} == {OpenCipher, VaultFault}
