"""``esd settings``."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.services.shared_settings import mail_password
from esd_desktop.settings import Folders
from tests.support.keyrings import UNUSABLE, FailingKeyring, keyring_is
from tests.unit.cli.conftest import Behind, Esd


def test_all_settings_are_shown(esd: Esd) -> None:
    told = esd("settings", "get", "--json").json
    assert told["vault"] == "file"
    assert told["mail.port"] == "587"
    assert told["keys.reveal"] == "yes"
    assert "mail.password" not in told
    assert "mail.port" in esd("settings", "get").out


def test_a_shared_setting_is_kept_in_the_store(esd: Esd) -> None:
    assert esd("settings", "set", "mail.host", "mail.example").code == 0
    assert esd("settings", "get", "mail.host").out == "mail.example\n"


def test_a_local_setting_is_kept_on_this_computer(esd: Esd, places: Folders) -> None:
    assert esd("settings", "set", "theme", "dark").code == 0
    assert esd("settings", "get", "theme", "--json").json == {"theme": "dark"}
    assert places.settings_file.exists()


def test_a_local_setting_can_be_mended_where_the_store_cannot_be_opened(
    esd: Esd, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_text("no store at all, " * 500)
    assert esd("settings", "set", "store", str(broken)).code == 0
    assert esd("accounts", "list").code == 1
    assert esd("settings", "get", "store").out == f"{broken}\n"
    assert esd("settings", "set", "store", "").code == 0
    assert esd("accounts", "list").code == 0


def test_it_is_told_where_the_environment_goes_first(esd: Esd) -> None:
    said = esd("settings", "set", "vault", "keyring")
    assert said.code == 0
    assert "ESD_DESKTOP_VAULT is file" in said.out


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("mail.port", "70000"),
        ("mail.sender", "nobody"),
    ],
)
def test_a_value_that_cannot_be_is_refused(esd: Esd, name: str, value: str) -> None:
    said = esd("settings", "set", name, value)
    assert said.code == 1
    assert said.err


@pytest.mark.parametrize("command", [("get", "mail.colour"), ("set", "mail.colour", "red")])
def test_an_unknown_setting_names_those_there_are(esd: Esd, command: tuple[str, ...]) -> None:
    said = esd("settings", *command)
    assert said.code == 1
    assert "mail.host" in said.err
    assert "mail.password" in said.err
    assert "theme" in said.err


def test_the_mail_password_is_taken_from_standard_input_only(esd: Esd, behind: Behind) -> None:
    on_the_command_line = esd("settings", "set", "mail.password", "secret word")
    assert on_the_command_line.code == 2
    assert "secret word" not in on_the_command_line.err
    assert esd("settings", "set", "mail.password").code == 2
    assert esd("settings", "set", "mail.password", "--stdin", typed="secret word\n").code == 0
    kept = behind(mail_password)
    assert kept.reveal() == "secret word"
    shown = esd("settings", "get", "mail.password")
    assert shown.code == 1
    assert "never shown" in shown.err


def test_a_value_is_given_once(esd: Esd) -> None:
    assert esd("settings", "set", "mail.host").code == 2
    assert esd("settings", "set", "mail.host", "x", "--stdin", typed="y\n").code == 2
    assert esd("settings", "set", "mail.host", "--stdin", typed="from.a.pipe\n").code == 0
    assert esd("settings", "get", "mail.host").out == "from.a.pipe\n"


def test_without_a_keyring_a_password_is_refused_with_what_to_do(
    esd: Esd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESD_DESKTOP_VAULT", "keyring")
    with keyring_is(FailingKeyring(UNUSABLE["there is none"])):
        said = esd("settings", "set", "mail.password", "--stdin", "--json", typed="x\n")
    assert said.code == 1
    assert said.json["error"]["kind"] == "VaultFault"
    assert "esd settings set vault file" in said.json["error"]["advice"]
