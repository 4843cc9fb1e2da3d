"""The linters and the tests, every one of them run, with one verdict."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.environment import Environment
from tools.trouble import say

_MOST_WORKERS = 4  # each has a sandbox of its own
# A file system in memory, as Linux has it: thousands of stores need not reach a disk.
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_ENOUGH_BYTES = 2 * 1024**3


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
    with (
        _surroundings() as variables,
        subprocess.Popen(
            [*command, *arguments],
            cwd=environment.root,
            env=variables,
            stdout=subprocess.PIPE,
        ) as pytest,
    ):
        assert pytest.stdout
        for (
            line
        ) in pytest.stdout:  # as bytes: both sides write in the same encoding, whatever it is
            sys.stdout.buffer.write(line)
            sys.stdout.flush()
            closing = line.strip() or closing
    return pytest.returncode == 0, closing.decode(errors="replace")


@contextmanager
def _surroundings() -> Iterator[dict[str, str]]:
    """The variables that the tests run with; what they write is gone afterwards where it was in
    memory."""
    variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    # Without it, every process that a test starts would translate the whole program anew.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    if not _has_memory():
        yield variables
        return
    # A server that is still ending removes what is its own.
    with tempfile.TemporaryDirectory(
        prefix="esd-tests-", dir=_MEMORY, ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL's account has to come through
        yield {**variables, "TMPDIR": folder}


def _has_memory() -> bool:
    try:
        return os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES
    except OSError:
        return False
