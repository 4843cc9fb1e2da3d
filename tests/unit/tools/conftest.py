"""A machine of the test's own: programs that are small scripts, and a folder in which they lie."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tools.environment import Environment

_PYPROJECT = """\
[build-system]
requires = []
[project]
name = "small"
dependencies = []
"""

# Stands in for the Python that makes the environment: what it makes is the stand-in below.
_BASE = """\
/bin/mkdir -p "$3/bin"
/bin/cp "{inner}" "$3/bin/python"
"""

# Stands in for .venv's Python. It says its version, and pip fails while there is a file "offline".
_INNER = """\
case "$*" in
    *version_info*) echo 3.11 ;;
    *install*) [ ! -e "{offline}" ] ;;
esac
"""


class Machine:
    """Nothing is on the path but what a test puts there; each program notes how it is called."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "programs"
        self.root = folder / "project"
        self.offline = folder / "offline"
        self.interior = self.programs / "inner"
        self._log = folder / "calls"
        for part in (self.programs, self.root, self.root / "requirements"):
            part.mkdir()
        self._log.touch()
        self.write("pyproject.toml", _PYPROJECT)
        self.write("requirements/dev.txt", "small==1.0 --hash=sha256:00\n")

    def write(self, name: str, text: str) -> None:
        """A file of the project."""
        (self.root / name).write_text(text, encoding="utf-8")

    def program(self, name: str, script: str = "", *, folder: Path | None = None) -> Path:
        """Put a program there; ``script`` is what it does after noting the call."""
        file = (folder or self.programs) / name
        note = f"echo {name} \"$@\" >> '{self._log}'"
        file.write_text(f"#!/bin/sh\n{note}\n{script}\n", encoding="utf-8")
        file.chmod(0o755)
        return file

    def postgres(self, version: str = "15.18 (Debian 15.18-0+deb12u1)") -> None:
        """Put a PostgreSQL server there."""
        self.program("initdb")
        self.program("postgres", f"echo 'postgres (PostgreSQL) {version}'")

    def calls(self, containing: str = "") -> list[str]:
        """The calls so far, each with its arguments."""
        return [line for line in self._log.read_text().splitlines() if containing in line]

    def forget(self) -> None:
        self._log.write_text("")

    def environment(self) -> Environment:
        return Environment(self.root)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    if os.name == "nt":
        pytest.skip("the stand-ins for programs are shell scripts")
    made = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(made.programs))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    inner = made.program("inner", _INNER.format(offline=made.offline))
    base = made.program("base", _BASE.format(inner=inner))
    monkeypatch.setattr(sys, "_base_executable", str(base))
    return made
