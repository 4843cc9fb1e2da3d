"""``esd sandbox``: starting one in the foreground, and intervening in one that runs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from tests.unit.cli.conftest import Esd
from tests.unit.cli.test_program import PROGRAM


@pytest.fixture
def where(sandbox: SandboxControl) -> list[str]:
    """How the running sandbox is named to a command."""
    return ["--directory", str(sandbox.addresses.ca_file.parent.parent)]


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C cannot be sent to one process there")
def test_it_serves_in_the_foreground_until_ctrl_c(esd: Esd, tmp_path: Path) -> None:
    directory = tmp_path / "box"
    program = subprocess.Popen(
        [*PROGRAM, "sandbox", "--directory", str(directory), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    text = ""
    while not text.endswith("}\n"):
        line = program.stdout.readline()
        assert line, "it ended before it said where it is"
        text += line
    addresses = json.loads(text)
    assert "control_secret" not in addresses
    assert addresses["service_url"].startswith("https://127.0.0.1:")
    said = esd("sandbox", "mails", "--directory", str(directory), "--json")
    assert said.json == []
    assert esd("sandbox", "--directory", str(directory)).code == 1
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=20)
    assert (program.returncode, out) == (0, "")
    assert "has stopped" in err
    gone = esd("sandbox", "clear", "--directory", str(directory))
    assert gone.code == 1
    assert "esd sandbox" in gone.err


def test_what_it_says_can_be_typed(sandbox_process: SandboxProcess) -> None:
    import shlex

    from esd_desktop.cli import app
    from esd_desktop.cli.sandbox_guide import guide

    assert app is not None
    lines = guide(sandbox_process.addresses, Path("/a box")).splitlines()
    typed = [shlex.split(line) for line in lines if line.startswith("  esd ")]
    assert [words[1] for words in typed].count("sandbox") == 4
    assert all("/a box" in words for words in typed if words[1] == "sandbox")
    assert ["esd", "catalogue", "refresh", "--connection", "Sandbox"] in typed
    assert ["esd", "catalogue", "accept", "--all", "--connection", "Sandbox"] in typed


def test_a_licence_is_redeemed_by_its_assets_id(esd: Esd, bought: int, where: list[str]) -> None:
    assert esd("sandbox", "redeem", str(bought), *where).code == 0
    (updated,) = esd("assets", "update-status", str(bought), "--json").json
    assert "redeemed" in updated["sentence"]


def test_a_licence_is_redeemed_by_its_transaction_id(
    esd: Esd, bought: int, where: list[str], sandbox: SandboxControl
) -> None:
    (licence,) = sandbox.licences()
    said = esd("sandbox", *where, "redeem", licence["transaction_id"], "--json")
    assert said.json["client_transaction_id"] == licence["transaction_id"]
    again = sandbox.licence(licence["transaction_id"])
    assert again is not None
    assert again["token_status"] == "Redeemed"


def test_an_unknown_licence_is_refused(esd: Esd, where: list[str]) -> None:
    assert esd("sandbox", "redeem", "nobody", *where).code == 1
    assert esd("sandbox", "redeem", "12345", *where).code == 1


def test_faults_are_set_and_cleared(esd: Esd, where: list[str], sandbox: SandboxControl) -> None:
    args = ["issue", "error", "--status", "503", "--times", "0", "--retry-after", "1"]
    told = esd("sandbox", "fault", *args, *where, "--json").json
    assert told["faults"] == sandbox.faults()
    (fault,) = sandbox.faults()
    assert (fault["call"], fault["status"], fault["times"]) == ("issue", 503, None)
    assert esd("sandbox", "clear", *where).code == 0
    assert sandbox.faults() == []


def test_a_fault_that_cannot_be_is_refused(
    esd: Esd, where: list[str], sandbox: SandboxControl
) -> None:
    assert esd("sandbox", "fault", "return", "explode", *where).code == 2
    assert esd("sandbox", "fault", "return", "refuse", *where).code == 1
    assert sandbox.faults() == []


def test_mails_are_listed_and_read(
    esd: Esd, bought: int, where: list[str], sandbox: SandboxControl
) -> None:
    assert "No mail" in esd("sandbox", "mails", *where).err
    esd("assets", "resend", str(bought))
    (mail,) = esd("sandbox", "mails", *where, "--json").json
    assert mail["to"] == "office@aegean.example"
    number = str(mail["number"])
    assert mail["subject"] in esd("sandbox", "mails", number, *where).out
    assert esd("sandbox", "mails", "999", *where).code == 1


def test_without_a_sandbox_it_is_told_to_start_one(esd: Esd, tmp_path: Path) -> None:
    said = esd("sandbox", "clear", "--directory", str(tmp_path))
    assert said.code == 1
    assert "No sandbox has run" in said.err
