"""dev.py as a person starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tests.unit.tools.conftest import Machine

_DEV = Path(dev.__file__)

# Whoever runs the tests in the background passes on that Ctrl+C is ignored.
_CTRL_C = "import signal, sys, time; signal.signal(signal.SIGINT, signal.default_int_handler)"
_TIDY = """
try:
    print("working", flush=True)
    time.sleep(30)
except KeyboardInterrupt:
    time.sleep(0.5)  # longer than subprocess.run would wait for it
    print("tidied up", flush=True)
    sys.exit(7)
"""


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
    for command in ("demo", "run", "esd", "test", "crash", "faults", "check", "lock"):
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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a screen")
def test_a_window_without_a_screen_is_a_sentence(
    here: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert dev.main(["run"]) == 1
    assert "There is no screen here" in capsys.readouterr().err
    assert here.calls() == []


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


@pytest.mark.skipif(os.name == "nt", reason="sends Ctrl+C as other systems do")
def test_where_a_program_cannot_be_replaced_ctrl_c_is_left_to_it() -> None:
    wait = f"{_CTRL_C}; import dev; sys.exit(dev._wait_for([sys.executable, '-c', sys.argv[1]]))"
    program = _CTRL_C + _TIDY
    with subprocess.Popen(
        [sys.executable, "-c", wait, program],
        cwd=_DEV.parent,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as waiting:
        assert waiting.stdout
        assert waiting.stdout.readline() == "working\n"
        os.killpg(waiting.pid, signal.SIGINT)
        assert waiting.stdout.readline() == "tidied up\n"
    assert waiting.returncode == 7


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
