"""The linters and the tests, every one of them run, with one verdict."""

from __future__ import annotations

import os
import subprocess
import sys

from tools.environment import Environment
from tools.trouble import say

_MOST_WORKERS = 4  # each has a sandbox of its own


def lint(environment: Environment) -> list[str]:
    """Run the linters; answers the names of those that found something."""
    python = str(environment.python)
    linters = {
        "ruff check": [python, "-m", "ruff", "check", "--output-format=concise"],
        "ruff format": [python, "-m", "ruff", "format", "--check", "--output-format=concise"],
        "mypy": [python, "-m", "mypy", "--strict"],
        "import-linter": [str(environment.program("lint-imports")), "--no-logo"],
    }
    failed = []
    for name, command in linters.items():
        say(f"--- {name}")
        if subprocess.run(command, cwd=environment.root, check=False).returncode != 0:
            failed.append(name)
    return failed


def test(environment: Environment, arguments: list[str]) -> tuple[bool, str]:
    """Run the tests without a screen; whether they passed, and pytest's closing line."""
    say("--- pytest")
    workers = str(min(_MOST_WORKERS, os.cpu_count() or 1))
    colour = "yes" if sys.stdout.isatty() else "no"
    command = [str(environment.python), "-m", "pytest", "-n", workers, f"--color={colour}"]
    closing = b""
    with subprocess.Popen(
        [*command, *arguments],
        cwd=environment.root,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
    ) as pytest:
        assert pytest.stdout
        for (
            line
        ) in pytest.stdout:  # as bytes: both sides write in the same encoding, whatever it is
            sys.stdout.buffer.write(line)
            sys.stdout.flush()
            closing = line.strip() or closing
    return pytest.returncode == 0, closing.decode(errors="replace")
