"""``esd connections`` and ``esd catalogue``."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from esd_desktop.sandbox.client import SandboxControl
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Esd


def words(sandbox: SandboxControl, **other: str) -> list[str]:
    """What is typed to connect to the sandbox."""
    addresses = sandbox.addresses
    options = {
        "--tenant": addresses.tenant,
        "--client-id": addresses.client_id,
        "--certificate": str(addresses.certificate_file),
        "--key": str(addresses.key_file),
        "--resource": addresses.resource_api,
        "--service-url": addresses.service_url,
        "--channel-id": addresses.channel_id,
        "--country": addresses.country,
        "--language": addresses.language,
        "--authority": addresses.authority,
        "--ca-file": str(addresses.ca_file),
    } | {f"--{name.replace('_', '-')}": value for name, value in other.items()}
    return ["connections", "add", "Sandbox", *(word for pair in options.items() for word in pair)]


def test_a_connection_is_added_listed_checked_and_removed(
    esd: Esd, sandbox: SandboxControl
) -> None:
    added = esd(*words(sandbox), "--json")
    assert added.code == 0
    assert added.json["result"] == "done"
    (listed,) = esd("connections", "list", "--json").json
    assert listed["name"] == "Sandbox"
    assert listed["thumbprint"] == sandbox.addresses.thumbprint
    assert listed["certificate_expires_at"].endswith("Z")
    checked = esd("connections", "check", "sandbox")
    assert checked.code == 0
    assert "signed in" in checked.out
    assert esd("connections", "remove", "Sandbox").code == 0
    assert esd("connections", "list", "--json").json == []


def test_a_passphrase_comes_from_standard_input_and_is_shown_nowhere(
    esd: Esd, sandbox: SandboxControl, tmp_path: Path
) -> None:
    key = load_pem_private_key(sandbox.addresses.key_file.read_bytes(), None)
    encrypted = tmp_path / "key.pem"
    encryption = BestAvailableEncryption(b"open sesame")
    encrypted.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    args = words(sandbox, key=str(encrypted))
    refused = esd(*args)
    assert refused.code == 1
    assert "passphrase" in refused.err
    added = esd(*args, "--passphrase-stdin", typed="open sesame\n")
    assert added.code == 0
    assert "sesame" not in added.out + added.err
    assert esd("connections", "check").code == 0
    assert esd("connections", "list", "--json").json[0]["has_passphrase"] is True


def test_a_connection_that_cannot_be_is_refused(esd: Esd, sandbox: SandboxControl) -> None:
    for other, reason in (
        ({"service_url": "http://127.0.0.1/esd"}, "https://"),
        ({"country": "GBR"}, "two letters"),
        ({"certificate": "/nowhere/at/all.pem"}, "does not exist"),
    ):
        said = esd(*words(sandbox, **other))
        assert said.code == 1
        assert reason in said.err
    assert esd(*words(sandbox, algorithm="HS256")).code == 2
    assert esd("connections", "list", "--json").json == []


def test_a_check_says_what_is_wrong_with_each(esd: Esd, sandbox: SandboxControl) -> None:
    esd(*words(sandbox, tenant="another-tenant"))
    said = esd("connections", "check", "--json")
    assert said.code == 1
    (result,) = said.json
    assert result["connection"] == "Sandbox"
    assert result["error"]["kind"] == "SignInFailed"


def test_there_must_be_something_to_check(esd: Esd, sown: Sown) -> None:
    said = esd("connections", "check", "Contoso")
    assert said.code == 1
    assert "Microsoft ESD (GB)" in said.err


def test_a_connection_in_use_is_not_removed(esd: Esd, sown: Sown) -> None:
    said = esd("connections", "remove", "Microsoft ESD (GB)")
    assert said.code == 1
    assert "Assets were bought over" in said.err


def test_the_catalogue_is_read_over_the_only_connection(esd: Esd, connected: int) -> None:
    said = esd("catalogue", "refresh")
    assert said.code == 0
    assert "The catalogue was read" in said.out


def test_without_a_connection_there_is_no_catalogue(esd: Esd) -> None:
    said = esd("catalogue", "refresh", "--json")
    assert said.code == 1
    assert "esd connections add" in said.json["error"]["advice"]
