#!/usr/bin/env python3
"""Everything one does with this project, on a machine that has nothing but Python.

    python3 dev.py demo [--tour DIR]    try it out, on a sandbox and with invented data
    python3 dev.py run                  open the window
    python3 dev.py esd ...              the command line; "esd --help" tells more
    python3 dev.py test [-- ...]        all checks and tests; what follows goes to pytest
    python3 dev.py crash [--trials N]   kill the program at any moment, and see that nothing is lost
    python3 dev.py faults [FLOW ...]    have every call fail in turn: all is told and settled
    python3 dev.py race [--actions N]   many desktops on one PostgreSQL store, all at once
    python3 dev.py fuzz [--examples N]  what comes from outside, drawn at random, for much longer
    python3 dev.py bench [NAME ...]     measure it beside what others take for the same
    python3 dev.py check                the checks alone: ruff, mypy, import-linter
    python3 dev.py package              the program as people install it, in dist/, and tried;
                                        --only folder|installer, --twice, --lint
    python3 dev.py package --deb-check        its .deb, in a Debian that has nothing else
    python3 dev.py package --windows-check    that of Windows, built and tried under Wine
    python3 dev.py lock [--upgrade]     write requirements/*.txt from pyproject.toml

The first run installs what is needed into .venv; the next ones find it there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - who has an older one is told so
    sys.exit(
        f"ESD Desktop needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
        "Run dev.py with a newer one, for example: python3.12 dev.py demo"
    )

from tools import checks, chromium, postgresql, qt_libraries
from tools.environment import Environment
from tools.trouble import Trouble, say

_ROOT = Path(__file__).resolve().parent
_COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-header", "--no-annotate"),
    # A lock names no host to download from: that is the business of whoever installs.
    *("--no-emit-index-url", "--no-emit-find-links"),
)


def main(arguments: list[str]) -> int:
    commands = {
        "demo": demo,
        "run": window,
        "esd": esd,
        "test": test,
        "crash": crash,
        "faults": faults,
        "race": race,
        "fuzz": fuzz,
        "bench": bench,
        "check": check,
        "package": package,
        "lock": lock,
    }
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 0 if arguments in (["help"], ["--help"], ["-h"]) else 2
    rest = arguments[2:] if arguments[1:2] == ["--"] else arguments[1:]
    try:
        return commands[arguments[0]](Environment(_ROOT), rest)
    except Trouble as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130


def demo(environment: Environment, arguments: list[str]) -> int:
    environment.prepare(for_qt=True)
    return _become(environment.python, "-m", "esd_desktop.demo", *arguments)


def window(environment: Environment, arguments: list[str]) -> int:
    if not qt_libraries.has_screen():
        raise Trouble(
            "There is no screen here (DISPLAY and WAYLAND_DISPLAY are not set), so no window can "
            "be opened. The command line does without: python3 dev.py esd --help"
        )
    environment.prepare(for_qt=True)
    return _become(environment.python, "-m", "esd_desktop", *arguments)


def esd(environment: Environment, arguments: list[str]) -> int:
    environment.prepare()
    return _become(environment.program("esd"), *arguments)


def test(environment: Environment, arguments: list[str]) -> int:
    """All linters and all tests, even if an early one fails. pytest's closing line comes last."""
    environment.prepare(for_qt=True)
    postgresql.provide()
    chromium.provide()
    failed = checks.lint(environment)
    passed, closing = checks.test(environment, arguments)
    if failed:
        say(f"Found something: {', '.join(failed)}")
        print(closing)
    return 0 if passed and not failed else 1


def crash(environment: Environment, arguments: list[str]) -> int:
    environment.prepare()
    if any(argument.startswith("--workers") for argument in arguments):
        postgresql.provide()
    return _become(environment.python, "-m", "tests.reliability.crash", *arguments)


def faults(environment: Environment, arguments: list[str]) -> int:
    environment.prepare()
    return _become(environment.python, "-m", "tests.reliability.faults", *arguments)


def race(environment: Environment, arguments: list[str]) -> int:
    environment.prepare()
    postgresql.provide()
    return _become(environment.python, "-m", "tests.reliability.race", *arguments)


def fuzz(environment: Environment, arguments: list[str]) -> int:
    environment.prepare(for_qt=True)
    return _become(environment.python, "-m", "tests.reliability.fuzz", *arguments)


def bench(environment: Environment, arguments: list[str]) -> int:
    environment.prepare(for_qt=True)
    return _become(environment.python, "-m", "bench", *arguments)


def check(environment: Environment, arguments: list[str]) -> int:
    environment.prepare()
    failed = checks.lint(environment)
    say(f"Found something: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def package(environment: Environment, arguments: list[str]) -> int:
    """All of it begins with what takes seconds: the files for which nothing has to be built."""
    from tools.package import package as build_package

    if arguments == ["--windows-check"]:
        from tools.package.windows_check import windows_check

        environment.prepare()
        windows_check(environment.root)
        return 0
    if arguments == ["--deb-check"]:
        from tools.package.deb_check import deb_check

        deb_check(environment.root)
        return 0
    if arguments in ([], ["--lint"]):
        environment.prepare()
        lint = (environment.python, "-m", "tools.package.lint")
        if subprocess.run(lint, cwd=_ROOT, check=False).returncode != 0:
            return 1
    if arguments != ["--lint"]:
        build_package(environment.root, arguments)
    return 0


def lock(environment: Environment, arguments: list[str]) -> int:
    """Write the locks; the others have the same versions as the one for using."""
    environment.prepare()
    project, as_for_using = "pyproject.toml", ("-c", "requirements/app.txt")
    locks = {
        "app": (project,),
        "dev": (project, "--group", "dev", *as_for_using),
        "package": (project, "--group", "package", *as_for_using),
        "package-linux": ("--group", "package-linux", *as_for_using),
    }
    for name, what in locks.items():
        written = ("-o", f"requirements/{name}.txt")
        command = [str(environment.program("uv")), *_COMPILE, *what, *written, *arguments]
        if subprocess.run(command, cwd=_ROOT, check=False).returncode != 0:
            raise Trouble("uv could not write the lock; its reason is above.")
    return 0


def _become(program: Path, *arguments: str) -> int:
    """Go on as another program, in its place where the system can do that."""
    command = [str(program), *arguments]
    if os.name != "nt":
        os.execv(program, command)  # noqa: S606 - a program of .venv, its arguments as they came
    return _wait_for(command)


def _wait_for(command: list[str]) -> int:
    """Its exit code. Ctrl+C goes to both of us: the program ends in its own way, and we wait."""
    with subprocess.Popen(command) as running:
        while True:
            try:
                return running.wait()
            except KeyboardInterrupt:
                continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
