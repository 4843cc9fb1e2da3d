"""``esd store``: backup, verify, restore."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.services.browse import asset_detail
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.settings import Folders
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Behind, Esd


@pytest.fixture
def backup(esd: Esd, sown: Sown, tmp_path: Path) -> Path:
    """A backup of a store with accounts and assets in every state."""
    said = esd("store", "backup", "--folder", str(tmp_path / "backups"))
    assert said.code == 0, said.err
    (file,) = (tmp_path / "backups").glob("*.db")
    assert "The backup is made and verified: 7 licences" in said.out
    assert str(file) in said.out
    return file


def test_a_backup_is_made_verified_and_restored(
    esd: Esd, behind: Behind, sown: Sown, backup: Path, places: Folders
) -> None:
    said = esd("store", "verify", str(backup), "--json")
    assert said.code == 0
    assert said.json["contents"]["counts"]["assets"] == 7
    assert "is whole" in said.json["sentence"]
    behind(lambda services: delete_asset(services, sown.activated))
    said = esd("store", "restore", str(backup), "--yes")
    assert said.code == 0, said.err
    assert "What came later (1 change) would not be in the store any more." in said.err
    assert "The store was restored as it was on" in said.out
    assert behind(lambda services: asset_detail(services, sown.activated)).deleted_at is None
    found = {finding["subject"]: finding for finding in esd("doctor", "--json").json}
    assert found["Restored store"]["state"] == "warning"
    assert "esd import later.csv" in found["Restored store"]["advice"]
    assert found["Audit"]["state"] == "ok"
    assert found["Backups"]["sentence"].startswith("None was made since the store was restored")


def test_nothing_is_restored_without_a_yes(
    esd: Esd, sown: Sown, backup: Path, places: Folders
) -> None:
    store = places.data / "esd.db"
    before = store.read_bytes()
    assert esd("store", "restore", str(backup)).code == 2
    said = esd("store", "restore", str(backup), terminal=True, typed="\n")
    assert (said.code, "Nothing was done." in said.err) == (1, True)
    assert "Restore this backup? [y/N]" in said.err
    assert store.read_bytes() == before


def test_a_damaged_store_is_restored(esd: Esd, sown: Sown, backup: Path, places: Folders) -> None:
    (places.data / "esd.db").write_bytes(b"\0" * 9_999)
    said = esd("store", "restore", str(backup), "--yes")
    assert said.code == 0
    assert "The store cannot be opened any more." in said.err
    assert esd("assets", "show", str(sown.activated)).code == 0


def test_what_is_no_backup_is_refused(esd: Esd, sown: Sown, tmp_path: Path) -> None:
    said = esd("store", "verify", str(tmp_path / "nothing.db"), "--json")
    assert said.code == 1
    assert said.json["error"]["kind"] == "NotFound"


def test_the_plan_is_a_setting_of_this_computer(esd: Esd, tmp_path: Path) -> None:
    assert esd("settings", "set", "backup_every", "daily").code == 0
    assert esd("settings", "set", "backup_keep", "3").out == "The setting is saved.\n"
    assert esd("settings", "get", "backup_every").out == "daily\n"
    for name, value in (("backup_every", "hourly"), ("backup_keep", "0")):
        assert esd("settings", "set", name, value).code == 1
    found = {finding["subject"]: finding for finding in esd("doctor", "--json").json}
    assert "No backup has been made yet" in found["Backups"]["sentence"]


def test_doctor_says_that_none_was_made(esd: Esd, sown: Sown) -> None:
    found = {finding["subject"]: finding for finding in esd("doctor", "--json").json}
    assert (found["Backups"]["state"], found["Backups"]["sentence"]) == (
        "warning",
        "None was made yet.",
    )
