"""All checks run, whatever the first ones say, and the last line is pytest's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.tools.conftest import Machine
from tools import checks, qt_libraries

_ROOT = Path(__file__).resolve().parents[3]
_CLOSING = "==== 3 passed in 0.10s ===="
_PYTEST = f"""\
case "$*" in
    *version_info*) echo 3.11 ;;
    *"-m pytest"*) echo "tests: ..."; echo "{_CLOSING}"; echo; exit {{pytest}} ;;
    *"ruff check"*) exit {{ruff}} ;;
esac
"""


@pytest.fixture
def project(machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    """dev.py and its tools in a project that is set up; its linters and pytest are stand-ins."""
    for part in ("dev.py", "tools"):
        copy = shutil.copytree if (_ROOT / part).is_dir() else shutil.copyfile
        copy(_ROOT / part, machine.root / part)
    fonts = tmp_path / "a font.ttf"
    fonts.touch()
    monkeypatch.setattr(qt_libraries, "_FONT_FOLDERS", (str(tmp_path),))
    machine.program("ldd")
    machine.postgres()
    machine.program("chromium")
    machine.environment().prepare(for_qt=True)
    says(machine)
    return machine


def says(project: Machine, *, pytest: int = 0, ruff: int = 0, imports: int = 0) -> None:
    """Set the exit codes."""
    programs = project.environment().python.parent
    project.program("python", _PYTEST.format(pytest=pytest, ruff=ruff), folder=programs)
    project.program("lint-imports", f"exit {imports}", folder=programs)
    project.forget()


def dev(project: Machine, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dev.py as a person does, both outputs on one terminal."""
    return subprocess.run(
        [sys.executable, "dev.py", *arguments],
        cwd=project.root,
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_all_is_well(project: Machine) -> None:
    run = dev(project, "test")
    assert run.returncode == 0
    assert run.stdout.rstrip().splitlines()[-1] == _CLOSING


@pytest.mark.parametrize(
    ("codes", "names"),
    [
        ({"ruff": 1}, "ruff check"),
        ({"imports": 1}, "import-linter"),
        ({"ruff": 2, "imports": 1}, "ruff check, import-linter"),
    ],
)
def test_a_linter_that_finds_something_fails_the_run_and_the_rest_runs(
    project: Machine, codes: dict[str, int], names: str
) -> None:
    says(project, **codes)
    run = dev(project, "test")
    assert run.returncode == 1
    assert f"Found something: {names}\n" in run.stdout
    assert run.stdout.rstrip().splitlines()[-1] == _CLOSING
    for part in ("ruff check", "ruff format --check", "mypy --strict", "lint-imports", "pytest"):
        assert project.calls(part), part


@pytest.mark.parametrize("code", [1, 2, 5])
def test_tests_that_fail_or_are_not_found_fail_the_run(project: Machine, code: int) -> None:
    says(project, pytest=code)
    run = dev(project, "test")
    assert run.returncode == 1
    assert run.stdout.rstrip().splitlines()[-1] == _CLOSING


def test_what_follows_goes_to_pytest(project: Machine) -> None:
    dev(project, "test", "--", "tests/unit", "-k", "one")
    assert project.calls("-m pytest")[0].endswith(" tests/unit -k one")


@pytest.mark.parametrize(("ruff", "code"), [(0, 0), (1, 1)])
def test_the_checks_alone(project: Machine, ruff: int, code: int) -> None:
    says(project, ruff=ruff)
    run = dev(project, "check")
    assert run.returncode == code
    assert project.calls("mypy")
    assert project.calls("pytest") == []


def test_the_tests_need_no_screen_and_may_keep_what_python_translated(
    project: Machine, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    project.program(
        "python",
        'echo "on $QT_QPA_PLATFORM${PYTHONDONTWRITEBYTECODE-}"',
        folder=project.environment().python.parent,
    )
    assert checks.test(project.environment(), []) == (True, "on offscreen")
    assert capfd.readouterr().out == "on offscreen\n"


@pytest.mark.parametrize("enough", [0, 2**62])
def test_what_the_tests_write_is_in_memory_where_there_is_enough_and_gone_afterwards(
    project: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, enough: int
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(checks, "_MEMORY", memory)
    monkeypatch.setattr(checks, "_ENOUGH_BYTES", enough)
    monkeypatch.setenv("TMPDIR", "a disk")
    project.program(
        "python",
        'touch "$TMPDIR/a store" 2>&- ; echo "in $TMPDIR"',
        folder=project.environment().python.parent,
    )
    _, told = checks.test(project.environment(), [])
    assert told.startswith("in a disk" if enough else f"in {memory}/esd-tests-")
    assert list(memory.iterdir()) == []
