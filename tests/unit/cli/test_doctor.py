"""``esd doctor``: every line, and the exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from esd_desktop.settings import Folders
from tests.support.keyrings import UNUSABLE, FailingKeyring, keyring_is
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Esd


def by_subject(esd: Esd, *args: str) -> dict[str, dict[str, Any]]:
    return {finding["subject"]: finding for finding in esd("doctor", "--json", *args).json}


def test_a_healthy_program_is_ok_throughout(esd: Esd, connected: int) -> None:
    said = esd("doctor")
    assert said.code == 0
    lines = [line for line in said.out.splitlines() if not line.startswith(" ")]
    assert {line.split()[0] for line in lines} == {"ok"}
    for subject in ("Program", "Window", "Store", "Vault", "Connection Sandbox", "Mail server"):
        assert f"  {subject}: " in said.out


def test_what_is_missing_is_a_warning_and_no_failure(esd: Esd) -> None:
    found = by_subject(esd)
    assert found["Connections"]["state"] == "warning"
    assert found["Mail server"]["state"] == "warning"
    assert "mail.host" in found["Mail server"]["advice"]
    assert esd("doctor").code == 0


def test_a_store_that_cannot_be_opened_is_bad_and_the_rest_is_still_told(
    esd: Esd, tmp_path: Path
) -> None:
    strange = tmp_path / "letter.txt"
    strange.write_text("Dear customer, " * 500)
    said = esd("doctor", "--store", str(strange), "--json")
    assert said.code == 1
    found = {finding["subject"]: finding for finding in said.json}
    assert found["Store"]["state"] == "bad"
    assert found["Store"]["advice"]
    assert found["Data folder"]["state"] == "ok"


def test_without_a_keyring_the_vault_is_bad(esd: Esd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESD_DESKTOP_VAULT", "keyring")
    with keyring_is(FailingKeyring(UNUSABLE["there is none"])):
        said = esd("doctor")
    assert said.code == 1
    assert "bad      Vault: " in said.out
    assert "esd settings set vault file" in said.out


def test_a_folder_in_the_way_is_bad(esd: Esd, places: Folders) -> None:
    places.data.mkdir(parents=True, exist_ok=True)
    places.logs.write_text("not a folder")
    found = by_subject(esd)
    assert found["Log folder"]["state"] == "bad"
    assert found["Store"]["state"] == "ok"


def test_a_missing_certificate_is_bad(esd: Esd, sown: Sown) -> None:
    found = by_subject(esd)
    assert found["Certificate of Microsoft ESD (GB)"]["state"] == "bad"
    assert "does not exist" in found["Certificate of Microsoft ESD (GB)"]["sentence"]
    assert esd("doctor").code == 1


def test_it_tells_what_the_administrator_has_set(
    esd: Esd, administrator: Callable[[str], None]
) -> None:
    administrator('update_notice = "off"\nmail.port = "many"\n')
    said = esd("doctor").out
    assert "policy.toml sets update_notice.\n" in said
    assert "warning  Policy: " in said
    assert "sets mail.port to 'many'; it is a number from 1 to 65535." in said
    assert "administrator" in esd("settings", "set", "update_notice", "on").err
