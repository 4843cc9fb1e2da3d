"""The vault: private from the first byte, and a sentence where it cannot be used."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from esd_desktop.errors import VaultFault
from esd_desktop.models.values import Secret
from esd_desktop.opening import open_services
from esd_desktop.services.browse import account_list
from esd_desktop.services.vault import FileVault, KeyringVault
from esd_desktop.settings import Folders, load_settings
from tests.support.keyrings import UNUSABLE, FailingKeyring, MemoryKeyring, keyring_is
from tests.support.sowing import sow


def test_a_secret_comes_back_and_goes(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "folder" / "secrets.json")
    assert vault.get("any") is None
    vault.set("one", Secret("swordfish"))
    vault.set("two", Secret("sturgeon"))
    vault.delete("two")
    vault.delete("two")
    kept = FileVault(tmp_path / "folder" / "secrets.json").get("one")
    assert kept == Secret("swordfish")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_only_the_user_may_read_the_file(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "secrets.json")
    old = os.umask(0)
    try:
        vault.set("one", Secret("swordfish"))
    finally:
        os.umask(old)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_is_a_sentence_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text("{")
    with pytest.raises(VaultFault):
        FileVault(path).get("one")
    with pytest.raises(VaultFault):
        FileVault(path).set("one", Secret("x"))
    assert path.read_text() == "{"


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    names = [f"secret {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: FileVault(tmp_path / "s.json").set(name, Secret("x")), names))
    assert all(FileVault(tmp_path / "s.json").get(name) == Secret("x") for name in names)


@pytest.mark.parametrize("error", UNUSABLE.values(), ids=UNUSABLE)
def test_without_a_keyring_each_use_is_a_sentence_with_advice(error: Exception) -> None:
    with keyring_is(FailingKeyring(error)):
        uses: list[Callable[[], object]] = [
            lambda: KeyringVault().get("one"),
            lambda: KeyringVault().set("one", Secret("x")),
            lambda: KeyringVault().delete("one"),
        ]
        for use in uses:
            with pytest.raises(VaultFault) as caught:
                use()
            assert "settings set vault file" in caught.value.advice


@pytest.mark.parametrize("error", UNUSABLE.values(), ids=UNUSABLE)
async def test_without_a_keyring_the_store_opens_and_only_keys_are_out_of_reach(
    places: Folders, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setenv("ESD_DESKTOP_VAULT", "keyring")
    services = await open_services(places, load_settings(places))
    with keyring_is(FailingKeyring(error)):
        assert await account_list(services) == []
        with pytest.raises(VaultFault):
            await sow(services)
        assert await account_list(services) == []
    with keyring_is(MemoryKeyring()):
        await sow(services)
    await services.close()
