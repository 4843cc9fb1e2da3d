"""``esd portal``: serving in the foreground, and saying who may sign in."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
import pytest

from esd_desktop.sandbox.process import SandboxProcess
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Esd
from tests.unit.cli.test_program import PROGRAM


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C cannot be sent to one process there")
@pytest.mark.parametrize("is_encrypted", [True, False])
def test_it_serves_in_the_foreground_until_ctrl_c(
    esd: Esd, sandbox_process: SandboxProcess, is_encrypted: bool
) -> None:
    ca_file = sandbox_process.addresses.ca_file
    pair = (
        "--certificate",
        ca_file.with_name("server.pem"),
        "--key",
        ca_file.with_name("server.key"),
    )
    program = subprocess.Popen(
        [*PROGRAM, "portal", "--port", "0", "--json", *(pair if is_encrypted else ())],
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
    url = json.loads(text)["url"]
    assert url.startswith("https://127.0.0.1:" if is_encrypted else "http://127.0.0.1:")
    trust = ssl.create_default_context(cafile=ca_file)
    answer = httpx.get(f"{url}/sign-in", verify=trust)
    assert answer.status_code == 200
    assert ("strict-transport-security" in answer.headers) == is_encrypted
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=20)
    assert (program.returncode, out) == (0, "")
    assert "has stopped" in err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--host", "::"), "plain HTTP"),
        (("--certificate", "nowhere.pem"), "belong together"),
        (("--certificate", "nowhere.pem", "--key", "nowhere.key"), "There is no file"),
        (("--url", "http://portal.example"), "is not an address for the portal"),
        (("--url", "https://portal.example/path"), "is not an address for the portal"),
        (("--host", "192.0.2.1", "--url", "https://portal.example"), "plain HTTP"),
    ],
)
def test_what_would_not_be_safe_is_refused(esd: Esd, options: tuple[str, ...], told: str) -> None:
    said = esd("portal", "--port", "0", *options)
    assert said.code == 1
    assert told in said.err


def test_a_certificate_that_is_none_is_told(esd: Esd, tmp_path: Path) -> None:
    for name in ("portal.pem", "portal.key"):
        (tmp_path / name).write_text("nothing", encoding="utf-8")
    pair = ("--certificate", str(tmp_path / "portal.pem"), "--key", str(tmp_path / "portal.key"))
    said = esd("portal", "--port", "0", *pair)
    assert said.code == 1
    assert "cannot be used" in said.err


def test_who_may_sign_in_is_listed_added_and_removed(esd: Esd, sown: Sown) -> None:
    assert esd("portal", "users", "add", "C-200", "anna@mueller.example").code == 0
    assert esd("portal", "users", "remove", "C-200", "it@mueller.example").code == 0
    rows = esd("portal", "users", "list", str(sown.customer), "--json").json
    assert {row["address"]: row["may_sign_in"] for row in rows} == {
        "anna@mueller.example": True,
        "it@mueller.example": False,
    }
    out = esd("portal", "users", "sign-out", "C-200", "anna@mueller.example")
    assert "is not signed in" in out.out
    assert esd("portal", "users", "add", "C-200", "nobody").code == 1
    assert "Nobody may sign in" in esd("portal", "users", "list", "R-100").err


def test_an_organisations_secret_comes_from_standard_input(esd: Esd, sown: Sown) -> None:
    added = esd(
        *("portal", "providers", "add", "C-200", "mueller.example", "--secret-stdin"),
        *("--issuer", "https://id.mueller.example", "--client-id", "portal"),
        typed="hush\n",
    )
    assert added.code == 0
    (row,) = esd("portal", "providers", "list", "--json").json
    assert (row["domain"], row["account_id"]) == ("mueller.example", sown.customer)
    assert "hush" not in json.dumps(row)
    assert "mueller.example" in esd("portal", "providers", "list").out
    assert esd("portal", "providers", "remove", "mueller.example").code == 0
    assert "No organisation" in esd("portal", "providers", "list").err
