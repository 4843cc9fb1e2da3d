"""No keyring: only what needs a secret is out of reach, and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.sandbox.client import SandboxControl
from tests.scenarios.faults.telling import Behind, Esd, is_for_a_person
from tests.support.connecting import order
from tests.support.keyrings import UNUSABLE, FailingKeyring, MemoryKeyring, keyring_is
from tests.support.ledger import ledger


@pytest.mark.parametrize("error", UNUSABLE.values(), ids=UNUSABLE)
def test_without_a_keyring(
    esd: Esd,
    behind: Behind,
    bought: int,
    connected: int,
    sandbox: SandboxControl,
    store_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    ordered, *_ = behind(lambda services: order(services, connected))
    before, done = ledger(store_file), sandbox.effects()
    monkeypatch.setenv("ESD_DESKTOP_VAULT", "keyring")
    with keyring_is(FailingKeyring(error)):
        for command in (
            ("assets", "show", str(bought), "--reveal"),
            ("assets", "retry", str(ordered)),
            ("settings", "set", "mail.password", "--stdin"),
        ):
            said = esd(*command, typed="swordfish\n")
            is_for_a_person(said, "keyring", "esd settings set vault file")
        assert esd("assets", "list").code == 0
        assert esd("assets", "show", str(bought)).code == 0
        assert esd("assets", "update-status", str(bought)).code == 0
    assert sandbox.effects() == done
    changed = {name for name, rows in ledger(store_file).items() if rows != before[name]}
    # When it was last checked, and why its mail still waits.
    assert changed <= {"assets", "outbox"}
    monkeypatch.setenv("ESD_DESKTOP_VAULT", "file")
    assert esd("assets", "show", str(bought), "--reveal").code == 0
    assert esd("assets", "retry", str(ordered)).code == 0


def test_a_keyring_of_another_computer(
    esd: Esd, bought: int, store_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ledger(store_file)
    monkeypatch.setenv("ESD_DESKTOP_VAULT", "keyring")
    with keyring_is(MemoryKeyring()):
        said = esd("assets", "show", str(bought), "--reveal")
    is_for_a_person(said, "is not in the keyring of this computer", "copy its vault entry “store ")
    assert ledger(store_file) == before
