"""dev.py as a person starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tests.unit.tools.conftest import Machine

_DEV = Path(dev.__file__)


@pytest.fixture
def here(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """dev.py works on the test's project."""
    monkeypatch.setattr(dev, "_ROOT", machine.root)
    return machine


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["frob"], 2), (["--help"], 0)])
def test_what_it_can_do_is_told(arguments: list[str], code: int) -> None:
    run = subprocess.run(
        [sys.executable, _DEV, *arguments], capture_output=True, text=True, check=False
    )
    assert run.returncode == code
    for command in ("demo", "run", "esd", "test", "check", "lock"):
        assert f"python3 dev.py {command}" in run.stdout


def test_nothing_but_the_standard_library_is_needed() -> None:
    """-S leaves out every installed package."""
    run = subprocess.run(
        [sys.executable, "-S", _DEV, "help"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_trouble_is_a_sentence_and_code_1(
    here: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    here.offline.touch()
    assert dev.main(["esd", "--version"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "Is the network there?" in said.err


@pytest.mark.parametrize("separator", [[], ["--"]])
def test_the_command_line_gets_its_arguments_as_they_came(
    here: Machine, separator: list[str]
) -> None:
    arguments = ["assets", "list", "--search", "Müller & Söhne", "--", "-1"]
    here.environment().prepare()
    here.program("esd", 'printf "%s\\n" "$@"', folder=here.environment().python.parent)
    run = _replaced(here, ["esd", *separator, *arguments])
    assert run.stdout.splitlines() == arguments
    assert run.returncode == 0


def test_the_exit_code_is_the_programs(here: Machine) -> None:
    here.environment().prepare()
    here.program("esd", "exit 2", folder=here.environment().python.parent)
    assert _replaced(here, ["esd"]).returncode == 2


def _replaced(machine: Machine, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """In a process of its own, because the program takes its place."""
    start = (
        "import sys, dev; from pathlib import Path; "
        "dev._ROOT = Path(sys.argv[1]); sys.exit(dev.main(sys.argv[2:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", start, machine.root, *arguments],
        cwd=_DEV.parent,
        env=os.environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
