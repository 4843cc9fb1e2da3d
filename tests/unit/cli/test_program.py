"""The program as a whole: options, exit codes, and what is said when something is wrong."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import esd_desktop
from esd_desktop.cli.session import Session
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import browse
from esd_desktop.settings import Folders
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.unit.cli.conftest import Esd

# Whoever runs the tests in the background passes on that Ctrl+C is ignored.
_START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from esd_desktop.cli import main; sys.exit(main())"
)
PROGRAM = [sys.executable, "-c", _START]


def test_help_comes_without_loading_the_heavy_parts() -> None:
    check = (
        "import sys; from esd_desktop.cli import main; code = main(['--help']); "
        "heavy = {'sqlalchemy', 'httpx2', 'msal', 'PySide6', 'structlog', 'rich'}; "
        "loaded = heavy & set(sys.modules); assert not loaded, loaded; sys.exit(code)"
    )
    run = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    for group in ("accounts", "assets", "connections", "settings", "sandbox", "doctor"):
        assert group in run.stdout


def test_without_arguments_the_help_is_shown_and_the_code_is_2(esd: Esd) -> None:
    said = esd()
    assert said.code == 2
    assert "Commands:" in said.err


def test_version(esd: Esd) -> None:
    assert esd("--version").out == f"ESD Desktop {esd_desktop.__version__}\n"


@pytest.mark.parametrize(
    "args",
    [
        ["frobnicate"],
        ["assets", "show"],
        ["assets", "show", "x"],
        ["assets", "show", "0"],
        ["assets", "show", str(2**63)],
        ["assets", "list", "--status", "redeemed"],
        ["assets", "list", "--limit", "0"],
        ["orders", "place", "--account", "1", "--line", "EP2-06606"],
    ],
)
def test_a_command_typed_wrongly_is_code_2(esd: Esd, args: list[str]) -> None:
    said = esd(*args)
    assert said.code == 2
    assert said.out == ""
    assert said.err


def test_a_command_typed_wrongly_in_json(esd: Esd) -> None:
    said = esd("assets", "show", "x", "--json")
    assert said.code == 2
    assert said.json["error"]["kind"] == "UsageError"
    assert "esd assets show --help" in said.json["error"]["advice"]


@pytest.mark.parametrize("args", [["--json", "accounts", "list"], ["accounts", "list", "--json"]])
def test_json_may_come_before_or_after_the_command(esd: Esd, args: list[str]) -> None:
    assert esd(*args).json == []


@pytest.mark.parametrize("first", [True, False])
def test_the_store_may_be_named_before_or_after_the_command(
    esd: Esd, sown: Sown, tmp_path: Path, first: bool
) -> None:
    other = ["--store", str(tmp_path / "other.db")]
    args = [*other, "accounts", "list"] if first else ["accounts", "list", *other]
    assert esd(*args, "--json").json == []
    assert len(esd("accounts", "list", "--json").json) == 4


def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(esd: Esd, tmp_path: Path) -> None:
    strange = tmp_path / "letter.txt"
    strange.write_text("Dear customer, " * 500)
    said = esd("--store", str(strange), "accounts", "list")
    assert said.code == 1
    assert "not an ESD Desktop store" in said.err
    assert strange.read_text() == "Dear customer, " * 500


def test_a_newer_store_is_refused_in_words_and_in_json(
    esd: Esd, sown: Sown, places: Folders
) -> None:
    with sqlite3.connect(places.data / "esd.db") as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    said = esd("assets", "list")
    assert said.code == 1
    assert "newer version" in said.err
    assert "Install the newer version" in said.err
    assert esd("assets", "list", "--json").json["error"]["kind"] == "StoreNewer"


def test_a_store_address_of_no_known_kind(esd: Esd) -> None:
    said = esd("accounts", "list", "--store", "oracle://somewhere/x")
    assert said.code == 1
    assert "postgresql://" in said.err


def test_a_folder_that_cannot_be_made_is_told_without_a_traceback(esd: Esd, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = esd("--store", str(tmp_path / "file" / "esd.db"), "accounts", "list")
    assert said.code == 1
    assert "Traceback" not in said.err
    assert str(tmp_path / "file") in said.err


@pytest.mark.expect_log("a fault of ours")
def test_a_bug_is_one_sentence_and_its_traceback_is_in_the_log(
    esd: Esd, places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(browse, "account_list", broken)
    said = esd("accounts", "list")
    log = places.logs / "esd-desktop.log"
    assert said.code == 1
    assert str(log) in said.err
    assert "Traceback" not in said.err
    assert "RuntimeError: a fault of ours" in log.read_text()
    assert esd("accounts", "list", "--json").json["error"]["kind"] == "InternalError"


def test_the_store_is_closed_after_every_command(
    esd: Esd, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []
    close = Session.close

    async def noted(self: Session) -> None:
        await close(self)
        closed.append(True)

    monkeypatch.setattr(Session, "close", noted)
    esd("assets", "show", "99")
    assert closed == [True]


def test_ctrl_c_ends_with_a_sentence_and_130(
    bought: int, sandbox: SandboxControl, places: Folders
) -> None:
    sandbox.set_fault("read", "hang")
    program = subprocess.Popen(
        [*PROGRAM, "assets", "update-status", str(bought)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    asyncio.run(until(lambda: sandbox.calls()["read"], timeout=30))
    program.send_signal(signal.SIGINT)
    _, err = program.communicate(timeout=20)
    assert program.returncode == 130
    assert "Interrupted" in err
    assert "Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise there")
def test_a_reader_that_has_enough_is_no_fault(sown: Sown, places: Folders) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        [*PROGRAM, "assets", "list", "--json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert run.returncode == 1
    assert run.stderr == b""


def test_names_survive_a_terminal_of_another_alphabet(sown: Sown, places: Folders) -> None:
    run = subprocess.run(
        [*PROGRAM, "accounts", "list"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert "Müller & Söhne KG" in run.stdout.decode("utf-8")


def test_every_json_of_a_failure_has_the_same_four_names(esd: Esd) -> None:
    told = json.loads(esd("assets", "show", "7", "--json").out)["error"]
    assert told == {
        "sentence": "There is no asset 7.",
        "advice": "",
        "correlation_id": None,
        "kind": "NotFound",
    }
